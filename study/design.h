// A cohort as the inputs of the learned score: what fits and evaluations work on.
#pragma once

#include <string>
#include <vector>

#include "models/input_graph.h"
#include "study/cohort.h"

namespace cathgate::study {

// What another score of the library says of the same patients.
struct Comparator {
  std::string name;
  std::vector<double> log_odds;  // the middle of its range; not a number where it needs what is not known
};

struct Design {
  std::string name;  // the hospital
  std::vector<std::vector<models::InputValue>> rows;  // one value for each input of the graph
  std::vector<double> y;          // 1: obstructed
  std::vector<bool> male;         // false also where the sex is not known
  std::vector<double> age;        // years; not a number where not known
  std::vector<double> log_ratio;  // of tests that the score was not trained on; 0: none
  std::vector<double> rf_cl;      // log-odds of RF-CL, the middle of its range
  std::vector<double> guideline;  // log-odds of RF-CL times the published ratio of one functional result, exercise ECG included
  std::vector<Comparator> comparators;  // the table that ESC 2024 prints, and those that engine/engine.json names

  std::size_t size() const { return y.size(); }
  double obstructed() const;
};

Design make_design(const Cohort& cohort, const Knowledge& knowledge, const models::InputGraph& graph);
// These rows of a design.
Design take(const Design& design, const std::vector<std::size_t>& rows);
// All of them, one after another.
Design join(const std::vector<const Design*>& designs);

// The inputs of the learned score as they are defined in models/fusion/inputs.json.
Loaded<models::InputGraph> load_inputs(const std::string& path, const Knowledge& knowledge);

double logistic(double log_odds);
double log_odds(double proportion);

}  // namespace cathgate::study

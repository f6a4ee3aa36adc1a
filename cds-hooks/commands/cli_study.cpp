#include "cds-hooks/commands/cli_study.h"

#include <cstdio>

#include "cds-hooks/commands/cli_io.h"

namespace cathgate::cds_hooks {
namespace {

// Progress belongs on stderr: stdout may be a pipe that wants the result only.
void say(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

int finish(const std::vector<Error>& errors) { return errors.empty() ? 0 : print_problems(errors); }

void add_reading(CLI::App& command, study::CohortOptions& reading) {
  command.add_option("--mapping", reading.mapping, "How columns become facts (default: NAME.mapping.json beside the file, else the shipped mapping that knows the columns)")->type_name("FILE");
  command.add_flag("--codes-as-missing", reading.codes_as_missing, "Count a code outside its domain as missing instead of refusing the file");
}

void add_limits(CLI::App& command, study::ThresholdLimits& limits) {
  command.add_option("--missed", limits.missed, "Bound on the missed share of the obstructed")->capture_default_str()->check(CLI::Range(0.001, 0.5));
  command.add_option("--confidence", limits.confidence, "With which the bound is meant to hold")->capture_default_str()->check(CLI::Range(0.05, 0.999));
  command.add_option("--cap", limits.obstructed, "Cap on the obstructed among the deferred")->capture_default_str()->check(CLI::Range(0.01, 1.0));
}

std::string model_folder(const std::string& given, const std::string& root) { return given.empty() ? root + "/models/fusion" : given; }

std::string share(const study::Share& s) {
  char buffer[96];
  std::snprintf(buffer, sizeof buffer, "%.1f %% (%zu/%zu; %.1f to %.1f)", s.value() * 100, s.count, s.of, s.interval.low * 100, s.interval.high * 100);
  return buffer;
}

void print_evaluation(const study::Evaluation& e) {
  for (const auto& s : e.scorers) {
    const auto& p = s.performance;
    char line[256];
    std::snprintf(line, sizeof line, "%s\n  AUC %.3f (%.3f to %.3f), Brier %.3f, O:E %.2f (%.2f to %.2f), slope %.2f\n", s.name.c_str(), p.auc.value, p.auc.low, p.auc.high, p.brier.value, p.observed_expected.value, p.observed_expected.low, p.observed_expected.high, p.slope);
    print(line);
    for (const auto& g : s.groups) print("  " + g.group + ": deferred " + share(g.deferral.deferred) + ", avoided " + share(g.deferral.avoided) + ", missed " + share(g.deferral.missed) + ", obstructed among deferred " + share(g.deferral.obstructed_among_deferred) + "\n");
  }
  for (const auto& name : e.left_out) print("not tried, because some patient lacks an input: " + name + "\n");
}

void add_train(CLI::App& app, StudyArguments& a, StudyCommand& chosen, const std::function<void(CLI::App&)>& add_common) {
  auto* command = app.add_subcommand("train", "Fit the learned score on a folder of cohorts, one file for each hospital, and measure it by leaving each hospital out");
  command->add_option("--cohorts", a.train.cohorts, "Folder of .csv, .ndjson or .json files")->required()->type_name("DIR");
  command->add_option("--out", a.train.out, "Folder for the model and its report")->required()->type_name("DIR");
  command->add_option("--seed", a.train.seed, "Same seed and data, same bytes")->capture_default_str();
  command->add_option("--draws", a.train.draws, "Draws for each hospital; 0: fit only")->capture_default_str()->check(CLI::Range(0, 10000));
  command->add_option("--leave-out", a.train.leave_out, "An input that is not used; may be repeated")->type_name("INPUT");
  add_reading(*command, a.train.cohort);
  add_limits(*command, a.train.limits);
  add_common(*command);
  command->callback([&] { chosen = [&](const Config&, const KnowledgePlaces& places) { return finish(study::train(a.train, places.root, say)); }; });
}

void add_evaluate(CLI::App& app, StudyArguments& a, StudyCommand& chosen, const std::function<void(CLI::App&)>& add_common) {
  auto* command = app.add_subcommand("evaluate", "Measure the learned score and its comparators on a cohort");
  command->add_option("--model", a.evaluate.model, "Folder of the model, with its recalibration if it has one (default: the shipped model)")->type_name("DIR");
  command->add_option("--cohort", a.evaluate.cohort, "The patients to be tried on")->required()->type_name("FILE");
  command->add_option("--recalibrate", a.evaluate.recalibrate, "Recalibrate on these other patients first; nothing of it is kept")->type_name("FILE");
  command->add_option("--out", a.evaluate.out, "Folder for the report: Markdown, JSON, plots")->type_name("DIR");
  command->add_option("--leave-out", a.evaluate.leave_out, "An input that counts as unknown; may be repeated")->type_name("INPUT");
  command->add_option("--seed", a.evaluate.seed, "Of the bootstrap")->capture_default_str();
  command->add_flag("--json", a.json, "Print JSON instead of text");
  add_reading(*command, a.evaluate.reading);
  add_limits(*command, a.evaluate.limits);
  add_common(*command);
  command->callback([&] {
    chosen = [&](const Config&, const KnowledgePlaces& places) {
      a.evaluate.model = model_folder(a.evaluate.model, places.root);
      study::Evaluation result;
      const auto errors = study::run_evaluation(a.evaluate, places.root, say, result);
      if (!errors.empty()) return print_problems(errors);
      if (a.json) print(study::write_evaluation_json(result) + "\n");
      else print_evaluation(result);
      return 0;
    };
  });
}

void add_recalibrate(CLI::App& app, StudyArguments& a, StudyCommand& chosen, const std::function<void(CLI::App&)>& add_common) {
  auto* command = app.add_subcommand("recalibrate", "Fit intercept, slope and deferral threshold on a site's own patients; a later batch continues an earlier one");
  command->add_option("--model", a.recalibrate.model, "Folder of the model; a recalibration.json in it is continued (default: the shipped model)")->type_name("DIR");
  auto* cohort = command->add_option("--cohort", a.recalibrate.cohort, "About a hundred local patients with a known angiogram")->type_name("FILE");
  auto* out = command->add_option("--out", a.recalibrate.out, "Folder for the recalibrated model; name it in the tenant's configuration")->type_name("DIR");
  command->add_flag("--fresh", a.recalibrate.fresh, "Do not continue an earlier recalibration");
  auto* revert = command->add_flag("--revert", a.recalibrate.revert, "Go back to the recalibration before, in the folder of --model")->excludes(cohort)->excludes(out);
  command->add_flag("--json", a.json, "Print the recalibration as JSON");
  add_reading(*command, a.recalibrate.reading);
  add_limits(*command, a.recalibrate.limits);
  add_common(*command);
  command->callback([&a, &chosen, cohort, out, revert] {
    if (chosen) return;  // another model of the site was asked for
    if (!*revert && (!*cohort || !*out)) throw CLI::RequiredError("--cohort and --out, or --revert");
    chosen = [&](const Config&, const KnowledgePlaces& places) {
      a.recalibrate.model = model_folder(a.recalibrate.model, places.root);
      models::Recalibration result;
      const auto errors = study::recalibrate(a.recalibrate, places.root, say, result);
      if (!errors.empty()) return print_problems(errors);
      if (a.json && !result.sample.empty()) print(models::write_recalibration(result) + "\n");
      return 0;
    };
  });
}

}  // namespace

void add_study_commands(CLI::App& app, StudyArguments& arguments, StudyCommand& chosen, const std::function<void(CLI::App&)>& add_common) {
  add_train(app, arguments, chosen, add_common);
  add_evaluate(app, arguments, chosen, add_common);
  add_recalibrate(app, arguments, chosen, add_common);
}

}  // namespace cathgate::cds_hooks

#include "study/candidates.h"

#include <array>
#include <cmath>

#include "study/ridge.h"

namespace cathgate::study {
namespace {

using models::InputGraph;
using models::Matrix;
using Scores = Result<std::vector<double>>;
using Train = std::vector<const Hospital*>;

std::vector<const Design*> designs_of(const Train& train, bool recipe) {
  std::vector<const Design*> out;
  for (const auto* hospital : train) out.push_back(recipe ? &hospital->recipe : &hospital->main);
  return out;
}

Scores fusion(const InputGraph& graph, const FusionOptions& options, const Train& train, const Hospital& test) {
  auto data = fit_fusion(designs_of(train, false), graph, options);
  if (!data) return data.error();
  const models::LearnedScore score(std::move(data).value());
  std::vector<double> z;
  for (const auto& row : test.main.rows) z.push_back(score.log_odds(row));
  return z;
}

// The linear part of recipe F: ten inputs with the centres and scales of its page, every slope free to differ by hospital.
struct RecipeInput { const char* name; double centre, scale; };
constexpr std::array<RecipeInput, 10> kRecipeInputs = {{{"rfcl", -2, 1.5}, {"age", 55, 10}, {"male", 0, 1}, {"pt3", 0, 1}, {"chol", 240, 50}, {"exang", 0.4, 1}, {"oldpeak", 1, 1}, {"flat", 0.5, 1}, {"hrpct", 0.83, 0.15}, {"met", 7, 2.5}}};

Matrix recipe_rows(const InputGraph& graph, const Design& design, const std::vector<const Design*>& train) {
  Matrix x(design.size(), kRecipeInputs.size() + 1);
  for (std::size_t c = 0; c <= kRecipeInputs.size(); ++c) {
    if (c == 0) {
      for (std::size_t r = 0; r < x.rows; ++r) x(r, 0) = 1;
      continue;
    }
    const auto& input = kRecipeInputs[c - 1];
    const auto i = *graph.find(input.name);
    const double fill = moments_of(train, i).mean;
    for (std::size_t r = 0; r < x.rows; ++r) x(r, c) = ((design.rows[r][i].known ? design.rows[r][i].value : fill) - input.centre) / input.scale;
  }
  return x;
}

std::vector<std::size_t> hospital_of(const std::vector<const Design*>& train) {
  std::vector<std::size_t> out;
  for (std::size_t h = 0; h < train.size(); ++h) out.insert(out.end(), train[h]->size(), h);
  return out;
}

std::vector<double> recipe_linear(const InputGraph& graph, const Train& train, const Hospital& test) {
  const auto designs = designs_of(train, true);
  const Design all = join(designs);
  const auto mu = fit_hierarchical(recipe_rows(graph, all, designs), all.y, hospital_of(designs), designs.size(), {});
  const Matrix x = recipe_rows(graph, test.recipe, designs);
  std::vector<double> z;
  for (std::size_t r = 0; r < x.rows; ++r) z.push_back(models::dot(x.row(r), mu));
  return z;
}

// Trees alone, either on the logit of each hospital's prevalence (recipe F) or plain and pooled.
Scores trees_alone(const InputGraph& graph, const std::vector<const Design*>& designs, const Design& test, const models::TreeOptions& options, int boosters, bool hospital_offset, bool signs) {
  std::vector<std::size_t> inputs;
  models::TreeOptions tree = options;
  for (std::size_t i = 0; i < graph.size(); ++i)
    if (graph[i].sign && graph[i].trees) {
      inputs.push_back(i);
      tree.monotone.push_back(signs ? *graph[i].sign : 0);
    }
  const auto rows_of = [&](const Design& design) {
    Matrix x(design.size(), inputs.size());
    for (std::size_t c = 0; c < inputs.size(); ++c) {
      const double fill = moments_of(designs, inputs[c]).mean;
      for (std::size_t r = 0; r < x.rows; ++r) x(r, c) = design.rows[r][inputs[c]].known ? design.rows[r][inputs[c]].value : fill;
    }
    return x;
  };
  const Design all = join(designs);
  std::vector<double> offset;
  for (const auto* design : designs) offset.insert(offset.end(), design->size(), hospital_offset ? log_odds(design->obstructed() / static_cast<double>(design->size())) : 0);
  const Matrix x = rows_of(all), rows = rows_of(test);
  std::vector<double> z(test.size());
  for (int b = 0; b < boosters; ++b) {
    tree.seed = static_cast<std::uint32_t>(b);
    const auto trees = models::Trees::fit(x, all.y, offset, tree);
    if (!trees) return trees.error();
    const auto margins = trees->margins(rows);
    for (std::size_t r = 0; r < z.size(); ++r) z[r] += margins[r] / boosters;
  }
  return z;
}

Scores mean_of(Scores a, Scores b) {
  if (!a) return a;
  if (!b) return b;
  std::vector<double> z = *a;
  for (std::size_t i = 0; i < z.size(); ++i) z[i] = (z[i] + (*b)[i]) / 2;
  return z;
}

constexpr int kRecipeBoosters = 8;
models::TreeOptions recipe_trees() {
  models::TreeOptions options;
  options.rounds = 200;
  return options;
}

}  // namespace

std::vector<Candidate> candidates(const Graphs& graphs, const FusionOptions& options) {
  const auto with = [options](auto change) {
    FusionOptions other = options;
    other.variance = false;
    change(other);
    return other;
  };
  const auto linear = with([](FusionOptions& o) { o.boosters = 0; });
  const auto unsigned_linear = with([](FusionOptions& o) { o.boosters = 0, o.signs = false; });
  const auto light = with([](FusionOptions& o) { o.penalty = 10.0 / 3, o.boosters = 0; });
  const auto full = with([](FusionOptions&) {});
  const auto recipe_x = [&graphs](const Train& train, const Hospital& test) { return trees_alone(graphs.recipe, designs_of(train, true), test.recipe, recipe_trees(), kRecipeBoosters, true, true); };
  const auto recipe_l = [&graphs](const Train& train, const Hospital& test) { return recipe_linear(graphs.recipe, train, test); };
  const auto broad_x = [&graphs](const Train& train, const Hospital& test) { return trees_alone(graphs.main, designs_of(train, false), test.main, recipe_trees(), 4, true, true); };
  return {
      {"RF-CL alone", [](const Train&, const Hospital& test) -> Scores { return test.main.rf_cl; }},
      {"recipe F: linear part L", [=](const Train& train, const Hospital& test) -> Scores { return recipe_l(train, test); }},
      {"recipe F: trees X", recipe_x},
      {"recipe F: L and X, half each", [=](const Train& train, const Hospital& test) { return mean_of(recipe_l(train, test), recipe_x(train, test)); }},
      {"plain pooled XGBoost", [&graphs](const Train& train, const Hospital& test) { return trees_alone(graphs.main, designs_of(train, false), test.main, recipe_trees(), 1, false, false); }},
      {"trees on hospitals' base rates, broad inputs", broad_x},
      {"broad ridge logistic, signs free", [&graphs, unsigned_linear](const Train& train, const Hospital& test) { return fusion(graphs.main, unsigned_linear, train, test); }},
      {"broad ridge logistic with signs, penalty 3.3", [&graphs, light](const Train& train, const Hospital& test) { return fusion(graphs.main, light, train, test); }},
      {"broad ridge logistic with signs", [&graphs, linear](const Train& train, const Hospital& test) { return fusion(graphs.main, linear, train, test); }},
      {"half ridge with signs, half trees on base rates", [&graphs, linear, broad_x](const Train& train, const Hospital& test) { return mean_of(fusion(graphs.main, linear, train, test), broad_x(train, test)); }},
      {"half fusion, half recipe F", [=, &graphs](const Train& train, const Hospital& test) { return mean_of(fusion(graphs.main, full, train, test), mean_of(recipe_l(train, test), recipe_x(train, test))); }},
      {"fusion: ridge with signs, trees on its offset (shipped)", [&graphs, full](const Train& train, const Hospital& test) { return fusion(graphs.main, full, train, test); }},
  };
}

}  // namespace cathgate::study

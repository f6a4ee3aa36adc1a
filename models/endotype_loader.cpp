#include "models/endotype_loader.h"

#include <cmath>
#include <fstream>
#include <iterator>

#include "core/digest.h"
#include "models/endotype_reader.h"

namespace cathgate::models {
namespace {

constexpr std::size_t kFewestDraws = 200;

std::string read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Rows of whole numbers: thousandths of a standard deviation.
void read_draws(const Node& root, EndotypeModel::Impl& impl) {
  root.allow({"id", "version", "title", "note", "columns", "rows"});
  const auto columns = root.at("columns").elements();
  if (columns.size() != kDrawColumns) return root.at("columns").problem(std::to_string(kDrawColumns) + " columns are needed");
  for (std::size_t i = 0; i < kDrawColumns; ++i)
    if (columns[i].json().text() != draw_column_name(i)) columns[i].problem("the column here is " + draw_column_name(i));
  for (const auto row : root.json()["rows"].elements()) {
    auto& z = impl.z.emplace_back();
    std::size_t i = 0;
    for (const auto cell : row.elements())
      if (const auto n = cell.integer(); n && i < kDrawColumns) z[i++] = static_cast<double>(*n) / 1000;
    if (i != kDrawColumns || row.size() != kDrawColumns) return root.at("rows").problem("row " + std::to_string(impl.z.size() - 1) + " does not hold a whole number for each column");
  }
  if (impl.z.size() < kFewestDraws) root.at("rows").problem("too few draws for an interval");
}

template <class Read>
void read_named(const Node& node, const char* what, Read read) {
  for (const auto member : node.json().members())
    if (!read(member.key, member.value())) node.at(member.key).problem(std::string("no such ") + what);
}

EndotypeInputs read_golden_inputs(const Node& node) {
  node.allow({"female", "age", "hypertension", "smoker", "diabetes", "fast_heart_rate", "secondary_cause", "cta_setting", "obstruction", "ffr", "readings", "ischaemia", "findings", "acetylcholine"});
  const auto yes = [&](std::string_view key) { return node.json()[key].boolean().value_or(false); };
  EndotypeInputs in;
  in.female = yes("female"), in.hypertension = yes("hypertension"), in.smoker = yes("smoker"), in.diabetes = yes("diabetes");
  in.fast_heart_rate = yes("fast_heart_rate"), in.secondary_cause = yes("secondary_cause"), in.cta_setting = yes("cta_setting");
  in.age_years = node.json()["age"].number();
  in.obstruction = node.json()["obstruction"].number().value_or(0);
  in.ffr = node.json()["ffr"].number();
  read_named(node.at("readings"), "reading", [&](std::string_view name, JsonValue value) {
    const auto index = read_flow_index(name);
    if (index) in.readings[static_cast<std::size_t>(*index)] = value.number();
    return index.has_value();
  });
  read_named(node.at("ischaemia"), "test", [&](std::string_view name, JsonValue value) {
    const auto test = read_ischaemia_test(name);
    if (test) in.ischaemia[static_cast<std::size_t>(*test)] = value.boolean();
    return test.has_value();
  });
  read_named(node.at("findings"), "finding", [&](std::string_view name, JsonValue value) {
    const auto finding = read_spasm_finding(name);
    if (finding) in.findings[static_cast<std::size_t>(*finding)] = value.boolean();
    return finding.has_value();
  });
  in.acetylcholine = read_spasm(node.json()["acetylcholine"].text());
  return in;
}

void compare(const Node& row, std::string_view name, double expected, double found, double tolerance) {
  if (!(std::abs(expected - found) <= tolerance)) row.problem(std::string(name) + " is " + std::to_string(found));
}

void try_golden_rows(const Node& root, EndotypeModel::Impl& impl) {
  const auto rows = root.at("golden").elements();
  if (rows.empty()) root.at("golden").problem("a model needs golden rows");
  for (const auto& row : rows) {
    row.allow({"name", "inputs", "cfr_cut", "research", "endotype", "reserve_reduced", "resistance_raised", "spasm", "tolerance", "source"});
    row.text("source");
    const double tolerance = row.number("tolerance");
    const EndotypeQuestion question{row.number("cfr_cut"), row.json()["research"].boolean().value_or(false), true};
    const auto& data = impl.data;
    const auto point = evaluate_endotype(data.central, data.constants, PreparedInputs(data, read_golden_inputs(row.at("inputs")), question)).point;
    compare(row, "reserve_reduced", row.number("reserve_reduced"), point.reserve_reduced, tolerance);
    compare(row, "resistance_raised", row.number("resistance_raised"), point.resistance_raised, tolerance);
    for (std::size_t i = 0; i < kEndotypes; ++i) compare(row, endotype_name(static_cast<Endotype>(i)), row.at("endotype").number(endotype_name(static_cast<Endotype>(i))), point.endotype[i], tolerance);
    for (std::size_t s = 0; s < kSpasmStates; ++s) compare(row, spasm_name(static_cast<Spasm>(s)), row.at("spasm").number(spasm_name(static_cast<Spasm>(s))), point.spasm[s], tolerance);
  }
  impl.golden_count = rows.size();
}

}  // namespace

void EndotypeModel::Impl::make_draws() {
  draws.clear();
  draws.reserve(z.size());
  for (const auto& row : z) draws.push_back(draw_parameters(data, row));
}

std::shared_ptr<const EndotypeModel::Impl> load_endotype_files(const std::string& folder, const FactCatalogue& facts, std::vector<Error>& errors) {
  const std::string model_path = folder + "/model.json", draws_path = folder + "/draws.json";
  auto model = load_json_file(model_path);
  auto draws = load_json_file(draws_path);
  for (const auto* file : {&model, &draws})
    if (!*file) errors.push_back(file->error());
  if (!errors.empty()) return nullptr;
  auto impl = std::make_shared<EndotypeModel::Impl>();
  const Node root(model->root(), model_path + "#", facts, errors);
  impl->data = read_endotype_data(root);
  read_draws(Node(draws->root(), draws_path + "#", facts, errors), *impl);
  if (errors.empty()) try_golden_rows(root, *impl);
  impl->make_draws();
  impl->digest = to_hex(sha256(read_bytes(model_path) + read_bytes(draws_path)));
  return impl;
}

}  // namespace cathgate::models

#include "cds-hooks/cards/card_codes.h"

#include "cds-hooks/hooks/services.h"
#include "core/json.h"
#include "engine/assessment.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::size_t kMaxOverrideReasons = 6;

class Reader {
 public:
  Reader(JsonValue root, const std::string& path) : root_(root), path_(path) {}

  Loaded<CardCodes> read() {
    CardCodes codes;
    codes.origin = coding(root_["origin"], "/origin");
    codes.security = coding(root_["security"], "/security");
    for (const auto kind : {ServiceKind::angiography, ServiceKind::chest_pain}) {
      const std::string id(service_id(kind));
      codes.topics[id] = coding(root_["topics"][id], "/topics/" + id);
    }
    const auto endotype = root_["endotype"];
    codes.endotype_system = text(endotype["system"], "/endotype/system");
    codes.endotype_topic = coding(endotype["topic"], "/endotype/topic");
    codes.function_test = coding(endotype["function_test"], "/endotype/function_test");
    for (const auto drug : endotype["drugs"].members()) codes.drugs[std::string(drug.key)] = coding(drug.value(), "/endotype/drugs/" + std::string(drug.key));
    codes.endotype_override_reasons = reasons(endotype["override_reasons"], "/endotype/override_reasons");
    codes.override_system = text(root_["override_system"], "/override_system");
    for (const auto decision : {Decision::emergency, Decision::angiography_recommended, Decision::test_first,
                                Decision::insufficient_data, Decision::defer}) {
      const std::string name(decision_name(decision));
      codes.override_reasons[name] = reasons(root_["override_reasons"][name], "/override_reasons/" + name);
    }
    if (errors_.empty()) return {std::move(codes), {}};
    return {std::nullopt, std::move(errors_)};
  }

 private:
  void fail(const std::string& pointer, std::string message) {
    errors_.push_back({ErrorCode::invalid_input, path_ + "#" + pointer, std::move(message)});
  }
  std::string text(JsonValue value, const std::string& pointer) {
    if (value.text().empty()) fail(pointer, "a string that is not empty is required here");
    return std::string(value.text());
  }
  Coding coding(JsonValue value, const std::string& pointer) {
    return {text(value["system"], pointer + "/system"), text(value["code"], pointer + "/code"),
            text(value["display"], pointer + "/display")};
  }
  std::vector<std::string> reasons(JsonValue value, const std::string& pointer) {
    std::vector<std::string> out;
    for (const auto code : value.elements()) out.push_back(text(code, pointer));
    if (out.empty() || out.size() > kMaxOverrideReasons) fail(pointer, "one to six override reasons are required here");
    return out;
  }

  JsonValue root_;
  const std::string& path_;
  std::vector<Error> errors_;
};

}  // namespace

Loaded<CardCodes> CardCodes::load(const std::string& path) {
  const auto document = load_json_file(path);
  if (!document) return {std::nullopt, {document.error()}};
  return Reader(document->root(), path).read();
}

}  // namespace cathgate::cds_hooks

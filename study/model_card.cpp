#include "study/model_card.h"

#include <cmath>

#include "study/report_text.h"

namespace cathgate::study {
namespace {

class Filler {
 public:
  Filler(JsonValue training, std::vector<Error>& errors) : training_(training), errors_(errors) {}

  std::string fill(std::string_view text, const std::string& field) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      const auto open = text.find('{', at), close = text.find('}', open);
      out += text.substr(at, open - at);
      if (open == text.npos || close == text.npos) break;
      out += value(text.substr(open + 1, close - open - 1), field);
      at = close + 1;
    }
    return out;
  }

 private:
  std::string value(std::string_view place, const std::string& field) {
    const auto bar = place.find('|');
    const auto path = place.substr(0, bar), form = bar == place.npos ? std::string_view() : place.substr(bar + 1);
    JsonValue at = training_;
    for (std::size_t from = 0; from <= path.size();) {
      const auto dot = std::min(path.find('.', from), path.size());
      at = at[path.substr(from, dot - from)];
      from = dot + 1;
    }
    if (const auto number = at.number()) {
      if (form == "percent") return percent(*number);
      return fixed(*number, form.empty() ? 0 : form[0] - '0');
    }
    if (at.is_string()) return std::string(at.text());
    errors_.push_back({ErrorCode::missing_data, "study/model-card.json, " + field, "training.json has no " + std::string(path)});
    return "?";
  }

  JsonValue training_;
  std::vector<Error>& errors_;
};

std::string section(JsonValue texts, std::string_view name, Filler& filler, JsonWriter* json) {
  std::string out;
  if (json) json->key(name).start_object();
  for (const auto entry : texts[name].elements()) {
    const std::string field(entry["field"].text());
    const auto text = filler.fill(entry["text"].text(), field);
    out += "**" + field + "**: " + text + "\n\n";
    if (json) json->member(field, text);
  }
  if (json) json->end_object();
  return out;
}

}  // namespace

Loaded<ModelCard> write_model_card(JsonValue texts, JsonValue training) {
  std::vector<Error> errors;
  Filler filler(training, errors);
  JsonWriter json;
  json.start_object().member("kind", "cathgate-model-card").member("texts_version", texts["version"].text()).member("model_digest", training["model_digest"].text());
  ModelCard card;
  card.markdown = "# Model card: learned score\n\nWritten by `cathgate train` from its own evaluation; do not edit.\n\n## CHAI Applied Model Card\n\n" + section(texts, "chai", filler, &json);
  card.markdown += "## HTI-1 source attributes, 45 CFR 170.315(b)(11), predictive\n\n" + section(texts, "hti1", filler, &json);
  card.tripod = "\n## TRIPOD+AI\n\n" + section(texts, "tripod", filler, nullptr);
  card.json = json.end_object().take();
  while (card.markdown.ends_with("\n\n")) card.markdown.pop_back();
  while (card.tripod.ends_with("\n\n")) card.tripod.pop_back();
  if (!errors.empty()) return {std::nullopt, std::move(errors)};
  return {std::move(card), {}};
}

}  // namespace cathgate::study

#include "core/json.h"

#include <simdjson.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <sstream>
#include <unordered_set>
#include <vector>

namespace cathgate {
namespace {

// RapidJSON's SSE2 scan reads whole blocks of 16 bytes and so may look behind the end of the text.
constexpr std::size_t kSpareBytes = 16;

// Stands between RapidJSON's reader and its document: counts depth, finds duplicate keys, converts numbers exactly.
// The keys point into the text, which is parsed in place.
class GuardedHandler {
 public:
  GuardedHandler(rapidjson::Document& dom, const JsonLimits& limits) : dom_(dom), limits_(limits) { keys_.reserve(64); }

  bool Null() { return dom_.Null(); }
  bool Bool(bool b) { return dom_.Bool(b); }
  bool Int(int i) { return dom_.Int(i); }
  bool Uint(unsigned u) { return dom_.Uint(u); }
  bool Int64(std::int64_t i) { return dom_.Int64(i); }
  bool Uint64(std::uint64_t u) { return dom_.Uint64(u); }
  bool Double(double d) { return dom_.Double(d); }
  bool String(const char* s, rapidjson::SizeType n, bool copy) { return dom_.String(s, n, copy); }

  bool RawNumber(const char* s, rapidjson::SizeType n, bool) {
    if (n > limits_.max_number_chars) return refuse("a number of more than " + std::to_string(limits_.max_number_chars) + " characters");
    std::int64_t whole = 0;
    const char* end = s + n;
    if (auto r = std::from_chars(s, end, whole); r.ec == std::errc() && r.ptr == end && !(whole == 0 && *s == '-')) return dom_.Int64(whole);
    double value = 0;
    const auto r = std::from_chars(s, end, value);
    if (r.ec == std::errc::result_out_of_range) return tiny(s, n) ? dom_.Double(0.0) : refuse("a number beyond the range of a double");
    if (r.ec != std::errc() || r.ptr != end || !std::isfinite(value)) return refuse("a number that cannot be read");
    return dom_.Double(value);
  }

  bool StartObject() { return descend() && (starts_.push_back(keys_.size()), dom_.StartObject()); }
  bool Key(const char* s, rapidjson::SizeType n, bool copy) {
    keys_.emplace_back(s, n);
    return dom_.Key(s, n, copy);
  }
  bool EndObject(rapidjson::SizeType members) {
    --depth_;
    const bool unique = keys_unique(starts_.back());
    keys_.resize(starts_.back());
    starts_.pop_back();
    return unique && dom_.EndObject(members);
  }
  bool StartArray() { return descend() && dom_.StartArray(); }
  bool EndArray(rapidjson::SizeType elements) { --depth_; return dom_.EndArray(elements); }

  const std::string& refusal() const { return refusal_; }

 private:
  bool refuse(std::string why) { refusal_ = std::move(why); return false; }
  bool descend() {
    if (++depth_ > limits_.max_depth) return refuse("nested deeper than " + std::to_string(limits_.max_depth) + " levels");
    return true;
  }
  // from_chars says the same for 1e-400 and 1e400; the sign of the exponent tells them apart.
  static bool tiny(const char* s, std::size_t n) {
    const std::string_view text(s, n);
    const auto e = text.find_first_of("eE");
    return e != std::string_view::npos && e + 1 < n && text[e + 1] == '-';
  }
  bool keys_unique(std::size_t first) {
    const std::size_t count = keys_.size() - first;
    if (count > limits_.max_members) return refuse("an object of more than " + std::to_string(limits_.max_members) + " members");
    if (count <= 24) {
      for (std::size_t i = first + 1; i < keys_.size(); ++i)
        for (std::size_t j = first; j < i; ++j)
          if (keys_[i] == keys_[j]) return refuse("the same key twice in one object");
      return true;
    }
    std::unordered_set<std::string_view> seen;
    for (std::size_t i = first; i < keys_.size(); ++i)
      if (!seen.insert(keys_[i]).second) return refuse("the same key twice in one object");
    return true;
  }

  rapidjson::Document& dom_;
  const JsonLimits& limits_;
  std::size_t depth_ = 0;
  std::vector<std::string_view> keys_;  // of all open objects, innermost last
  std::vector<std::size_t> starts_;     // where each open object's keys begin
  std::string refusal_;
};

std::string syntax_message(rapidjson::ParseErrorCode code) {
  using namespace rapidjson;
  switch (code) {
    case kParseErrorDocumentEmpty: return "the text is empty";
    case kParseErrorDocumentRootNotSingular: return "something follows the end of the JSON value";
    case kParseErrorValueInvalid: return "not a JSON value";
    case kParseErrorObjectMissName: return "a member name in double quotes was expected";
    case kParseErrorObjectMissColon: return "a colon was expected";
    case kParseErrorObjectMissCommaOrCurlyBracket: return "a comma or } was expected";
    case kParseErrorArrayMissCommaOrSquareBracket: return "a comma or ] was expected";
    case kParseErrorStringUnicodeEscapeInvalidHex:
    case kParseErrorStringUnicodeSurrogateInvalid: return "an invalid \\u escape";
    case kParseErrorStringEscapeInvalid: return "an invalid escape in a string";
    case kParseErrorStringMissQuotationMark: return "a string without its closing quote";
    case kParseErrorNumberTooBig: return "a number beyond the range of a double";
    case kParseErrorNumberMissFraction:
    case kParseErrorNumberMissExponent: return "an incomplete number";
    default: return "invalid JSON";
  }
}

// The text has been changed in place, but no line break outside strings has: JSON strings cannot hold raw ones.
std::string place(const std::string& text, std::size_t offset) {
  std::size_t line = 1, start = 0;
  for (std::size_t i = 0; i < offset && i < text.size(); ++i)
    if (text[i] == '\n') ++line, start = i + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(offset - start + 1);
}

}  // namespace

Result<JsonDocument> JsonDocument::parse(std::string text, const JsonLimits& limits) {
  JsonDocument document;
  document.state_ = std::make_unique<State>();
  State& state = *document.state_;
  state.text = std::move(text);
  state.text.reserve(state.text.size() + kSpareBytes);
  if (state.text.starts_with("\xEF\xBB\xBF")) return Error{ErrorCode::invalid_input, "line 1, column 1", "a byte-order mark before the JSON text"};
  if (std::memchr(state.text.data(), '\0', state.text.size())) return Error{ErrorCode::invalid_input, "", "a NUL byte in the JSON text"};

  if (!simdjson::validate_utf8(state.text)) return Error{ErrorCode::invalid_input, "", "the JSON text is not valid UTF-8"};

  GuardedHandler handler(state.dom, limits);
  rapidjson::Reader reader;
  rapidjson::ParseResult outcome;
  auto generate = [&](auto&) {
    rapidjson::InsituStringStream stream(state.text.data());
    outcome = reader.Parse<kJsonParseFlags>(stream, handler);
    return !outcome.IsError();
  };
  state.dom.Populate(generate);
  if (outcome.IsError()) {
    std::string why = handler.refusal().empty() ? syntax_message(outcome.Code()) : handler.refusal();
    return Error{ErrorCode::invalid_input, place(state.text, outcome.Offset()), std::move(why)};
  }
  return document;
}

Result<JsonDocument> load_json_file(const std::string& path, const JsonLimits& limits) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{ErrorCode::not_found, path, "the file cannot be opened"};
  std::ostringstream text;
  text << in.rdbuf();
  auto parsed = JsonDocument::parse(std::move(text).str(), limits);
  if (!parsed) return Error{parsed.error().code, path + ": " + parsed.error().where, parsed.error().message};
  return parsed;
}

std::string_view JsonValue::type_name() const {
  if (!raw_) return "missing";
  switch (raw_->GetType()) {
    case rapidjson::kNullType: return "null";
    case rapidjson::kFalseType:
    case rapidjson::kTrueType: return "boolean";
    case rapidjson::kObjectType: return "object";
    case rapidjson::kArrayType: return "array";
    case rapidjson::kStringType: return "string";
    case rapidjson::kNumberType: return "number";
  }
  return "missing";
}

std::optional<std::string_view> JsonValue::string() const {
  if (!is_string()) return std::nullopt;
  return text();
}
std::optional<double> JsonValue::number() const {
  if (!is_number()) return std::nullopt;
  return raw_->GetDouble();
}
std::optional<std::int64_t> JsonValue::integer() const {
  if (!raw_ || !raw_->IsInt64()) return std::nullopt;
  return raw_->GetInt64();
}
std::optional<bool> JsonValue::boolean() const {
  if (!is_bool()) return std::nullopt;
  return raw_->GetBool();
}

JsonValue JsonValue::operator[](std::string_view key) const {
  if (!is_object()) return {};
  for (auto m = raw_->MemberBegin(); m != raw_->MemberEnd(); ++m)
    if (m->name.GetStringLength() == key.size() && std::memcmp(m->name.GetString(), key.data(), key.size()) == 0) return JsonValue(&m->value);
  return {};
}
JsonValue JsonValue::operator[](std::size_t index) const {
  if (!is_array() || index >= raw_->Size()) return {};
  return JsonValue(&(*raw_)[static_cast<rapidjson::SizeType>(index)]);
}
std::size_t JsonValue::size() const { return is_array() ? raw_->Size() : is_object() ? raw_->MemberCount() : 0; }

JsonValue::Elements JsonValue::elements() const {
  if (!is_array()) return {nullptr, nullptr};
  return {raw_->Begin(), raw_->End()};
}
JsonValue::Members JsonValue::members() const {
  if (!is_object() || raw_->MemberCount() == 0) return {nullptr, nullptr};
  const Raw::Member* first = &*raw_->MemberBegin();
  return {first, first + raw_->MemberCount()};
}

JsonWriter& JsonWriter::number(double value) {
  assert(std::isfinite(value));
  char text[32];
  if (value == std::floor(value) && std::abs(value) < 1e15) {
    writer_.Int64(static_cast<std::int64_t>(value));
    return *this;
  }
  const auto end = std::to_chars(text, text + sizeof text, value);
  writer_.RawValue(text, static_cast<std::size_t>(end.ptr - text), rapidjson::kNumberType);
  return *this;
}
JsonWriter& JsonWriter::value(JsonValue value) {
  if (value.is_missing()) return null();
  value.raw()->Accept(writer_);
  return *this;
}
JsonWriter& JsonWriter::raw(std::string_view json) {
  writer_.RawValue(json.data(), json.size(), rapidjson::kObjectType);
  return *this;
}

}  // namespace cathgate

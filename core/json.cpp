#include "core/json.h"

#include <rapidjson/internal/dtoa.h>
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

  bool StartObject() { return descend() && (open_.push_back({keys_.size(), 0, false}), dom_.StartObject()); }
  bool Key(const char* s, rapidjson::SizeType n, bool copy) {
    keys_.emplace_back(s, n);
    open_.back().add(s, n);
    return dom_.Key(s, n, copy);
  }
  bool EndObject(rapidjson::SizeType members) {
    --depth_;
    const OpenObject object = open_.back();
    const bool unique = keys_unique(object);
    keys_.resize(object.first_key);
    open_.pop_back();
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
  struct OpenObject {
    std::size_t first_key;  // in keys_
    std::uint64_t seen;     // one bit for each kind of key so far, by length and ends
    bool alike;             // two keys were of one kind: only then can two be the same
    void add(const char* s, std::size_t n) {
      const auto last = n == 0 ? 0u : static_cast<unsigned char>(s[n - 1]), first = n == 0 ? 0u : static_cast<unsigned char>(s[0]);
      const std::uint64_t bit = std::uint64_t{1} << ((n * 7 + first * 5 + last) % 64);
      alike |= (seen & bit) != 0;
      seen |= bit;
    }
  };

  bool keys_unique(const OpenObject& object) {
    const std::size_t first = object.first_key, count = keys_.size() - first;
    if (count > limits_.max_members) return refuse("an object of more than " + std::to_string(limits_.max_members) + " members");
    if (!object.alike) return true;
    if (count <= 24) {
      for (std::size_t i = first + 1; i < keys_.size(); ++i)
        for (std::size_t j = first; j < i; ++j)
          if (keys_[i].size() == keys_[j].size() && keys_[i] == keys_[j]) return refuse("the same key twice in one object");
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
  std::vector<OpenObject> open_;        // innermost last
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

namespace {

constexpr std::uint64_t kEachByte = 0x0101010101010101u;

// Whether one of eight bytes is a control character, a quote or a backslash. May answer yes for a byte above 0x7F behind
// one that is, never no for one that must be escaped.
bool has_special(std::uint64_t word) {
  const auto has_zero = [](std::uint64_t x) { return (x - kEachByte) & ~x & (kEachByte * 0x80); };
  const std::uint64_t control = (word - kEachByte * 0x20) & ~word & (kEachByte * 0x80);
  return (control | has_zero(word ^ (kEachByte * '"')) | has_zero(word ^ (kEachByte * '\\'))) != 0;
}

bool is_special(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// The first character from `at` on that must be escaped, or the end.
std::size_t find_special(std::string_view text, std::size_t at) {
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if (has_special(word)) break;
  }
  while (at < text.size() && !is_special(text[at])) ++at;
  return at;
}

void append_escape(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  const auto byte = static_cast<unsigned char>(c);
  out.append("\\u00").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
}

// Receives a parsed value from RapidJSON.
struct Copier {
  JsonWriter& w;
  bool Null() { return w.null(), true; }
  bool Bool(bool b) { return w.boolean(b), true; }
  bool Int(int i) { return w.integer(i), true; }
  bool Uint(unsigned u) { return w.integer(u), true; }
  bool Int64(std::int64_t i) { return w.integer(i), true; }
  bool Uint64(std::uint64_t u) { return w.raw(std::to_string(u)), true; }
  bool Double(double d) {
    char text[32];
    return w.raw({text, static_cast<std::size_t>(rapidjson::internal::dtoa(d, text) - text)}), true;
  }
  bool RawNumber(const char* s, rapidjson::SizeType n, bool) { return w.raw({s, n}), true; }
  bool String(const char* s, rapidjson::SizeType n, bool) { return w.string({s, n}), true; }
  bool StartObject() { return w.start_object(), true; }
  bool Key(const char* s, rapidjson::SizeType n, bool) { return w.key({s, n}), true; }
  bool EndObject(rapidjson::SizeType) { return w.end_object(), true; }
  bool StartArray() { return w.start_array(), true; }
  bool EndArray(rapidjson::SizeType) { return w.end_array(), true; }
};

}  // namespace

void JsonWriter::quote(std::string_view value) {
  text_ += '"';
  for (std::size_t from = 0;;) {
    const std::size_t at = find_special(value, from);
    text_.append(value, from, at - from);
    if (at == value.size()) break;
    append_escape(text_, value[at]);
    from = at + 1;
  }
  text_ += '"';
}

JsonWriter& JsonWriter::integer(std::int64_t value) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, value);
  return raw({text, static_cast<std::size_t>(end.ptr - text)});
}

JsonWriter& JsonWriter::number(double value) {
  assert(std::isfinite(value));
  if (value == std::floor(value) && std::abs(value) < 1e15) return integer(static_cast<std::int64_t>(value));
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value);
  return raw({text, static_cast<std::size_t>(end.ptr - text)});
}

JsonWriter& JsonWriter::value(JsonValue value) {
  if (value.is_missing()) return null();
  Copier copier{*this};
  value.raw()->Accept(copier);
  return *this;
}

}  // namespace cathgate

// The one door to RapidJSON. Reading is bounded and strict; a missing member is a state, never a crash or a zero.
// Nothing outside core/json.* includes rapidjson/.
#pragma once

#include <rapidjson/document.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"

namespace cathgate {

// RapidJSON by default overflows the stack on deep input, loses duplicate keys and computes exponents with overflow.
// Iterative parsing, numbers handed over as text (converted exactly by from_chars) and the guards of JsonDocument cure that.
// UTF-8 is checked by simdjson before parsing: RapidJSON's own check costs a quarter of the whole parse.
inline constexpr unsigned kJsonParseFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseInsituFlag |
                                            rapidjson::kParseNumbersAsStringsFlag;

struct JsonLimits {
  std::size_t max_depth = 64;          // nested arrays and objects
  std::size_t max_members = 100'000;   // members of one object
  std::size_t max_number_chars = 64;   // characters of one number
};

// A read-only view of one JSON value; as cheap to copy as a pointer and valid as long as its document.
// A default-constructed view is "missing": every question to it answers no, and so does every member of it.
class JsonValue {
 public:
  using Raw = rapidjson::Value;
  JsonValue() = default;
  explicit JsonValue(const Raw* raw) : raw_(raw) {}

  bool is_missing() const { return raw_ == nullptr; }
  bool is_null() const { return raw_ && raw_->IsNull(); }
  bool is_object() const { return raw_ && raw_->IsObject(); }
  bool is_array() const { return raw_ && raw_->IsArray(); }
  bool is_string() const { return raw_ && raw_->IsString(); }
  bool is_number() const { return raw_ && raw_->IsNumber(); }
  bool is_bool() const { return raw_ && raw_->IsBool(); }
  // "object", "array", "string", "number", "boolean", "null" or "missing", for error messages.
  std::string_view type_name() const;

  // Typed getters: empty when the value is missing or of another type; numbers are always finite.
  std::optional<std::string_view> string() const;
  std::optional<double> number() const;
  std::optional<std::int64_t> integer() const;  // only integers that fit; 1.0 is not one
  std::optional<bool> boolean() const;
  // The string, or an empty view when there is none: for comparisons where absence and "" mean the same.
  std::string_view text() const { return raw_ && raw_->IsString() ? std::string_view(raw_->GetString(), raw_->GetStringLength()) : std::string_view(); }

  // The member, or missing (also when this is not an object).
  JsonValue operator[](std::string_view key) const {
    if (!is_object()) return {};
    for (auto m = raw_->MemberBegin(), end = raw_->MemberEnd(); m != end; ++m)
      if (m->name.GetStringLength() == key.size() && (key.empty() || *m->name.GetString() == key.front()) && std::memcmp(m->name.GetString(), key.data(), key.size()) == 0)
        return JsonValue(&m->value);
    return {};
  }
  // The element, or missing (also when this is not an array or index is out of range).
  JsonValue operator[](std::size_t index) const;
  // Elements of an array, members of an object, otherwise 0.
  std::size_t size() const;

  class ElementIterator {
   public:
    explicit ElementIterator(const Raw* at) : at_(at) {}
    JsonValue operator*() const { return JsonValue(at_); }
    ElementIterator& operator++() { ++at_; return *this; }
    bool operator==(const ElementIterator&) const = default;

   private:
    const Raw* at_;
  };
  struct Elements {
    const Raw* first;
    const Raw* last;
    ElementIterator begin() const { return ElementIterator(first); }
    ElementIterator end() const { return ElementIterator(last); }
  };
  // for (JsonValue e : v.elements()): empty unless this is an array.
  Elements elements() const;

  struct Member {
    std::string_view key;
    std::string_view name() const { return key; }
    const Raw* raw;
    JsonValue value() const { return JsonValue(raw); }
  };
  class MemberIterator {
   public:
    explicit MemberIterator(const Raw::Member* at) : at_(at) {}
    Member operator*() const { return {{at_->name.GetString(), at_->name.GetStringLength()}, &at_->value}; }
    MemberIterator& operator++() { ++at_; return *this; }
    bool operator==(const MemberIterator&) const = default;

   private:
    const Raw::Member* at_;
  };
  struct Members {
    const Raw::Member* first;
    const Raw::Member* last;
    MemberIterator begin() const { return MemberIterator(first); }
    MemberIterator end() const { return MemberIterator(last); }
  };
  // for (auto m : v.members()) m.key, m.value(): empty unless this is an object; document order.
  Members members() const;

  const Raw* raw() const { return raw_; }

 private:
  const Raw* raw_ = nullptr;
};

// A parsed text with the memory that its views point into. Movable, not copyable; const use is thread-safe.
class JsonDocument {
 public:
  // Takes the text over and parses it in place. Refuses, naming line and column: bad syntax, comments, a second root,
  // invalid UTF-8, a byte-order mark, duplicate keys in one object, and anything beyond the limits.
  static Result<JsonDocument> parse(std::string text, const JsonLimits& limits = {});

  JsonValue root() const { return JsonValue(&state_->dom); }

 private:
  struct State {
    std::string text;  // changed in place by the parser; the DOM points into it
    rapidjson::Document dom;
  };
  std::unique_ptr<State> state_;
};

// Reads a whole file and parses it; errors name the file.
Result<JsonDocument> load_json_file(const std::string& path, const JsonLimits& limits = {});

// Writes JSON text, compact. Keys and values alternate as in any SAX writer; it is the caller who keeps them balanced.
// The bytes are those of RapidJSON's own writer, which takes several times as long because it copies byte by byte.
class JsonWriter {
 public:
  JsonWriter& start_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& start_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name) {
    separate();
    quote(name);
    text_ += ':';
    follows_ = false;
    return *this;
  }
  JsonWriter& string(std::string_view value) {
    separate();
    quote(value);
    return *this;
  }
  // Shortest text that reads back to the same double; integral values print without ".0". Not finite is a bug (asserted).
  JsonWriter& number(double value);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  // Copies a whole parsed value, bounded by the depth limit it was parsed with. Missing writes null.
  JsonWriter& value(JsonValue value);
  // Inserts text that is already valid JSON.
  JsonWriter& raw(std::string_view json) {
    separate();
    text_ += json;
    return *this;
  }

  // Shorthands for members.
  JsonWriter& member(std::string_view name, std::string_view value) { return key(name).string(value); }
  JsonWriter& member(std::string_view name, const char* value) { return key(name).string(value); }
  JsonWriter& member(std::string_view name, double value) { return key(name).number(value); }
  JsonWriter& member(std::string_view name, bool value) { return key(name).boolean(value); }
  JsonWriter& member(std::string_view name, std::int64_t value) { return key(name).integer(value); }
  JsonWriter& member(std::string_view name, int value) { return key(name).integer(value); }

  std::string_view view() const { return text_; }
  // The text; the writer is empty afterwards.
  std::string take() { return std::exchange(text_, {}); }

 private:
  // The comma between two values of an array or two members; what comes next needs one.
  void separate() {
    if (follows_) text_ += ',';
    follows_ = true;
  }
  JsonWriter& open(char bracket) {
    separate();
    text_ += bracket;
    follows_ = false;
    return *this;
  }
  JsonWriter& close(char bracket) {
    text_ += bracket;
    follows_ = true;
    return *this;
  }
  void quote(std::string_view value);

  std::string text_;
  bool follows_ = false;  // a value stands before the next one in the same array or object
};

}  // namespace cathgate

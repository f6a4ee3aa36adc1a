// Errors as values. An Error says what kind of trouble it is, where in the input it lies, and what a person should know.
// Exceptions are not for this: they mean a bug and are caught once per request and in main.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace cathgate {

// The one place where a code becomes an HTTP status is cds-hooks/http/outcome.cpp.
enum class ErrorCode { invalid_input, missing_data, not_found, unavailable, internal };

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string where;    // a path into the input: "prefetch.calcium.entry[4].resource.valueQuantity", "rules/library/x.json#/rules/2"
  std::string message;  // one sentence, never a patient's data
};

// Either a value or an Error. Reading the side that is not there is a programming error (asserted).
template <class T>
class Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { assert(ok()); return *std::get_if<0>(&state_); }
  const T& value() const& { assert(ok()); return *std::get_if<0>(&state_); }
  T&& value() && { assert(ok()); return std::move(*std::get_if<0>(&state_)); }
  const Error& error() const { assert(!ok()); return *std::get_if<1>(&state_); }

  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }

 private:
  std::variant<T, Error> state_;
};

// What a loader of a knowledge file returns: the value, or every problem of the file at once, never only the first.
template <class T>
struct Loaded {
  std::optional<T> value;
  std::vector<Error> errors;  // empty exactly when value is set

  bool ok() const { return value.has_value(); }
};

}  // namespace cathgate

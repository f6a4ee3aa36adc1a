// Whether a JSON value obeys a JSON Schema (draft 4, as RapidJSON implements it).
#pragma once

#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

#include <string>

#include "core/json.h"

namespace cathgate::test {

// Empty when the value obeys; otherwise the JSON pointer of the first value that does not and the keyword that it breaks.
inline std::string schema_violation(JsonValue schema, JsonValue value) {
  const rapidjson::SchemaDocument compiled(*schema.raw());
  rapidjson::SchemaValidator validator(compiled);
  if (value.raw()->Accept(validator)) return {};
  rapidjson::StringBuffer place;
  validator.GetInvalidDocumentPointer().Stringify(place);
  return std::string(place.GetString(), place.GetSize()) + ": " + validator.GetInvalidSchemaKeyword();
}

}  // namespace cathgate::test

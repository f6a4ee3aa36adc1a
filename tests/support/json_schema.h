// Validation against the schemas of the served OpenAPI document.
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>
#include <string_view>

namespace cathgate::test {

class OpenApiSchemas {
 public:
  explicit OpenApiSchemas(const std::string& openapi) { openapi_.Parse(openapi.c_str(), openapi.size()); }

  bool parsed() const { return !openapi_.HasParseError(); }
  const rapidjson::Document& document() const { return openapi_; }

  // Empty when `json` is what components/schemas/`name` says; otherwise where it is not.
  std::string problem(const std::string& name, const std::string& json) const {
    rapidjson::Document instance;
    instance.Parse(json.c_str(), json.size());
    if (instance.HasParseError()) return "no JSON";
    if (!openapi_["components"]["schemas"].HasMember(name.c_str())) return "no schema " + name;
    // A root that only refers, with all schemas beside it, so that their references resolve.
    rapidjson::Document root(rapidjson::kObjectType);
    auto& memory = root.GetAllocator();
    rapidjson::Value all(openapi_["components"], memory);
    root.AddMember("components", all, memory);
    rapidjson::Value reference(("#/components/schemas/" + name).c_str(), memory);
    rapidjson::Value one(rapidjson::kObjectType);
    one.AddMember("$ref", reference, memory);
    rapidjson::Value list(rapidjson::kArrayType);
    list.PushBack(one, memory);
    root.AddMember("allOf", list, memory);
    const rapidjson::SchemaDocument schema(root);
    rapidjson::SchemaValidator validator(schema);
    if (instance.Accept(validator)) return {};
    rapidjson::StringBuffer where, rule;
    validator.GetInvalidDocumentPointer().StringifyUriFragment(where);
    validator.GetInvalidSchemaPointer().StringifyUriFragment(rule);
    return std::string(where.GetString()) + " breaks " + rule.GetString() + " " + validator.GetInvalidSchemaKeyword();
  }

 private:
  rapidjson::Document openapi_;
};

}  // namespace cathgate::test

#include "cds-hooks/hooks/hook_request.h"

#include "cds-hooks/cards/language.h"
#include "cds-hooks/hooks/hook_context.h"
#include "core/digest.h"

namespace cathgate::cds_hooks {
namespace {

Error invalid(std::string where, std::string message) {
  return {ErrorCode::invalid_input, std::move(where), std::move(message)};
}

std::optional<Error> require_text(JsonValue object, std::string_view name, const std::string& path) {
  if (!object[name].text().empty()) return std::nullopt;
  return invalid(path + std::string(name), "a string that is not empty is required here");
}

// Shapes only: whether the token is worth anything is for the FHIR server to say.
std::optional<Error> check_authorization(JsonValue root) {
  const auto server = root["fhirServer"];
  if (!server.is_missing()) {
    const auto url = server.text();
    if (!url.starts_with("https://") && !url.starts_with("http://"))
      return invalid("fhirServer", "an http or https address is required here");
  }
  const auto authorization = root["fhirAuthorization"];
  if (authorization.is_missing()) return std::nullopt;
  if (!authorization.is_object()) return invalid("fhirAuthorization", "an object is required here");
  if (server.is_missing()) return invalid("fhirServer", "fhirServer is required beside fhirAuthorization");
  for (const std::string_view name : {"access_token", "token_type", "scope", "subject"})
    if (auto error = require_text(authorization, name, "fhirAuthorization.")) return error;
  if (authorization["token_type"].text() != "Bearer")
    return invalid("fhirAuthorization.token_type", "the token type is Bearer");
  if (!authorization["expires_in"].integer())
    return invalid("fhirAuthorization.expires_in", "an integer number of seconds is required here");
  if (const auto patient = authorization["patient"]; !patient.is_missing() && patient.text().empty())
    return invalid("fhirAuthorization.patient", "a string that is not empty is required here");
  return std::nullopt;
}

std::optional<Error> read_hook_name(JsonValue root, ServiceKind service, HookRequest& request) {
  const auto name = root["hook"].text();
  if (name.empty()) return invalid("hook", "a string that is not empty is required here");
  for (const auto& entry : kServiceHooks)
    if (entry.service == service && entry.hook_name == name) {
      request.hook = entry.hook;
      request.hook_name = entry.hook_name;
      return std::nullopt;
    }
  return invalid("hook", "this service does not answer that hook");
}

}  // namespace

Result<HookRequest> read_hook_request(JsonValue root, std::string_view service_id) {
  HookRequest request;
  const auto service = find_service(service_id);
  if (!service) return Error{ErrorCode::not_found, "", "there is no such service"};
  request.service = *service;
  if (!root.is_object()) return invalid("", "the body of a hook call is a JSON object");
  if (auto error = read_hook_name(root, *service, request)) return *error;
  request.hook_instance = root["hookInstance"].text();
  if (!is_uuid(request.hook_instance)) return invalid("hookInstance", "a UUID is required here");
  if (auto error = check_authorization(root)) return *error;
  if (auto error = read_hook_context(root["context"], request)) return *error;
  if (const auto patient = root["fhirAuthorization"]["patient"].text(); !patient.empty() && patient != request.patient_id)
    return invalid("fhirAuthorization.patient", "the access token is for another patient than the call");
  request.prefetch = root["prefetch"];
  if (request.prefetch.is_null()) request.prefetch = JsonValue();
  if (!request.prefetch.is_missing() && !request.prefetch.is_object())
    return invalid("prefetch", "an object is required here");
  if (const auto extension = root["extension"]; !extension.is_missing() && !extension.is_object())
    return invalid("extension", "an object is required here");
  request.language = root["extension"][kLanguageExtension].text();
  return request;
}

}  // namespace cathgate::cds_hooks

#include "cds-hooks/http/framing_gate.h"

#include <algorithm>
#include <charconv>

namespace cathgate::cds_hooks {
namespace {

bool is_token_char(char c) {
  const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

bool is_token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_token_char); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Whether a comma-separated list holds the token.
bool lists(std::string_view list, std::string_view token) {
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto end = std::min(list.find(',', begin), list.size());
    if (same(trim(list.substr(begin, end - begin)), token)) return true;
    begin = end + 1;
  }
  return false;
}

Refusal bad(std::string_view where, std::string_view message, int status = 400) {
  return {status, "http." + std::string(where), std::string(message)};
}

// What the fields said, before they are judged together.
struct Framing {
  int hosts = 0;
  int lengths = 0;
  int codings = 0;
  int content_types = 0;
  std::string_view host, length, coding;
  bool http_1_0 = false;
};

Method read_method(std::string_view name) {
  if (name == "GET") return Method::get;
  if (name == "POST") return Method::post;
  if (name == "HEAD") return Method::head;
  if (name == "OPTIONS") return Method::options;
  return Method::other;
}

// Visible ASCII without the characters that no URI holds; percent signs must start a pair that is no control character.
bool is_uri_text(std::string_view target) {
  for (std::size_t i = 0; i < target.size(); ++i) {
    const char c = target[i];
    if (c <= 0x20 || c >= 0x7F || std::string_view("\"<>\\^`{|}#").find(c) != std::string_view::npos) return false;
    if (c != '%') continue;
    unsigned value = 0;
    if (i + 2 >= target.size()) return false;
    const auto [end, ec] = std::from_chars(&target[i + 1], &target[i + 1] + 2, value, 16);
    if (ec != std::errc() || end != &target[i + 1] + 2 || value < 0x20 || value == 0x7F) return false;
  }
  return true;
}

std::optional<Refusal> read_target(std::string_view target, const GateOptions& options, RequestHead& head) {
  constexpr std::string_view kScheme = "http://";
  if (!is_uri_text(target)) return bad("request-target", "The request target holds characters that no URI may hold.");
  if (target.size() > kScheme.size() && same(target.substr(0, kScheme.size()), kScheme)) {
    const std::string_view rest = target.substr(kScheme.size());
    const auto slash = std::min(rest.find('/'), rest.size());
    if (options.public_host.empty() || !same(rest.substr(0, slash), options.public_host)) {
      return bad("request-target", "An absolute target must name this server.");
    }
    target = slash == rest.size() ? std::string_view("/") : rest.substr(slash);
  }
  if (!target.starts_with('/')) return bad("request-target", "The request target must be a path.");
  head.path = target.substr(0, target.find('?'));
  return std::nullopt;
}

std::optional<Refusal> read_request_line(std::string_view line, const GateOptions& options, RequestHead& head,
                                         Framing& framing) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || line.find(' ', first + 1) != last) {
    return bad("request-line", "The request line is not a method, a target and a version.");
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method)) return bad("request-line", "The method is not a token.");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return bad("request-line", "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  if (method == "CONNECT") return bad("request-line", "This server is no proxy.");
  head.method = read_method(method);
  framing.http_1_0 = version == "HTTP/1.0";
  return read_target(line.substr(first + 1, last - first - 1), options, head);
}

std::optional<Refusal> read_field(std::string_view name, std::string_view value, RequestHead& head, Framing& framing) {
  if (same(name, "Host")) {
    ++framing.hosts;
    framing.host = value;
  } else if (same(name, "Content-Length")) {
    ++framing.lengths;
    framing.length = value;
  } else if (same(name, "Transfer-Encoding")) {
    ++framing.codings;
    framing.coding = value;
  } else if (same(name, "Content-Type")) {
    ++framing.content_types;
    head.content_type = value;
  } else if (same(name, "Authorization")) {
    ++head.authorizations;
    head.authorization = value;
  } else if (same(name, "Origin")) {
    head.origin = value;
  } else if (same(name, "Accept-Language")) {
    if (head.accept_language.empty()) head.accept_language = value;
  } else if (same(name, "If-None-Match")) {
    if (head.if_none_match.empty()) head.if_none_match = value;
  } else if (same(name, "Connection")) {
    if (lists(value, "close")) head.keep_alive = false;
  } else if (same(name, "Upgrade")) {
    return bad("Upgrade", "No other protocol is spoken here.");
  } else if (same(name, "Expect")) {
    if (!same(value, "100-continue")) return bad("Expect", "Only 100-continue can be expected.");
    head.expects_continue = true;
  } else if (same(name, "Content-Encoding") && !same(value, "identity")) {
    return bad("Content-Encoding", "The body must be sent without compression.", 415);
  }
  return std::nullopt;
}

std::optional<Refusal> read_fields(std::string_view fields, const GateOptions& options, RequestHead& head, Framing& framing) {
  for (std::size_t count = 0; !fields.empty(); ++count) {
    if (count == options.max_fields) return bad("fields", "The request has too many header fields.", 431);
    const auto end = fields.find("\r\n");
    const std::string_view line = fields.substr(0, end);
    fields.remove_prefix(end + 2);
    if (line.starts_with(' ') || line.starts_with('\t')) return bad("fields", "Folded header fields are refused.");
    const auto colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    if (colon == std::string_view::npos || !is_token(name)) return bad("fields", "A header field is not \"name: value\".");
    const std::string_view value = trim(line.substr(colon + 1));
    const bool clean = std::ranges::none_of(value, [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7F; });
    if (!clean) return bad("fields", "A header field holds a control character.");
    if (auto refusal = read_field(name, value, head, framing)) return refusal;
  }
  return std::nullopt;
}

std::optional<Refusal> judge_length(const Framing& framing, RequestHead& head) {
  if (framing.lengths > 1) return bad("Content-Length", "Content-Length must be sent once.");
  const std::string_view text = framing.length;
  const bool digits = !text.empty() && text.size() <= 18 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return bad("Content-Length", "Content-Length must be one decimal number.");
  std::from_chars(text.data(), text.data() + text.size(), head.content_length);
  return std::nullopt;
}

std::optional<Refusal> judge(const Framing& framing, RequestHead& head) {
  const bool host_clean = framing.host.find_first_of(" \t,/?#@") == std::string_view::npos;
  if (framing.hosts > 1 || (framing.hosts == 0 && !framing.http_1_0) || !host_clean) {
    return bad("Host", "Exactly one Host must be named.");
  }
  if (framing.content_types > 1) return bad("Content-Type", "Content-Type must be sent once.");
  if (framing.codings > 0) {
    if (framing.lengths > 0) return bad("Transfer-Encoding", "Transfer-Encoding and Content-Length exclude each other.");
    if (framing.http_1_0) return bad("Transfer-Encoding", "HTTP/1.0 has no Transfer-Encoding.");
    if (framing.codings > 1) return bad("Transfer-Encoding", "Transfer-Encoding must be sent once.");
    if (!same(framing.coding, "chunked")) {
      const bool list = framing.coding.find(',') != std::string_view::npos || framing.coding.empty();
      return bad("Transfer-Encoding", "Only the transfer coding \"chunked\" is known.", list ? 400 : 501);
    }
    head.chunked = true;
  }
  if (framing.lengths > 0) {
    if (auto refusal = judge_length(framing, head)) return refusal;
  }
  if (framing.http_1_0) head.keep_alive = false;
  return std::nullopt;
}

}  // namespace

HeadScan scan_head(std::string_view received, std::size_t from) {
  if (!received.empty() && !is_token_char(received.front())) return {HeadScan::State::malformed, 0};
  for (auto at = received.find('\n', from); at != std::string_view::npos; at = received.find('\n', at + 1)) {
    if (at == 0 || received[at - 1] != '\r') return {HeadScan::State::malformed, 0};
    if (at >= 3 && received[at - 2] == '\n') return {HeadScan::State::complete, at + 1};
  }
  return {};
}

std::optional<Refusal> inspect_head(std::string_view raw, const GateOptions& options, RequestHead& head) {
  Framing framing;
  head = {};
  const auto line_end = raw.find("\r\n");
  if (auto refusal = read_request_line(raw.substr(0, line_end), options, head, framing)) return refusal;
  const std::string_view fields = raw.substr(line_end + 2, raw.size() - line_end - 4);
  if (auto refusal = read_fields(fields, options, head, framing)) return refusal;
  return judge(framing, head);
}

bool is_json_content_type(std::string_view content_type) {
  const auto semicolon = std::min(content_type.find(';'), content_type.size());
  const std::string_view type = trim(content_type.substr(0, semicolon));
  if (!same(type, kJson) && !same(type, kFhirJson)) return false;
  std::string_view rest = content_type.substr(semicolon);
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const auto next = std::min(rest.find(';'), rest.size());
    const std::string_view parameter = trim(rest.substr(0, next));
    rest.remove_prefix(next);
    const auto equals = std::min(parameter.find('='), parameter.size());
    if (!same(trim(parameter.substr(0, equals)), "charset")) continue;
    std::string_view charset = equals < parameter.size() ? trim(parameter.substr(equals + 1)) : std::string_view();
    if (charset.size() >= 2 && charset.front() == '"' && charset.back() == '"') charset = charset.substr(1, charset.size() - 2);
    if (!same(charset, "utf-8") && !same(charset, "utf8")) return false;
  }
  return true;
}

}  // namespace cathgate::cds_hooks

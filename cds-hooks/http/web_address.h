// The addresses that Cathgate calls, and the ones that it must not: http and https URLs taken apart by Boost.URL, and
// networks. Decided here and nowhere else, because server-side request forgery begins with two parsers that disagree.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cathgate::cds_hooks {

// An absolute http or https URL. The host is a name or an IP address without brackets.
struct WebAddress {
  bool tls = false;
  std::string host;
  std::string port;    // decimal, the scheme's default filled in
  std::string target;  // path and query, percent-encoded, never empty

  // Scheme, host and port: what one connection may serve.
  std::string origin() const;
};

// Refuses (nullopt) every other scheme, user information, a fragment, an empty host, and a host or port that is not
// written plainly.
std::optional<WebAddress> read_web_address(std::string_view text);

// `text`, absolute or relative, as an address below `base` (same origin, path within the base's path); nullopt when it
// leads anywhere else.
std::optional<WebAddress> resolve_below(std::string_view base, std::string_view text);

// Everything but letters, digits and "-._~" as %XX.
std::string percent_encode(std::string_view text);
// The same for a whole relative reference: "/?&=:,;@+%" stay too.
std::string percent_encode_reference(std::string_view text);

struct Network {
  boost::asio::ip::address address;
  unsigned short bits = 0;
};
// "10.1.0.0/16", "fd00::/8", "127.0.0.1" (a single address).
std::optional<Network> read_network(std::string_view text);

// Whether a connection to the address may be opened: every public unicast address may; loopback, private, link-local,
// shared, multicast, unspecified and reserved ones only inside one of `allowed`. IPv4 in IPv6 counts as IPv4.
bool may_connect(const boost::asio::ip::address& address, const std::vector<Network>& allowed);

}  // namespace cathgate::cds_hooks

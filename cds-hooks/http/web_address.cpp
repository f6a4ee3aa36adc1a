#include "cds-hooks/http/web_address.h"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace cathgate::cds_hooks {
namespace {

namespace ip = boost::asio::ip;
namespace urls = boost::urls;

bool is_plain_host(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == ':';
  });
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::optional<WebAddress> take_apart(const urls::url_view& url) {
  const bool https = url.scheme_id() == urls::scheme::https;
  if ((!https && url.scheme_id() != urls::scheme::http) || url.has_userinfo() || url.has_fragment()) return std::nullopt;
  WebAddress address;
  address.tls = https;
  address.host = lower(std::string(url.host_address()));
  if (!is_plain_host(address.host)) return std::nullopt;
  address.port = url.has_port() ? std::string(url.port()) : std::string(https ? "443" : "80");
  unsigned short number = 0;
  const auto [end, ec] = std::from_chars(address.port.data(), address.port.data() + address.port.size(), number);
  if (ec != std::errc() || end != address.port.data() + address.port.size() || number == 0) return std::nullopt;
  const auto path = url.encoded_path();
  address.target = path.empty() ? std::string("/") : std::string(path.data(), path.size());
  if (url.has_query()) {
    const auto query = url.encoded_query();
    address.target.append("?").append(query.data(), query.size());
  }
  return address;
}

std::string encode(std::string_view text, std::string_view kept) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kept.find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain) out += c;
    else out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
  }
  return out;
}

bool within(const ip::address& address, const Network& network) {
  if (address.is_v4() != network.address.is_v4()) return false;
  const auto bits_equal = [&](const auto& a, const auto& b) {
    for (unsigned i = 0; i < network.bits; ++i) {
      const unsigned mask = 0x80u >> (i % 8);
      if ((a[i / 8] & mask) != (b[i / 8] & mask)) return false;
    }
    return true;
  };
  if (address.is_v4()) return bits_equal(address.to_v4().to_bytes(), network.address.to_v4().to_bytes());
  return bits_equal(address.to_v6().to_bytes(), network.address.to_v6().to_bytes());
}

// RFC 6890 and its successors: what is not the public internet, or leads back into IPv4.
const std::vector<Network>& special_networks() {
  static const std::vector<Network> kSpecial = [] {
    std::vector<Network> networks;
    for (const std::string_view text :
         {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
          "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "::/96",
          "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"}) {
      networks.push_back(*read_network(text));
    }
    return networks;
  }();
  return kSpecial;
}

ip::address plain(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

}  // namespace

std::string WebAddress::origin() const {
  const bool v6 = host.find(':') != std::string::npos;
  return std::string(tls ? "https://" : "http://") + (v6 ? "[" + host + "]" : host) + ":" + port;
}

std::optional<WebAddress> read_web_address(std::string_view text) {
  const auto url = urls::parse_uri(text);
  if (!url) return std::nullopt;
  return take_apart(*url);
}

std::optional<WebAddress> resolve_below(std::string_view base_text, std::string_view text) {
  std::string base_folder(base_text);
  if (!base_folder.ends_with('/')) base_folder += '/';
  const auto base = urls::parse_uri(base_folder);
  const auto reference = urls::parse_uri_reference(text);
  if (!base || !reference) return std::nullopt;
  urls::url resolved;
  if (!urls::resolve(*base, *reference, resolved)) return std::nullopt;
  resolved.normalize_path();
  const auto root = take_apart(*base);
  auto address = take_apart(resolved);
  if (!root || !address || root->origin() != address->origin()) return std::nullopt;
  const std::string_view path = std::string_view(address->target).substr(0, address->target.find('?'));
  const bool inside = path.starts_with(root->target) || path == std::string_view(root->target).substr(0, root->target.size() - 1);
  return inside ? address : std::nullopt;
}

std::string percent_encode(std::string_view text) { return encode(text, "-._~"); }
std::string percent_encode_reference(std::string_view text) { return encode(text, "-._~/?&=:,;@+%"); }

std::optional<Network> read_network(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  boost::system::error_code ec;
  Network network;
  network.address = ip::make_address(std::string(text.substr(0, slash)), ec);
  if (ec) return std::nullopt;
  const unsigned short most = network.address.is_v4() ? 32 : 128;
  network.bits = most;
  if (slash == text.size()) return network;
  const std::string_view bits = text.substr(slash + 1);
  const auto [end, problem] = std::from_chars(bits.data(), bits.data() + bits.size(), network.bits);
  if (problem != std::errc() || end != bits.data() + bits.size() || network.bits > most) return std::nullopt;
  return network;
}

bool may_connect(const ip::address& given, const std::vector<Network>& allowed) {
  const ip::address address = plain(given);
  const auto holds = [&](const Network& network) { return within(address, network); };
  return std::ranges::any_of(allowed, holds) || std::ranges::none_of(special_networks(), holds);
}

}  // namespace cathgate::cds_hooks

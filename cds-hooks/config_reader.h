// Takes values out of a TOML table, checks type and range, and remembers which keys are known. Reports every problem.
#pragma once

#include <chrono>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "core/result.h"

namespace cathgate::cds_hooks {

class ConfigReader {
 public:
  ConfigReader(const toml::table& root, std::string name) : root_(root), name_(std::move(name)) {}

  // Each leaves the target as it is when the key is absent or wrong. `key` is dotted.
  void read(std::string_view key, bool& target);
  void read(std::string_view key, std::string& target);
  void read(std::string_view key, std::vector<std::string>& target);
  void read(std::string_view key, std::chrono::milliseconds& target, std::int64_t min, std::int64_t max);
  void read(std::string_view key, std::chrono::seconds& target, std::int64_t min, std::int64_t max);
  template <class Integer>
  void read(std::string_view key, Integer& target, std::int64_t min, std::int64_t max) {
    if (const auto value = integer(key, min, max)) target = static_cast<Integer>(*value);
  }
  // One of the names; its index.
  void read_choice(std::string_view key, std::size_t& target, const std::vector<std::string_view>& names);

  // How many tables the array at `key` ([[key]]) holds; 0 when it is absent. Their keys are read as "key[0].name".
  std::size_t count_tables(std::string_view key);

  // A problem of the value at a key that was read.
  void complain(std::string_view key, std::string message);
  // Adds an error for each key of the file that was never asked for, and hands all errors over, in the order of the file.
  std::vector<Error> finish();
  const std::vector<std::string>& known() const { return known_; }

 private:
  toml::node_view<const toml::node> find(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t min, std::int64_t max);
  void find_unknown(const toml::table& table, const std::string& prefix);
  void add(const toml::node* node, std::string_view key, std::string message);

  struct Problem {
    std::uint32_t line;
    Error error;
  };
  const toml::table& root_;
  std::string name_;
  std::vector<std::string> known_;
  std::vector<Problem> problems_;
};

}  // namespace cathgate::cds_hooks

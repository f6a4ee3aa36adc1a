// cds-hooks/codes.json: the codes that cards carry (origin, topics, override reasons). Immutable after load.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"

namespace cathgate::cds_hooks {

struct Coding {
  std::string system;
  std::string code;
  std::string display;
};

struct CardCodes {
  Coding origin;                                   // meta.tag of every resource that we suggest
  Coding security;                                 // meta.security of the same
  std::unordered_map<std::string, Coding> topics;  // by service id
  std::string endotype_system;                               // our codes of endotypes
  Coding endotype_topic, function_test;
  std::unordered_map<std::string, Coding> drugs;             // by the name of the class
  std::vector<std::string> endotype_override_reasons;
  std::string override_system;
  std::unordered_map<std::string, std::vector<std::string>> override_reasons;  // by decision_name(), at most six codes

  // Reports every problem: a missing code, a decision or service without an entry, more than six reasons.
  static Loaded<CardCodes> load(const std::string& path);
};

}  // namespace cathgate::cds_hooks

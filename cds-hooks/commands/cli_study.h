// The commands that work with cohorts: train, evaluate, recalibrate. Added to the command line by main.cpp.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

#include "cds-hooks/config.h"
#include "study/commands.h"

namespace cathgate::cds_hooks {

// What the options of these commands fill in; must outlive the parsing and the chosen command.
struct StudyArguments {
  study::TrainOptions train;
  study::EvaluateOptions evaluate;
  study::RecalibrateOptions recalibrate;
  bool json = false;
};

using StudyCommand = std::function<int(const Config&, const KnowledgePlaces& places)>;

// `add_common` adds the options that every command has.
void add_study_commands(CLI::App& app, StudyArguments& arguments, StudyCommand& chosen, const std::function<void(CLI::App&)>& add_common);

}  // namespace cathgate::cds_hooks

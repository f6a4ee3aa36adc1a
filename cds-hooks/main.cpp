// The command line of cathgate. Exit codes: 0 done, 1 a problem was found or something failed, 2 wrong usage.
#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>

#include "cds-hooks/app.h"
#include "cds-hooks/commands/cli.h"
#include "cds-hooks/commands/cli_endotype.h"
#include "cds-hooks/commands/cli_io.h"
#include "cds-hooks/commands/cli_rules.h"
#include "cds-hooks/commands/cli_study.h"
#include "cds-hooks/commands/mock_ehr.h"
#include "cds-hooks/version.h"

namespace {

using namespace cathgate;
using namespace cathgate::cds_hooks;

constexpr int kUsage = 2;

// What the options of the command line fill in.
struct Arguments {
  std::string config_file;
  std::string knowledge;
  int port = -1;
  AssessOptions assess;
  bool json = false;
  SimulateOptions simulate;
  EndotypeCalibrationOptions endotype_calibration;
  bool text = false;
  std::string file;
  bool today = false;
  std::string id;
  bool recompute = false;
  std::size_t count = 20;
  EraseOptions erase;
  MockEhrOptions mock;
  std::string fault = "none";
  bool payloads = false;
  std::string cases;
  bool check = false;
  double at_least = 100;
  StudyArguments study;
};

using Command = std::function<int(const Config&, const KnowledgePlaces& places)>;

void add_config(CLI::App& command, Arguments& arguments) {
  command.add_option("--config", arguments.config_file, "TOML file; deploy/cathgate.example.toml explains every key. Without it: "
                     "127.0.0.1:8080, development mode, SQLite in $XDG_STATE_HOME/cathgate or ./var")->type_name("FILE");
}

void add_knowledge(CLI::App& command, Arguments& arguments) {
  command.add_option("--knowledge", arguments.knowledge, "Folder with the rules, scores, terms and texts (default: the configured "
                     "one, then share/cathgate beside the program, then the source tree)")->type_name("DIR");
}

void add_server_commands(CLI::App& app, Arguments& arguments, Command& chosen) {
  auto* serve = app.add_subcommand("serve", "Answer CDS Hooks calls until SIGTERM; SIGHUP reads the knowledge again");
  add_config(*serve, arguments);
  add_knowledge(*serve, arguments);
  serve->add_option("--port", arguments.port, "Listen on this port instead of the configured one; 0: any free one")
      ->type_name("N")->check(CLI::Range(0, 65535));
  serve->callback([&] { chosen = [&arguments](const Config& config, const KnowledgePlaces& places) { return run_server(config, arguments.config_file, places); }; });

  auto* check = app.add_subcommand("check", "Load all knowledge and run every example and golden row; list every problem");
  add_config(*check, arguments);
  add_knowledge(*check, arguments);
  check->add_option("path", arguments.file, "A knowledge root, a folder of site rules or one rule file instead")->type_name("PATH");
  check->callback([&] { chosen = [&](const Config&, const KnowledgePlaces& places) { return check_knowledge(places, arguments.file); }; });
}

void add_assess_commands(CLI::App& app, Arguments& arguments, Command& chosen) {
  auto* assess = app.add_subcommand("assess", "Assess a hook request, or a Bundle as the record of a patient for whom coronary "
                                    "angiography is ordered; nothing is stored");
  assess->add_option("file", arguments.assess.file, "The request or Bundle; - reads stdin")->required()->type_name("FILE|-");
  assess->add_option("--as-of", arguments.assess.as_of, "Assess as if it were this instant (default: now)")->type_name("INSTANT");
  auto* json = assess->add_flag("--json", arguments.json, "Print the answer as JSON (default unless stdout is a terminal)");
  assess->add_flag("--text", arguments.text, "Print the cards as readable text (default on a terminal)")->excludes(json);
  assess->add_flag("--fhir", arguments.assess.fhir, "Print the endotype of angina with open arteries as FHIR resources")->excludes(json);
  add_config(*assess, arguments);
  add_knowledge(*assess, arguments);
  assess->callback([&] {
    arguments.assess.form = arguments.json ? OutputForm::json : arguments.text ? OutputForm::text : OutputForm::automatic;
    chosen = [&](const Config& config, const KnowledgePlaces& places) { return assess_file(config, places, arguments.assess); };
  });

  auto* show = app.add_subcommand("show", "Print the cards of an answer as readable text");
  show->add_option("file", arguments.file, "The body of an answer; - reads stdin")->required()->type_name("FILE|-");
  show->callback([&] { chosen = [&](const Config&, const KnowledgePlaces&) { return show_answer(arguments.file); }; });

  auto* test_case = app.add_subcommand("case", "Work with the case files of tests/cases")->require_subcommand(1);
  auto* request = test_case->add_subcommand("request", "Print the hook request of a case");
  request->add_option("file", arguments.file, "The case")->required()->type_name("FILE");
  request->add_flag("--today", arguments.today, "Move all dates as if the case were of today");
  request->callback([&] { chosen = [&](const Config&, const KnowledgePlaces&) { return print_case_request(arguments.file, arguments.today); }; });
}

void add_rule_commands(CLI::App& app, Arguments& arguments, Command& chosen) {
  auto* rule = app.add_subcommand("rule", "For those who write rules")->require_subcommand(1);
  const auto command = [&](const char* name, const char* help) {
    auto* added = rule->add_subcommand(name, help);
    add_config(*added, arguments);
    add_knowledge(*added, arguments);
    return added;
  };
  auto* explain = command("explain", "A rule in words, its source and its truth table; with a case, why it fired there or not");
  explain->add_option("id", arguments.id, "The rule's id")->required()->type_name("ID");
  explain->add_option("--case", arguments.cases, "A case file")->type_name("FILE");
  explain->add_flag("--json", arguments.json, "Print it as JSON");
  explain->callback([&] { chosen = [&](const Config&, const KnowledgePlaces& places) { return explain_rule(places, arguments.id, arguments.cases, arguments.json); }; });

  auto* diff = command("diff", "Which cases answer differently with other rules");
  diff->add_option("old", arguments.file, "A knowledge root, a folder of rules or one rule file")->required()->type_name("OLD");
  diff->add_option("new", arguments.id, "The same for the new rules")->required()->type_name("NEW");
  diff->add_option("--cases", arguments.cases, "Folder of case files")->required()->type_name("DIR");
  diff->add_flag("--json", arguments.json, "Print it as JSON");
  diff->callback([&] { chosen = [&](const Config&, const KnowledgePlaces& places) { return diff_rules(places, arguments.file, arguments.id, arguments.cases, arguments.json); }; });

  auto* catalogue = command("catalogue", "Write the pages of docs/rules/");
  catalogue->add_option("folder", arguments.file, "Where to")->required()->type_name("DIR");
  catalogue->add_flag("--check", arguments.check, "Only say which pages are not current");
  catalogue->callback([&] { chosen = [&](const Config&, const KnowledgePlaces& places) { return write_catalogue(places, arguments.file, arguments.check); }; });

  auto* schema = command("schema", "Print the JSON Schema of a rule file, for editors");
  schema->add_option("--check", arguments.file, "Only say whether this file is current")->type_name("FILE");
  schema->callback([&] { chosen = [&](const Config&, const KnowledgePlaces& places) { return print_rule_schema(places, arguments.file); }; });

  auto* propose = command("propose", "Examples that would notice a change of the rule that none notices yet");
  propose->add_option("id", arguments.id, "The rule's id (default: every rule)")->type_name("ID");
  propose->callback([&] { chosen = [&](const Config&, const KnowledgePlaces& places) { return propose_rule_examples(places, arguments.id); }; });

  auto* mutate = command("mutate", "Change one thing of each rule at a time: does an example or a case notice?");
  mutate->add_option("--cases", arguments.cases, "Folder of case files")->type_name("DIR");
  mutate->add_option("--reviewed", arguments.file, "Survivors that were found to be equivalent")->type_name("FILE");
  mutate->add_option("--at-least", arguments.at_least, "Exit 1 when less than so many per cent are caught in rules that drive advice")->capture_default_str()->type_name("PERCENT");
  mutate->add_flag("--all", arguments.check, "Name the survivors of every rule, also of those that drive no advice");
  mutate->callback([&] { chosen = [&](const Config&, const KnowledgePlaces& places) { return check_mutations(places, arguments.cases, arguments.file, arguments.check, arguments.at_least); }; });
}

void add_copy_commands(CLI::App& ledger, Arguments& arguments, Command& chosen) {
  auto* backup = ledger.add_subcommand("backup", "Copy the ledger, also under a running server, into an empty database; `ledger verify` checks the copy");
  backup->add_option("--to", arguments.file, "A new SQLite file, or postgresql://...")->required()->type_name("DATABASE");
  add_config(*backup, arguments);
  backup->callback([&] { chosen = [&](const Config& config, const KnowledgePlaces&) { return backup_ledger(config, arguments.file); }; });

  auto* restore = ledger.add_subcommand("restore", "Copy a backup into the configured database, which must be empty");
  restore->add_option("--from", arguments.file, "The backup")->required()->type_name("DATABASE");
  add_config(*restore, arguments);
  restore->callback([&] { chosen = [&](const Config& config, const KnowledgePlaces&) { return restore_ledger(config, arguments.file); }; });

  auto* exported = ledger.add_subcommand("export", "Print every row as a line of JSON, in the order of the chain");
  exported->add_option("--tenant", arguments.erase.tenant, "Only this tenant's rows")->type_name("ID");
  exported->add_flag("--payloads", arguments.payloads, "Decrypt answers, facts and comments: patients' data in the clear");
  add_config(*exported, arguments);
  exported->callback([&] { chosen = [&](const Config& config, const KnowledgePlaces&) { return export_ledger(config, arguments.erase.tenant, arguments.payloads); }; });
}

void add_erase_command(CLI::App& ledger, Arguments& arguments, Command& chosen) {
  auto* erase = ledger.add_subcommand("erase", "Destroy the keys of payloads for good and leave a tombstone in the chain (a server on the same SQLite file must be stopped)");
  erase->add_option("--tenant", arguments.erase.tenant, "Whose rows (default: the first tenant's)")->type_name("ID");
  auto* which = erase->add_option_group("which")->require_option(1);
  which->add_option("--patient", arguments.erase.patient, "Everything about this patient, and feedback on it")->type_name("ID");
  which->add_option("--row", arguments.erase.row, "One row")->type_name("N")->check(CLI::PositiveNumber);
  which->add_option("--older-than", arguments.erase.older_than_days, "What is older than so many days")->type_name("DAYS")->check(CLI::PositiveNumber);
  erase->add_option("--reason", arguments.erase.reason, "One word for the tombstone")->capture_default_str()->type_name("WORD");
  add_config(*erase, arguments);
  erase->callback([&] { chosen = [&](const Config& config, const KnowledgePlaces&) { return erase_ledger(config, arguments.erase); }; });
}

void add_endotype_commands(CLI::App& app, Arguments& arguments, Command& chosen) {
  auto* endotype = app.add_subcommand("endotype", "Work with the model of microvascular dysfunction and spasm")->require_subcommand(1);
  auto* simulate = endotype->add_subcommand("simulate", "Print the accuracy that the model would have if its assumptions were true");
  simulate->add_option("--patients", arguments.simulate.patients, "Patients in all worlds together")->capture_default_str()->check(CLI::Range(100, 10'000'000));
  simulate->add_option("--worlds", arguments.simulate.worlds, "Sets of true parameters")->capture_default_str()->check(CLI::Range(1, 10'000));
  simulate->add_option("--seed", arguments.simulate.seed, "Of the pseudo-random numbers")->capture_default_str();
  simulate->add_option("--runs", arguments.simulate.runs, "Repeat with the following seeds and print mean and standard deviation")->capture_default_str()->check(CLI::Range(1, 10'000));
  add_knowledge(*simulate, arguments);
  simulate->callback([&] { chosen = [&](const Config&, const KnowledgePlaces& places) { return simulate_endotype(places.root, arguments.simulate); }; });

  auto* recalibrate = app.get_subcommand("recalibrate");  // of the learned score, unless --endotypes is given
  auto& fit = arguments.endotype_calibration;
  auto* readings = recalibrate->add_option("--endotypes", fit.readings, "Fit the site's bias and mean reserve to a table of its own patients with angina and open arteries (CSV with a head): sex (F or M) and at least one of pet_mfr, cmr_mpr, cmr_mpri, ttde_cfvr, cfr_doppler, cfr_bolus, cfr_continuous, mrr; optional age (years), hypertension, smoker, diabetes, secondary (1 or 0)")->type_name("FILE|-");
  recalibrate->add_option("--endotypes-output", fit.output, "Where the calibration goes (default: stdout)")->needs(readings)->type_name("FILE");
  recalibrate->add_option("--fewest", fit.fewest, "Patients that a calibration needs")->needs(readings)->capture_default_str()->check(CLI::Range(10, 100'000));
  recalibrate->parse_complete_callback([&, readings] {
    if (readings->count() > 0) chosen = [&](const Config&, const KnowledgePlaces& places) { return recalibrate_endotypes(places.root, arguments.endotype_calibration); };
  });
}

void add_ledger_commands(CLI::App& app, Arguments& arguments, Command& chosen) {
  auto* stored = app.add_subcommand("replay", "Print the stored bytes of an answer");
  stored->add_option("id", arguments.id, "Row number in the ledger, or the uuid of a card")->required()->type_name("ID");
  stored->add_flag("--recompute", arguments.recompute, "Evaluate the stored facts again; exit 1 and name the differences if there are any");
  add_config(*stored, arguments);
  add_knowledge(*stored, arguments);
  stored->callback([&] {
    chosen = [&](const Config& config, const KnowledgePlaces& places) { return replay(config, places, arguments.id, arguments.recompute); };
  });

  auto* ledger = app.add_subcommand("ledger", "Look into the ledger, copy it, erase from it")->require_subcommand(1);
  auto* verify = ledger->add_subcommand("verify", "Check the whole chain: every hash, key and payload");
  add_config(*verify, arguments);
  verify->callback([&] { chosen = [](const Config& config, const KnowledgePlaces&) { return verify_ledger(config); }; });
  add_copy_commands(*ledger, arguments, chosen);
  add_erase_command(*ledger, arguments, chosen);
  auto* list = ledger->add_subcommand("list", "The newest answers: row, time, service, decision, card");
  list->add_option("-n", arguments.count, "How many")->capture_default_str()->check(CLI::Range(1, 100000));
  add_config(*list, arguments);
  list->callback([&] { chosen = [&](const Config& config, const KnowledgePlaces&) { return list_ledger(config, arguments.count); }; });
}

void add_mock_ehr_command(CLI::App& app, Arguments& arguments, Command& chosen) {
  MockEhrOptions& mock = arguments.mock;
  auto* command = app.add_subcommand("mock-ehr", "Play an EHR: serve a key set and a patient's record, sign a hook call, send it and print the answer");
  command->add_option("file", mock.case_file, "A hook request, or a case of tests/cases: it is sent, its prefetch is the record")->required()->type_name("FILE");
  command->add_option("--service", mock.service, "Base address of the CDS service")->capture_default_str()->type_name("URL");
  command->add_option("--service-id", mock.service_id, "Which of its services")->capture_default_str()->type_name("ID");
  command->add_option("--audience", mock.audience, "What the service is called in the token (default: as --service)")->type_name("URL");
  command->add_option("--issuer", mock.issuer, "The token's iss")->capture_default_str()->type_name("URL");
  command->add_option("--ca", mock.ca_file, "Who vouches for an https service (PEM; default: the system's list)")->type_name("FILE");
  command->add_option("--port", mock.port, "Where the key set (/jwks.json) and FHIR (/fhir) are served on 127.0.0.1; 0: any free port")->capture_default_str()->type_name("N");
  command->add_option("--prefetch", mock.prefetch, "How much of the prefetch is sent")->capture_default_str()->check(CLI::IsMember({"all", "some", "none"}));
  command->add_option("--fault", arguments.fault, "What goes wrong at the FHIR server")->capture_default_str()->check(CLI::IsMember({"none", "429", "slow", "outcome", "paged", "wrong-patient"}));
  command->add_flag("!--no-token", mock.sign, "Send no token (for a service in development mode)");
  command->add_flag("--serve", mock.serve, "Go on serving keys and record after the call");
  command->callback([&] {
    arguments.mock.fault = read_mock_fault(arguments.fault).value_or(MockFault::none);
    chosen = [&](const Config&, const KnowledgePlaces&) { return run_mock_ehr(arguments.mock); };
  });
}

int run(const Arguments& arguments, const Command& chosen) {
  auto loaded = arguments.config_file.empty() ? Loaded<Config>{Config{}, {}} : load_config(arguments.config_file);
  if (!loaded.ok()) return print_problems(loaded.errors);
  Config& config = *loaded.value;
  // Whoever gives no configuration asks for the demonstration: loopback, development mode, said on every start and card.
  if (arguments.config_file.empty()) config.development_mode = config.pages.assess = true;
  if (arguments.port >= 0) config.server.port = static_cast<unsigned short>(arguments.port);
  const char* state_home = std::getenv("XDG_STATE_HOME");
  place_files(config.ledger, state_home ? state_home : "");
  place_files(config.trust, config.ledger);
  KnowledgePlaces places(find_knowledge_root(arguments.knowledge, config.knowledge_root, CATHGATE_SOURCE_DIR));
  places.site = config.site_rules;
  return chosen(config, places);
}

}  // namespace

int main(int argc, char** argv) try {
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app("Cathgate: decision support for invasive coronary angiography over CDS Hooks. Not a medical device.", "cathgate");
  app.set_version_flag("--version", "cathgate " + std::string(kProgramVersion));
  app.footer("Exit codes: 0 done, 1 a problem was found or something failed, 2 wrong usage.");
  app.require_subcommand(1);
  Arguments arguments;
  Command chosen;
  add_server_commands(app, arguments, chosen);
  add_assess_commands(app, arguments, chosen);
  add_rule_commands(app, arguments, chosen);
  add_ledger_commands(app, arguments, chosen);
  add_mock_ehr_command(app, arguments, chosen);
  add_study_commands(app, arguments.study, chosen, [&](CLI::App& command) { add_knowledge(command, arguments); });
  add_endotype_commands(app, arguments, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : kUsage;
  }
  return run(arguments, chosen);
} catch (const std::exception& problem) {
  std::fprintf(stderr, "cathgate: %s\n", problem.what());
  return 1;
}

#include "cds-hooks/cards/endotype_suggestions.h"

#include <algorithm>

#include "cds-hooks/cards/card_identity.h"
#include "cds-hooks/cards/card_values.h"
#include "cds-hooks/cards/suggestions.h"
#include "cds-hooks/hooks/service.h"

namespace cathgate::cds_hooks {
namespace {

constexpr std::string_view kFunctionTest = "invasive_function";

class Offers {
 public:
  Offers(JsonWriter& w, const CardContext& context, const fhir::DraftOrder* order, std::string_view patient_id, const Digest& identity, std::vector<std::string>& ids)
      : w_(w), context_(context), order_(order), subject_("Patient/" + std::string(patient_id)), identity_(identity), ids_(ids) {}

  void write(const EndotypeAssessment& endotype) {
    const bool test = std::any_of(endotype.investigations.begin(), endotype.investigations.end(), [](const Investigation& i) { return i.name == kFunctionTest; });
    const auto drugs = suitable(endotype);
    if (!test && drugs.empty()) return;
    w_.key("suggestions").start_array();
    if (test) offer_test();
    for (const auto* drug : drugs) offer_drug(*drug);
    w_.end_array().member("selectionBehavior", "any");
  }

 private:
  // The first drug of each statement about a measured axis that nothing speaks against, each once.
  std::vector<const DrugAdvice*> suitable(const EndotypeAssessment& endotype) const {
    std::vector<const DrugAdvice*> chosen;
    for (const auto& treatment : endotype.treatments) {
      if (treatment.prompt) continue;  // a link to the evidence is never drafted
      for (const auto& drug : treatment.drugs) {
        const bool open = !drug.contraindicated && !drug.caution && drug.taken.equals(1) == Truth::no && context_.codes.drugs.contains(std::string(drug.drug));
        if (!open || std::any_of(chosen.begin(), chosen.end(), [&](const DrugAdvice* c) { return c->drug == drug.drug; })) continue;
        chosen.push_back(&drug);
        break;
      }
    }
    return chosen;
  }

  void write_coding(const Coding& coding) { w_.start_object().member("system", std::string_view(coding.system)).member("code", std::string_view(coding.code)).member("display", std::string_view(coding.display)).end_object(); }
  void write_head(const char* type, std::string_view role) {
    w_.start_object().member("resourceType", type).member("id", std::string_view(part_uuid(identity_, role)));
    w_.key("meta").start_object().key("security").start_array();
    write_coding(context_.codes.security);
    w_.end_array().key("tag").start_array();
    write_coding(context_.codes.origin);
    w_.end_array().end_object().member("status", "draft");
  }
  void write_concept(std::string_view key, const Coding& coding) {
    w_.key(key).start_object().key("coding").start_array();
    write_coding(coding);
    w_.end_array().member("text", std::string_view(coding.display)).end_object();
  }
  // The draft's own subject, encounter, requester and reasons where there is an order.
  void write_subject() {
    if (order_ && !order_->resource["subject"]["reference"].text().empty()) return write_echo(w_, order_->resource);
    w_.key("subject").start_object().member("reference", std::string_view(subject_)).end_object();
  }
  void open_suggestion(std::string_view label, std::string_view role, std::string_view description) {
    ids_.push_back(part_uuid(identity_, role));
    w_.start_object().member("label", label).member("uuid", std::string_view(ids_.back())).key("actions").start_array();
    w_.start_object().member("type", "create").member("description", description).key("resource");
  }
  void close_suggestion() { w_.end_object().end_array().end_object(); }

  void offer_test() {
    open_suggestion(context_.phrases[Phrase::suggestion_function_test], "endotype.function-test", context_.phrases[Phrase::action_function_test]);
    write_head("ServiceRequest", "endotype.function-test.order");
    w_.member("intent", "proposal");
    write_concept("code", context_.codes.function_test);
    write_subject();
    w_.end_object();
    close_suggestion();
  }

  void offer_drug(const DrugAdvice& drug) {
    const auto& coding = context_.codes.drugs.at(std::string(drug.drug));
    const std::string role = "endotype.drug." + std::string(drug.drug);
    const auto name = FactWriter(context_.facts, context_.phrases).label(drug.fact);
    open_suggestion(filled(context_.phrases[Phrase::suggestion_drug], {{"drug", name}}), role, filled(context_.phrases[Phrase::action_drug], {{"drug", name}}));
    write_head("MedicationRequest", role + ".request");
    w_.member("intent", "proposal");
    write_concept("medicationCodeableConcept", coding);
    write_subject();
    w_.end_object();
    close_suggestion();
  }

  JsonWriter& w_;
  const CardContext& context_;
  const fhir::DraftOrder* order_;
  std::string subject_;
  const Digest& identity_;
  std::vector<std::string>& ids_;
};

}  // namespace

void write_endotype_suggestions(JsonWriter& writer, const CardContext& context, const EndotypeAssessment& endotype, const fhir::DraftOrder* order, std::string_view patient_id, const Digest& identity, std::vector<std::string>& ids) {
  if (context.tenant.offer_suggestions) Offers(writer, context, order, patient_id, identity, ids).write(endotype);
}

}  // namespace cathgate::cds_hooks

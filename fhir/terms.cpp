#include "fhir/terms.h"

#include "fhir/terms_data.h"
#include "fhir/terms_loader.h"

namespace cathgate::fhir {

const std::vector<std::pair<std::string, std::string>>& Terms::prefetch_templates() const {
  return impl_->templates;
}
std::string_view Terms::version() const {
  return impl_->version;
}

Loaded<Terms> Terms::load(const std::string& path, const FactCatalogue& facts) {
  Loaded<Terms> loaded;
  auto document = load_json_file(path);
  if (!document) return loaded.errors.push_back(document.error()), loaded;
  TermsLoader loader(document->root(), path, facts);
  auto impl = loader.load();
  loaded.errors = loader.take_errors();
  if (!loaded.errors.empty()) return loaded;
  loaded.value.emplace();
  loaded.value->impl_ = std::move(impl);
  return loaded;
}

ReadingWindows Terms::windows() const {
  return {static_cast<double>(impl_->acute_window_s) / 3600, static_cast<double>(impl_->future_tolerance_s) / 3600};
}

Terms Terms::with(const ReadingWindows& site) const {
  auto impl = std::make_shared<Impl>(*impl_);
  if (site.acute_window_hours) impl->acute_window_s = static_cast<UnixSeconds>(*site.acute_window_hours * 3600);
  if (site.future_tolerance_hours) impl->future_tolerance_s = static_cast<UnixSeconds>(*site.future_tolerance_hours * 3600);
  Terms terms;
  terms.impl_ = std::move(impl);
  return terms;
}

}  // namespace cathgate::fhir

// The shapes in which a prefetch arrives -> a flat list of resources, and which lists were sent whole.
#pragma once

#include "fhir/reading.h"

namespace cathgate::fhir {

// Fills r.entries and r.out.list_complete from the prefetch object; a null is a list known to be empty.
void collect_prefetch(Reading& r, JsonValue prefetch);
// Fills r.entries from one Bundle that stands for a whole record. False: it is not a Bundle.
bool collect_bundle(Reading& r, JsonValue bundle);

}  // namespace cathgate::fhir

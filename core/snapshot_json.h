// The canonical JSON text of a PatientSnapshot: equal snapshots give equal bytes, and reading it back gives an equal
// snapshot. It is what the ledger keeps and what a card's identity is made of. Facts are written by name, so that a text
// outlives a change of the catalogue's order.
#pragma once

#include "core/json.h"
#include "core/patient_snapshot.h"

namespace cathgate {

// Whether `as_of` is part of the text: it is for the ledger, it is not for the identity of a card.
enum class WithTime { yes, no };

// Writes one object into `writer`. Measurements, diagnoses and treatments are sorted by fact, time and source, so that
// the order of a Bundle's entries changes nothing; issues keep their order.
void write_snapshot(JsonWriter& writer, const PatientSnapshot& snapshot, const FactCatalogue& facts, WithTime with_time);

// Puts measurements, diagnoses and treatments into the order in which write_snapshot writes them, so that an evaluation
// sees the same sequence now and when it is replayed.
void sort_canonically(PatientSnapshot& snapshot);

// Reads what write_snapshot wrote. Errors: invalid_input with the path of the first member that is wrong (an unknown fact
// name among them).
Result<PatientSnapshot> read_snapshot(JsonValue value, const FactCatalogue& facts);

}  // namespace cathgate

// The walk over the whole chain, for `cathgate ledger verify`.
#pragma once

#include "core/result.h"
#include "quality/keys.h"
#include "quality/ledger.h"
#include "store/database.h"

namespace cathgate::quality {

// Works beside a writer: rows that are added meanwhile are walked too, up to the head as it is at the end.
Result<VerifyReport> verify_ledger(store::Database& database, const KeyRing& keys);

}  // namespace cathgate::quality

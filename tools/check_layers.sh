#!/bin/bash
# Checks who may include whom and that each heavy library has one home (docs/ARCHITECTURE.md). Run by ctest.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
bad=0
complain() { echo "$1"; bad=1; }

# folder: the folders of ours that it may include
declare -A may=(
  [core]="core"
  [fhir]="core fhir"
  [rules]="core rules"
  [models]="core models"
  [engine]="core rules models engine"
  [study]="core fhir rules models engine study"
  [store]="core store"
  [quality]="core store quality"
  [cds-hooks]="core fhir rules models engine study store quality cds-hooks"
)
for folder in "${!may[@]}"; do
  while IFS=: read -r file line include; do
    target=${include#*\"}; target=${target%%/*}
    [[ " ${may[$folder]} " == *" $target "* ]] || complain "$file:$line: $folder/ may not include $target/"
  done < <(grep -rnE --include='*.h' --include='*.cpp' '^#include "[a-z-]+/' "$folder")
done

# Inside cds-hooks/, HTTP knows nothing of hooks, cards and trust.
while IFS= read -r line; do
  complain "$line: cds-hooks/http/ may not include what stands above it"
done < <(grep -rnE '^#include "cds-hooks/(hooks|cards|trust|read-back|commands)/' cds-hooks/http)

# library pattern | where it may be included
while IFS='|' read -r pattern home; do
  while IFS=: read -r file line _; do
    [[ $file =~ ^$home ]] || complain "$file:$line: <$pattern...> belongs in $home"
  done < <(grep -rnE --include='*.h' --include='*.cpp' "^#include <$pattern" -- "${!may[@]}")
done <<'T'
boost/asio|cds-hooks/
boost/beast|cds-hooks/
rapidjson/|core/json\.
simdjson|core/json\.
soci/|store/
sqlite3|store/
xgboost/|models/trees\.cpp
torch/|models/
prometheus/|cds-hooks/
toml\+\+|cds-hooks/
cjose/|cds-hooks/trust/jws\.
T

# The program reads no clock below cds-hooks/ (the ledger stamps its rows, benchmarks time themselves).
while IFS=: read -r file line _; do
  complain "$file:$line: a clock is read below cds-hooks/"
done < <(grep -nE 'system_clock::now|time\(nullptr\)|std::time\(' -r --include='*.cpp' core fhir rules models engine study)

[ $bad = 0 ] && echo "layers hold"
exit $bad

#!/bin/bash
# Runs each fuzz target for some seconds on the corpus of our cases and rules; fails on the first crash or broken property.
# Usage: tests/fuzz/run.sh SECONDS [BUILD]. Inputs that broke something are kept in BUILD/fuzz-failures/, and what was found
# on the way in BUILD/fuzz-corpus/. To try one again: BUILD/tests/fuzz/TARGET FILE.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:?how many seconds for each target?}
build=${2:-build/fuzz}
failures=$build/fuzz-failures
mkdir -p "$failures"

run() {  # run TARGET MAX-LENGTH SEED-FOLDERS...
  local found=$build/fuzz-corpus/$1
  mkdir -p "$found"
  echo "$1: $seconds s on $(find "${@:3}" -name '*.json' | wc -l) seeds"
  local log=$build/$1.log
  if ! "$build/tests/fuzz/$1" -max_total_time="$seconds" -max_len="$2" -timeout=10 -rss_limit_mb=2048 -dict=tests/fuzz/fhir.dict \
      -artifact_prefix="$failures/$1-" -print_final_stats=1 "$found" "${@:3}" >"$log" 2>&1; then
    grep -aE 'broken property|ERROR|runtime error|SUMMARY|Test unit written' -A1 "$log" | head -20
    echo "$1 failed; the whole log is $log" >&2
    return 1
  fi
  grep -aE 'stat::number_of_executed_units|stat::peak_rss_mb|stat::new_units_added' "$log" | sed 's/^/  /'
}

run fuzz_request 65536 tests/cases
run fuzz_bundle 65536 tests/cases
run fuzz_rule 65536 rules/library tests/unit/rules/golden
run fuzz_trust 4096 tests/fuzz/seeds
echo "no crash, no broken property"

#!/bin/bash
# Answers an order for every patient of the synthetic population beside the repository; exit code 77 (skipped) without it.
# Usage: run.sh CATHGATE-POPULATION. CATHGATE_SHARED names the folder that holds data/ (default: ../shared).
set -euo pipefail
program=$1
source=$(cd "$(dirname "$0")/../.." && pwd)
archive=${CATHGATE_SHARED:-$source/../shared}/data/fhir/synthea_r4_617.tar.xz
if [ ! -f "$archive" ]; then
  echo "skipped: there is no $archive"
  exit 77
fi
if ! command -v xz >/dev/null; then
  echo "skipped: there is no xz to unpack the population with"
  exit 77
fi
folder=$(mktemp -d "${TMPDIR:-/var/tmp}/cathgate-population-XXXXXX")
trap 'rm -rf "$folder"' EXIT
tar -xJf "$archive" -C "$folder"
"$program" "$folder"

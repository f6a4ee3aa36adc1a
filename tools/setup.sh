#!/bin/bash
# Installs what is missing from the package lists given and configures a build folder. Sourced by ./run and ./test.
# Says what it does; does nothing when everything is there.

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }

# install_packages LIST...
install_packages() {
  local missing=() package
  for package in $(grep -hv '^#' "$@"); do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  local sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  local log
  log=$(mktemp)
  if ! { $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -20 "$log" >&2
    echo "the packages could not be installed (see above)" >&2
    return 1
  fi
  rm -f "$log"
}

# Builds the pages /demo and /assess into web/dist, where the server looks for them. Without npm or the registry the server runs
# all the same and says at /demo what is missing; then this returns 1.
build_pages() {
  local newest
  newest=$(find web/src web/texts web/patients web/*.mjs web/*.json docs/fhir core/facts.json fhir/terms.json cds-hooks/messages -type f -newer web/dist/demo.html 2>/dev/null | head -1)
  [ -e web/dist/demo.html ] && [ -z "$newest" ] && return 0
  command -v npm >/dev/null || install_packages tools/packages-web.txt || return 1
  say "building the pages in web/ (npm)"
  mkdir -p build
  if ! { { [ web/node_modules/.package-lock.json -nt web/package-lock.json ] || npm --prefix web ci --ignore-scripts --no-progress; } && npm --prefix web run build; } >build/web.log 2>&1; then
    tail -20 build/web.log >&2
    echo "the pages could not be built; the whole log is build/web.log" >&2
    return 1
  fi
}

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  say "building ($preset) in build/$preset"
  local log=build/$preset.log
  mkdir -p build
  if ! { cmake --preset "$preset" && cmake --build build/"$preset" ${1:+--target "$@"}; } >"$log" 2>&1; then
    grep -E 'error|FAILED|Error' "$log" | head -40 >&2
    echo "the build failed; the whole log is $log" >&2
    return 1
  fi
}

#!/usr/bin/env bash
# Builds everything with warnings as errors and runs all tests: ./test.sh [options of dotnet test]
# The last line is "N passed, N failed, N skipped".
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$root/Build/setup.sh"
log=$root/artifacts/test.log

finish() {
  code=$?
  dotnet build-server shutdown >/dev/null 2>&1
  awk '$1 == "succeeded:" { p = $2 } $1 == "failed:" { f = $2 } $1 == "skipped:" { s = $2 }
       END { printf "%d passed, %d failed, %d skipped\n", p, f, s }' "$log"
  exit $code
}

need_sdk
need_postgres
need redis-server redis-server
command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || need chromium chromium
[ ! -f "$root/Tests/package.json" ] || need npm npm
install_missing || exit
wish /usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance libtest-json-schema-acceptance-perl

cd "$root" || exit
mkdir -p artifacts
: > "$log"
trap finish EXIT
[ ! -f Tests/package.json ] || (cd Tests && npm ci --no-audit --no-fund --loglevel error) || exit
build LlmOps.sln -warnAsError "-warnNotAsError:NU1901;NU1902;NU1903;NU1904" || exit
dotnet test --solution LlmOps.sln --no-build "$@" 2>&1 | tee "$log"

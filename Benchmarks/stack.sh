#!/usr/bin/env bash
# Measures this checkout on this machine and prints the tables of README.md: Benchmarks/stack.sh [--load-only]
# Everything runs on free ports and in temporary folders; nothing of a running stack is touched.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/llmops-bench-XXXXXX")
chmod 755 "$work" # the unprivileged user of root's servers must reach the data
export LLMOPS_PORTS=auto LLMOPS_OWNER=$$
host=
trap '[ -z "$host" ] || kill "$host" 2>/dev/null || true; wait; rm -rf "$work"' EXIT

now() { date +%s%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f s", (b - a) / 1e9 }'; }
row() { printf '| %s | %s | %s |\n' "$@"; }
json() { sed -n "s/^ *\"$1\": \"\([^\"]*\)\".*/\1/p" | head -1; }

# start CHECKOUT DATA: run.sh until all processes are healthy.
start() {
  export LLMOPS_DATA=$2/data LLMOPS_ENDPOINTS=$2/endpoints.json
  mkdir -p "$2"
  chmod 755 "$2"
  "$1/run.sh" > "$2/log" 2>&1 &
  host=$!
  until [ -e "$LLMOPS_ENDPOINTS" ]; do
    kill -0 "$host" 2>/dev/null || { cat "$2/log" >&2; exit 1; }
    sleep 0.1
  done
}

# The host and all that it started.
tree() {
  ps -e -o pid=,ppid= | awk -v host="$host" '{ parent[$1] = $2 } END { for (p in parent) { for (a = p; a > 1 && a != host; a = parent[a]); if (a == host) print p } }'
}

# Until the last process has ended.
stop() {
  local left=$(tree)
  kill -TERM "$host"
  wait "$host" || true
  host=
  for pid in $left; do while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done; done
}

# Proportional set size of the tree, in MiB.
memory() {
  for pid in $(tree); do cat "/proc/$pid/smaps_rollup" 2>/dev/null || true; done | awk '/^Pss:/ { kib += $2 } END { printf "%d MiB", kib / 1024 }'
}

echo "$(date -u +%F), $(nproc) cores of $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), load $(cut -d' ' -f1 /proc/loadavg) at the start"
echo
echo '| figure | measured | target |'
echo '|---|---:|---:|'
if [ "${1:-}" != --load-only ]; then
  git clone -q "$root" "$work/clean"
  began=$(now)
  start "$work/clean" "$work/cold"
  row './run.sh from a clean checkout, packages cached' "$(since "$began")" '≤ 240 s'
  stop
  for try in 1 2 3; do
    began=$(now)
    start "$work/clean" "$work/cold"
    row "./run.sh warm, $try" "$(since "$began")" '≤ 60 s'
    [ $try = 3 ] || stop
  done
  sleep 30
  row 'memory at rest, after 30 s' "$(memory)" '≤ 1229 MiB'
  began=$(now)
  "$work/clean/llmops" demo --fast > "$work/demo.log" 2>&1 || { cat "$work/demo.log" >&2; exit 1; }
  row 'llmops demo --fast' "$(since "$began")" '≤ 180 s'
  row 'memory after the demo' "$(memory)" '–'
  began=$(now)
  stop
  row 'stop' "$(since "$began")" '–'
fi

start "$root" "$work/load"
llmops() { "$root/llmops" "$@"; }
llmops demo --fast > "$work/demo.log" 2>&1 || { cat "$work/demo.log" >&2; exit 1; }
llmops push "$root/Benchmarks/Echo" >&2
bundle=$(llmops bundle create bench-echo --app bench-echo --json | json id)
release=$(llmops release open "$bundle" --reason "to be measured" --json | json id)
until [ "$(llmops release status "$release" --json | json phase)" = awaiting-approval ]; do sleep 0.5; done
llmops release approve "$release" --reason "to be measured" > /dev/null
until [ "$(llmops release status "$release" --json | json phase)" = live ]; do sleep 0.5; done
dotnet run -c Release --project "$root/Benchmarks" -p:UseSharedCompilation=true
stop

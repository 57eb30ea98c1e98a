#!/usr/bin/env bash
# Starts everything on this machine: ./run.sh [--fresh]
# --fresh starts with empty data. LLMOPS_PORTS=auto takes free ports, LLMOPS_DATA=folder keeps the data elsewhere.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$root/Build/setup.sh"

arguments=()
for argument in "$@"; do
  case $argument in
    --fresh) arguments+=(--fresh=true) ;;
    -h | --help) sed -n '2,3s/^# //p' "${BASH_SOURCE[0]}"; exit ;;
    *) fail "run.sh does not know \"$argument\". Usage: ./run.sh [--fresh]" ;;
  esac
done

need_sdk
[ -n "${ConnectionStrings__postgres:-}" ] || need_postgres
[ -n "${ConnectionStrings__redis:-}" ] || need redis-server redis-server
install_missing

cd "$root"
build AppHost/AppHost.csproj
dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1 & # it would keep 300 MB for its next customer
exec dotnet run --no-build --project AppHost -- ${arguments[@]+"${arguments[@]}"}

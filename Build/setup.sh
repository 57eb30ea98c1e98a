# Sourced by run.sh, test.sh and llmops: finds what they need, and installs what is missing where it may (root on Debian or Ubuntu).
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_SKIP_WORKLOAD_INTEGRITY_CHECK=true
[ -n "${HOME:-}" ] || { HOME=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f6); export HOME="${HOME:-/tmp}"; }

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# The .NET SDK: on the PATH, or where its installers put it.
need_dotnet() {
  if ! command -v dotnet >/dev/null; then
    for folder in "${DOTNET_ROOT:-}" "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet; do
      [ -n "$folder" ] && [ -x "$folder/dotnet" ] && PATH="$folder:$PATH" && break
    done
  fi
  command -v dotnet >/dev/null || fail "The .NET SDK is missing. Install version 10: https://dot.net/download"
}

need_sdk() {
  need_dotnet
  dotnet --list-sdks | grep -q '^10\.' || fail "LlmOps needs the .NET SDK 10; found: $(dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' '). Install version 10: https://dot.net/download"
}

missing=
# need PROGRAM PACKAGE: notes the Debian package of a program that is not there.
need() {
  command -v "$1" >/dev/null || missing="$missing $2"
}

need_postgres() {
  for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin; do
    [ -x "$folder/initdb" ] && return
  done
  need initdb postgresql
}

# Installs what was noted. No server of the system is created or started by it.
install_missing() {
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    fail "Missing:$missing. Install with: sudo apt-get install$missing (or your system's packages of those programs), then start again."
  fi
  printf 'Installing%s …\n' "$missing" >&2
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    printf 'create_main_cluster = false\n' > /etc/postgresql-common/createcluster.conf
  fi
  policy=
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    policy=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' > $policy
    chmod +x $policy
  fi
  mkdir -p "$root/artifacts"
  installed=0
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing; } > "$root/artifacts/install.log" 2>&1 || installed=$?
  [ -z "$policy" ] || rm -f "$policy"
  [ $installed = 0 ] || fail "apt-get could not install$missing; see artifacts/install.log. Install them yourself, then start again."
  missing=
}

# wish PATH PACKAGE: a package that only adds tests. Installed where it may be; without it they are skipped and say so.
wish() {
  [ ! -e "$1" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 0
  mkdir -p "$root/artifacts"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get install -y -q --no-install-recommends "$2" || { apt-get update -q && apt-get install -y -q --no-install-recommends "$2"; }; } > "$root/artifacts/install.log" 2>&1 || true
}

build() {
  dotnet msbuild "$@" -restore -p:UseSharedCompilation=true -nodeReuse:false -nologo -verbosity:quiet
}

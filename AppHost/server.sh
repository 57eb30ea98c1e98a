#!/bin/sh
# Runs a private local server in the foreground: server.sh postgres | redis. Settings come by environment (LocalPostgres.cs, LocalRedis.cs).
# Root steps down to an unprivileged user first. The server replaces this shell, so that signals reach it.
set -eu
umask 077

as=
user=$(id -un)
if [ "$(id -u)" = 0 ]; then
  user=nobody
  id postgres >/dev/null 2>&1 && user=postgres
  as="setpriv --reuid=$user --regid=$(id -g "$user") --clear-groups --"
fi

run_redis() {
  # Its settings come by its input: a password has no place on a command line.
  exec $as redis-server - --port "$SERVER_PORT" --bind 127.0.0.1 --save '' --appendonly no --loglevel warning \
    --maxmemory 64mb --maxmemory-policy allkeys-lru <<END
requirepass $SERVER_PASSWORD
END
}

run_postgres() {
  mkdir -p "$SERVER_DATA"
  [ -z "$as" ] || chown "$user" "$SERVER_DATA"
  cd "$SERVER_DATA"
  cluster=$SERVER_DATA/cluster
  if [ ! -d "$cluster" ]; then
    rm -rf "$cluster.new"
    printf '%s\n' "$SERVER_PASSWORD" > password
    [ -z "$as" ] || chown "$user" password
    $as "$SERVER_BIN/initdb" -D "$cluster.new" -U llmops -A scram-sha-256 --pwfile=password -E UTF8 --locale=C >/dev/null
    rm password
    $as mv "$cluster.new" "$cluster"
  fi
  end_the_last_one
  known=$cluster/llmops-databases
  touch "$known"
  missing=$(printf '%s\n' $SERVER_DATABASES | grep -vxFf "$known" || true)
  if [ -n "$missing" ]; then
    for database in $missing; do echo "create database \"$database\""; done |
      $as "$SERVER_BIN/postgres" --single -D "$cluster" -c log_checkpoints=off postgres >/dev/null
    printf '%s\n' $missing >> "$known"
  fi
  exec $as "$SERVER_BIN/postgres" -D "$cluster" -p "$SERVER_PORT" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
    -c max_connections=200 -c shared_buffers=32MB -c log_checkpoints=off
}

# A server that outlived a killed host is stopped; a note of one that did not, or of a stranger with its number, is removed.
end_the_last_one() {
  [ -f "$cluster/postmaster.pid" ] || return 0
  read -r old < "$cluster/postmaster.pid"
  waited=0
  while [ "$(ps -o comm= -p "$old" 2>/dev/null)" = postgres ] && [ -f "$cluster/postmaster.pid" ] && [ $waited -lt 100 ]; do
    [ $waited -gt 0 ] || kill -INT "$old" 2>/dev/null || true
    sleep 0.1
    waited=$((waited + 1))
  done
  [ "$(ps -o comm= -p "$old" 2>/dev/null)" = postgres ] || rm -f "$cluster/postmaster.pid"
}

"run_$1"

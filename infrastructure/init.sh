#!/bin/bash
# `make init`: writes .env, secrets/ and the TLS certificate, each only where it is missing. Safe to run again: nothing that exists is changed,
# because a store that was initialised with a password keeps it.
#   infrastructure/init.sh [DIR]     DIR is where .env and secrets/ go (the repository's root by default)
# TGE_ENVIRONMENT (development, staging, production) chooses the file of env/ whose values replace those of .env.example.
# TGE_HOSTNAME is the name in the certificate and in the public address (localhost).
set -euo pipefail
# The last command of a pipe runs in this shell, so that `put` can remember what it wrote.
shopt -s lastpipe
root=$(cd "$(dirname "$0")/.." && pwd)
dir=${1:-$root}
command -v openssl > /dev/null || { echo "init: openssl is missing: install it (it makes the TLS certificate and hashes passwords)" >&2; exit 1; }
mkdir -p "$dir/secrets"
# Only the owner may enter; the files inside are world-readable because containers of several users read them through bind mounts,
# which the directory's mode does not concern.
chmod 700 "$dir/secrets"

made=()
put() { # NAME: stdin -> secrets/NAME, whole or not at all
  local file=$dir/secrets/$1
  [ ! -e "$file" ] || { cat > /dev/null; return; }
  ( umask 077; cat > "$file.new" ); chmod 444 "$file.new"; mv "$file.new" "$file"; made+=("secrets/$1")
}
random() { openssl rand -hex 24 | tr -d '\n'; }

random | put postgres_admin_password
random | put postgres_password
random | put postgres_exporter_password
random | put redis_password
random | put actuator_token
random | put actuator_read_token
random | put operator_password
# The first admin key, in the form every key of the queen has.
{ printf 'tge_'; random; } | put api_key
# Empty: alerts are shown and sent to nobody until somebody writes an address into it.
printf '' | put alert_webhook_url

redis_password=$(cat "$dir/secrets/redis_password")
printf '{"redis://redis-master-1:7001":"%s","redis://redis-master-2:7002":"%s","redis://redis-master-3:7003":"%s"}\n' \
  "$redis_password" "$redis_password" "$redis_password" | put redis_exporter_passwords

# HAProxy gets the hash; the clear text stays in secrets/operator_password for the operator and for Grafana.
if [ ! -e "$dir/secrets/haproxy_users" ]; then
  hash=$(openssl passwd -5 -stdin < "$dir/secrets/operator_password")
  printf 'userlist operators\n    user operator password %s\n' "$hash" | put haproxy_users
fi

if [ ! -e "$dir/secrets/haproxy_pem" ]; then
  host=${TGE_HOSTNAME:-localhost}
  tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 -subj "/CN=$host/O=tge-swarm" \
    -addext "subjectAltName=DNS:$host,DNS:localhost,DNS:haproxy,IP:127.0.0.1" -addext "extendedKeyUsage=serverAuth" \
    -keyout "$tmp/key" -out "$tmp/crt" 2> /dev/null || { echo "init: openssl could not make the certificate for $host" >&2; exit 1; }
  cat "$tmp/crt" "$tmp/key" | put haproxy_pem
  # What a client needs in order to believe us: curl --cacert secrets/haproxy_ca.crt
  put haproxy_ca.crt < "$tmp/crt"
fi

if [ ! -e "$dir/.env" ]; then
  socket=${DOCKER_SOCKET:-/var/run/docker.sock}
  if gid=$(stat -Lc %g "$socket" 2> /dev/null); then :; else gid=999; echo "init: no socket at $socket: DOCKER_GID=$gid is a guess, correct it in .env" >&2; fi
  chosen=$root/env/${TGE_ENVIRONMENT:-production}.env
  [ -f "$chosen" ] || { echo "init: no such environment: $chosen: set TGE_ENVIRONMENT to development, staging or production" >&2; exit 64; }
  # Limits on processes are written in two ways that exclude each other; with both composes installed nobody knows which one is meant.
  files=docker-compose.swarm.yml:docker-compose.local.yml
  one=0; two=0
  case $(docker-compose version --short 2> /dev/null || true) in 1.*) one=1 ;; [2-9]*|v[2-9]*) two=1 ;; esac
  if docker compose version > /dev/null 2>&1; then two=1; fi
  if [ $one = 1 ] && [ $two = 0 ]; then files=$files:docker-compose.pids-1.yml; fi
  if [ $one = 0 ] && [ $two = 1 ]; then files=$files:docker-compose.pids-2.yml; fi
  # A value of the chosen file replaces the line of the same name; the example's comments stay.
  awk -v gid="$gid" -v files="$files" -v url="https://${TGE_HOSTNAME:-localhost}" -F= '
    BEGIN { value["DOCKER_GID"] = gid; value["COMPOSE_FILE"] = files; value["PUBLIC_URL"] = url }
    NR == FNR { if ($0 ~ /^[A-Z]/) value[$1] = substr($0, length($1) + 2); next }
    /^[A-Z]/ && $1 in value { print $1 "=" value[$1]; next }
    { print }' "$chosen" "$root/.env.example" > "$dir/.env.new"
  mv "$dir/.env.new" "$dir/.env"; made+=(.env)
fi

if [ ${#made[@]} -eq 0 ]; then echo "init: everything was there, nothing changed"; else printf 'init: wrote %s\n' "${made[@]}"; fi
echo "init: console https://localhost/ (self-signed: secrets/haproxy_ca.crt), API key in secrets/api_key, operator's password in secrets/operator_password"

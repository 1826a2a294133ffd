#!/bin/sh
# Starts one Redis node. The password goes through a file of mode 600 in memory (/tmp is a tmpfs): on the command line `ps` would show it.
set -eu
secret=${REDIS_PASSWORD_FILE:-/run/secrets/redis_password}
password=$(cat "$secret" 2>/dev/null) || { echo "redis: cannot read the password from $secret: run 'make init' and mount the secret" >&2; exit 64; }
[ -n "$password" ] || { echo "redis: $secret is empty: run 'make init'" >&2; exit 64; }
umask 077
{
  cat /etc/tge-redis/redis.conf
  printf 'port %s\ncluster-port %s\nmaxmemory %s\n' "${REDIS_PORT:?}" "$((REDIS_PORT + 10000))" "${REDIS_MAXMEMORY:?}"
  printf 'requirepass "%s"\nmasterauth "%s"\n' "$password" "$password"
} > /tmp/redis.conf
exec redis-server /tmp/redis.conf

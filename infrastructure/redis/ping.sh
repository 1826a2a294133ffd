#!/bin/sh
# Health of one node: it answers with the right password. REDISCLI_AUTH keeps the password out of the process list.
REDISCLI_AUTH=$(cat "${REDIS_PASSWORD_FILE:-/run/secrets/redis_password}") || exit 1
export REDISCLI_AUTH
[ "$(timeout 2 redis-cli -p "${REDIS_PORT:?}" ping 2>/dev/null)" = PONG ]

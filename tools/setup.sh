#!/bin/bash
# Installs what the tests need beside Rust, a C compiler and make. Safe to run again; without root it says what is missing.
# What cannot be had is no failure here: the tests that need it are reported as skipped.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1

# command:package, as the tests look for them
wanted=(redis-server:redis-server redis-cli:redis-tools haproxy:haproxy promtool:prometheus amtool:prometheus-alertmanager
        chromium:chromium perl:perl openssl:openssl jq:jq zstd:zstd shellcheck:shellcheck mmdebstrap:mmdebstrap protoc:protobuf-compiler curl:curl)
missing=()
for pair in "${wanted[@]}"; do command -v "${pair%%:*}" > /dev/null || missing+=("${pair##*:}"); done
ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || missing+=(postgresql)
python3 -c 'import venv, ensurepip' 2> /dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "setup: installing ${missing[*]}"
    # Services must not start by themselves: the tests start their own, on their own ports.
    printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"; } > /tmp/tge-setup.log 2>&1 \
      || echo "setup: apt-get failed (see /tmp/tge-setup.log); tests that need ${missing[*]} are skipped"
    rm -f /usr/sbin/policy-rc.d
  else
    echo "setup: missing ${missing[*]}: apt-get install ${missing[*]} (tests that need them are skipped)"
  fi
fi

# What other Debian suites have and this one has not: one binary each is taken out of its package, nothing is installed.
elsewhere() { # NAME SUITE PACKAGE FILE
  [ ! -x "$root/target/tools/$1" ] || return 0
  if command -v apt-get > /dev/null && [ "$(id -u)" = 0 ]; then
    tools/debian.sh "$2" "$3" "$4" "$root/target/tools/$1" 2> /dev/null || echo "setup: no $1; its tests are skipped"
  else
    echo "setup: no $1 here; its tests are skipped"
  fi
}
command -v consul > /dev/null || elsewhere consul bullseye consul usr/bin/consul
# A second parser of the compose files; the engine's own is whatever the machine has.
docker compose version > /dev/null 2>&1 || elsewhere docker-compose-2 trixie docker-compose usr/libexec/docker/cli-plugins/docker-compose

# Independent clients and parsers, to be compared with.
packages=(feedparser standardwebhooks grpcio grpcio-reflection grpcio-health-checking protobuf playwright)
if [ ! -x .venv/bin/python ]; then python3 -m venv .venv || echo "setup: no Python venv; tests that need one are skipped"; fi
if [ -x .venv/bin/python ] && ! .venv/bin/python -c 'import feedparser, standardwebhooks, grpc, grpc_reflection, grpc_health, playwright' 2> /dev/null; then
  echo "setup: installing ${packages[*]} into .venv"
  .venv/bin/python -m pip -q --disable-pip-version-check install "${packages[@]}" || echo "setup: pip failed; tests that need ${packages[*]} are skipped"
fi
exit 0

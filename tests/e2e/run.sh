#!/bin/bash
# The swarm on docker-compose, for real: starts the compose file beside whatever runs here, feeds it, kills it, heals it, measures it.
#   tests/e2e/run.sh [GROUP...]      GROUP limits it to some of: services feeds loss alerts healing figures
# TGE_SHARED   folder with eval/ and offline-images/ (default: ../shared beside the repository)
# TGE_BIN      folder with our binaries (default: target/quick, then target/debug, else they are built); the image tge-swarm:e2e is made of them
# TGE_E2E_PROJECT  compose project (default: a name of its own for each run)
# Last line: N passed, N failed, N skipped. Without Docker or the shared folder nothing can be shown: all are skipped, exit code 0.
# Logs of every container: target/e2e-logs/.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root" || exit 1
export TGE_SHARED=${TGE_SHARED:-$root/../shared}

skip() { echo "e2e: $1"; python3 "$root/tests/e2e/e2e.py" --count "$@" 2> /dev/null || echo "0 passed, 0 failed, 1 skipped"; exit 0; }
command -v docker > /dev/null && docker info > /dev/null 2>&1 || skip "no Docker engine answers here: the swarm cannot be started"
command -v docker-compose > /dev/null || docker compose version > /dev/null 2>&1 || skip "no docker-compose here (Debian: docker-compose)"
[ -d "$TGE_SHARED/eval/feeds" ] || skip "$TGE_SHARED/eval/feeds is not there: set TGE_SHARED to the shared folder with eval/ and offline-images/"

wanted='import grpc, grpc_reflection, grpc_health, standardwebhooks'
python=$root/.venv/bin/python
if ! "$python" -c "$wanted" 2> /dev/null; then
  python=$root/target/e2e-venv/bin/python
  if ! "$python" -c "$wanted" 2> /dev/null; then
    python3 -m venv "$root/target/e2e-venv" && "$python" -m pip -q --disable-pip-version-check install grpcio grpcio-reflection grpcio-health-checking protobuf standardwebhooks ||
      skip "the Python packages grpcio-reflection, grpcio-health-checking and standardwebhooks cannot be installed"
  fi
fi

# Images: upstream's where a registry can be reached, stand-ins otherwise.
missing=0
for image in $(sed -nE 's/^ *image: \$\{[A-Z_]+:-([^}]+)\}.*/\1/p' docker-compose.swarm.yml | sort -u); do
  docker image inspect "$image" > /dev/null 2>&1 || { missing=1; echo "e2e: no image $image here"; }
done
if [ $missing = 1 ]; then infrastructure/standins.sh || skip "the images of the stores are missing and stand-ins cannot be built"; fi
target=${CARGO_TARGET_DIR:-target}
export TGE_TOOLS_IMAGE=${TGE_TOOLS_IMAGE:-offline/tools:local}
# Ours is made anew of the binaries each time: a run must not show what an older image does.
if [ -z "${TGE_BIN:-}" ]; then
  for dir in "$target/quick" "$target/debug"; do [ -x "$dir/queen" ] && [ -x "$dir/tge-swarm" ] && [ -x "$dir/tgectl" ] && TGE_BIN=$(realpath "$dir") && break; done
fi
if [ -z "${TGE_BIN:-}" ]; then make images && cargo build --locked --profile quick -p tge-solo && TGE_BIN=$(realpath "$target/quick"); fi || { echo "e2e: the binaries cannot be built"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
export TGE_BIN TGE_VERSION=e2e
infrastructure/docker/dist.sh "$TGE_BIN" && DOCKER_BUILDKIT=0 docker build -q -f infrastructure/docker/Dockerfile --target prebuilt -t tge-swarm:e2e . ||
  { echo "e2e: the image cannot be built"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
exec "$python" -B -u tests/e2e/e2e.py "$@"

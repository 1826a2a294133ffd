#!/bin/bash
# Builds local stand-ins for the upstream images, for machines that reach no image registry, tagged as docker-compose.swarm.yml names them.
#   infrastructure/standins.sh [NAME...]      NAME limits it to some of them; TGE_SHARED is the folder that holds offline-images/
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
shared=${TGE_SHARED:-$root/../shared}
build=$shared/offline-images/build.sh
[ -x "$build" ] || { echo "standins: $build is not there: set TGE_SHARED to the folder that holds offline-images/, or let the engine pull from a registry" >&2; exit 1; }
missing=()
for tool in docker mmdebstrap protoc cargo; do command -v $tool > /dev/null || missing+=("$tool"); done
[ ${#missing[@]} -eq 0 ] || { echo "standins: missing ${missing[*]}: apt-get install -y --no-install-recommends docker.io mmdebstrap protobuf-compiler, and a Rust toolchain" >&2; exit 1; }
# A name alone would leave out the tags of the others: without names everything that the compose file asks for is built and tagged.
exec "$build" "$@" --compose "$root/docker-compose.swarm.yml"

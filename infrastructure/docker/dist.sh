#!/bin/bash
# Fills dist/ for the Dockerfile's `prebuilt` stage from binaries already built on this host (same C library: Debian 12).
#   infrastructure/docker/dist.sh [DIR]      DIR holds the binaries (target/release by default)
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
from=${1:-$root/target/release}
names=(queen memory-coordinator service-registry health-monitor actuator agent-scraping-efficiency agent-keyword-precision
       agent-api-reliability agent-performance agent-data-quality tgectl)
missing=()
for n in "${names[@]}"; do [ -x "$from/$n" ] || missing+=("$n"); done
if [ ${#missing[@]} -gt 0 ]; then
  echo "dist: not in $from: ${missing[*]}: build them with 'cargo build --release -p tge-swarm -p tge-tgectl'" >&2; exit 1
fi
mkdir -p "$root/dist"
# Symbols stay on this host: the image is for running.
strip=(); if command -v strip > /dev/null; then strip=(-s); fi
for n in "${names[@]}"; do install -m 0755 "${strip[@]}" "$from/$n" "$root/dist/$n"; done
# Trusted roots for outgoing TLS: the base image has none and no stage may install packages.
if [ -r /etc/ssl/certs/ca-certificates.crt ]; then install -m 0644 /etc/ssl/certs/ca-certificates.crt "$root/dist/"; else
  echo "dist: no /etc/ssl/certs/ca-certificates.crt on this host: the image will trust no public site (install ca-certificates)" >&2; fi
du -sh "$root/dist" | sed 's/^/dist: /'

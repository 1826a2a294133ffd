#!/bin/bash
# Builds with cargo and, when it took a while, prints how long and which crates took longest, as cargo itself measured them.
#   tools/build.sh CARGO-BUILD-ARGUMENTS...
set -euo pipefail
begun=$SECONDS
cargo build --timings "$@"
took=$((SECONDS - begun))
[ "$took" -ge 5 ] || exit 0
report=${CARGO_TARGET_DIR:-target}/cargo-timings/cargo-timing.html
[ -f "$report" ] || exit 0
# One unit of work is one crate's library, program or build script; a crate may have several.
awk -v took="$took" '
  function value(line) { sub(/^[^:]*: */, "", line); gsub(/[",]/, "", line); return line }
  /^const UNIT_DATA/ { units = 1 }
  /^\]/ { units = 0 }
  units && /^ *"name":/ { name = value($0) }
  units && /^ *"duration":/ { of[name] += value($0); all += value($0); if (name ~ /^tge-/) ours += value($0) }
  END {
    printf "built in %d s: %.0f s of compiling, %.0f %% of it dependencies; longest", took, all, all ? 100 * (all - ours) / all : 0
    for (n = 0; n < 5 && all > 0; n++) {
      best = ""
      for (name in of) if (best == "" || of[name] > of[best]) best = name
      if (best == "") break
      printf "%s %s %.0f s", n ? "," : ":", best, of[best]
      delete of[best]
    }
    printf "\n"
  }' "$report"

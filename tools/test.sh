#!/bin/bash
# Everything a change must pass, cheapest first. What cannot run here is named and counted as skipped; the last line counts steps.
# Where Docker or the shared folder is absent, what needs them is skipped.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd); cd "$root" || exit 1
target=${CARGO_TARGET_DIR:-target}
passed=0 failed=0 skipped=0
step() { # NAME COMMAND...; exit code 77 says that something it needs is missing
  local name=$1 begun=$SECONDS code=0; shift
  echo; echo "=== $name"
  "$@" || code=$?
  case $code in
    0) passed=$((passed + 1)); echo "=== $name: ok ($((SECONDS - begun)) s)" ;;
    77) skipped=$((skipped + 1)); echo "=== $name: skipped (see above)" ;;
    *) failed=$((failed + 1)); echo "=== $name: FAILED ($((SECONDS - begun)) s)" ;;
  esac
}
skip() { skipped=$((skipped + 1)); echo; echo "=== $1: skipped: $2"; }
have() { command -v "$1" > /dev/null; }

# The bench and the fuzz target are workspaces of their own, which nobody builds here.
locks() { for aside in bench fuzz; do cargo update -q --workspace --locked --manifest-path "crates/detect/$aside/Cargo.toml" || return; done; }

# Each pair has a line of its own; the figures go to stderr then.
duplicates() { "$target/debug/tgectl" quality dups "$TGE_SHARED/eval/dups.jsonl" --more config/labels/pairs.jsonl --folds 5 --at-least 0.85 -o jsonl > /dev/null; }

# What every new beginning says would bury the rest; what is found is in the last lines.
hostile() { local code=0; tools/fuzz.sh 20000x > "$target/hostile.log" 2>&1 || code=$?; tail -n 8 "$target/hostile.log"; return "$code"; }

step "format" cargo fmt --all --check
step "locks of the workspaces aside" locks
step "build" cargo build --locked --workspace --all-targets
step "lints" cargo clippy --locked --workspace --all-targets -- -D warnings
if cargo deny --version > /dev/null 2>&1; then step "licences and bans" cargo deny check bans licenses sources; else skip "licences and bans" "cargo-deny is not installed"; fi
step "unit, contract and process tests" cargo test --locked --workspace --no-fail-fast
step "files around the binaries" infrastructure/check.sh
if [ -f "$TGE_SHARED/eval/dev.jsonl" ]; then
  step "detection on unseen sources" "$target/debug/tgectl" ruleset eval "$TGE_SHARED"/eval/dev{,2}.jsonl --more config/labels/stream.tsv \
    --texts "$TGE_SHARED"/eval/{posts,articles,stream}.jsonl.zst --ours "$TGE_SHARED/eval/synthetic.jsonl" config/labels/{ours,lines,told}.jsonl --group source --at-least 0.85
  step "duplicates, held out" duplicates
else for what in "detection on unseen sources" "duplicates, held out"; do skip "$what" "$TGE_SHARED/eval is absent"; done; fi
step "hostile documents" hostile
if have chromium && [ -x .venv/bin/python ]; then step "console in a browser" tests/browser/run.sh; else skip "console in a browser" "chromium or .venv is missing"; fi
# A quarter of an hour; TGE_E2E=0 leaves it out.
if [ "${TGE_E2E:-1}" = 0 ]; then skip "the swarm on docker-compose" "TGE_E2E=0"
elif ! docker info > /dev/null 2>&1; then skip "the swarm on docker-compose" "no Docker engine answers here"
elif [ ! -d "$TGE_SHARED/eval/feeds" ]; then skip "the swarm on docker-compose" "$TGE_SHARED/eval is absent"
else step "the swarm on docker-compose" env TGE_BIN="$(realpath "$target/debug")" tests/e2e/run.sh; fi

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]

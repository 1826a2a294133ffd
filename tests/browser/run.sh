#!/bin/sh
# Tests the console in a real browser.
#
#   tests/browser/run.sh                      builds and starts the seeded preview, and tests that
#   tests/browser/run.sh BASE LOGIN --push    tests what runs at BASE; LOGIN is the address of the banner that opens it,
#                                             and a document pushed there must show up by itself
#
# Exits 0 when all is well, 1 when something is not, 77 when something it needs is missing: then nothing was tested.
# Screenshots go to target/screenshots.
set -eu
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}

chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
if [ -z "$chromium" ]; then
    echo "browser tests skipped: no chromium; install it (Debian: apt-get install chromium) or name it in CHROMIUM" >&2
    exit 77
fi

python=${PYTHON:-python3}
if ! "$python" -c 'import playwright' 2>/dev/null; then
    python=$target/browser-venv/bin/python
    if ! "$python" -c 'import playwright' 2>/dev/null; then
        if ! { python3 -m venv "$target/browser-venv" && "$python" -m pip install -q 'playwright==1.*'; }; then
            echo "browser tests skipped: the Python package playwright cannot be installed; install it and name its python in PYTHON" >&2
            exit 77
        fi
    fi
fi

if [ $# -ge 2 ]; then
    exec "$python" tests/browser/console.py --chromium "$chromium" --screenshots "$target/screenshots" "$@"
fi

# The whole workspace: with one package the features of its dependencies would be others, and all compiled again.
cargo build -q --locked --workspace --example console-preview
work=$(mktemp -d)
# The preview ends with its stdin, which this fifo holds open for as long as this script runs.
mkfifo "$work/stdin"
"$target/debug/examples/console-preview" <"$work/stdin" >"$work/stdout" &
preview=$!
exec 3>"$work/stdin"
trap 'exec 3>&-; kill "$preview" 2>/dev/null || true; rm -rf "$work"' EXIT
tries=0
until login=$(sed -n 's/^\(http:.*\)$/\1/p' "$work/stdout") && [ -n "$login" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$preview" 2>/dev/null; then
        echo "browser tests failed: the preview did not print its address" >&2
        exit 1
    fi
    sleep 0.1
done
base=$(printf %s "$login" | sed 's#/login.*##')
set --
for path in $(sed -n 's/^[a-z]* \(\/.*\)$/\1/p' "$work/stdout"); do set -- "$@" --page "$path"; done
"$python" tests/browser/console.py --chromium "$chromium" --screenshots "$target/screenshots" "$base" "$login" "$@"

#!/bin/bash
# Feeds hostile documents to the detector: tools/fuzz.sh [SECONDS | COUNTx], 60 seconds by default; `20000x` judges that many, from the seeds
# alone. Needs a C++ compiler; what it finds lies in target/fuzz/.
# The same target runs under cargo-fuzz (cd crates/detect && cargo fuzz run judge), which adds a sanitizer and needs a nightly compiler.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v "${CXX:-c++}" > /dev/null; then echo "fuzz: a C++ compiler is missing (Debian: apt-get install g++)"; exit 77; fi
work=$PWD/target/fuzz
case ${1:-60} in
  *x) bound=(-runs="${1%x}" -seed=1); rm -rf "$work/counted"; corpus=$work/counted ;;
  *) bound=(-max_total_time="${1:-60}"); corpus=$work/corpus ;;
esac
mkdir -p "$corpus" "$work/found"
# Seeds: the examples of the frames, each a file, and what has broken text readers before.
python3 - "$corpus" <<'PY'
import pathlib, re, sys
to = pathlib.Path(sys.argv[1])
seeds = re.findall(r'(?:yes|no): *"?([^"\n]+)', pathlib.Path("config/rulesets/frames.yaml").read_text())
seeds += ["\u202eesrever\u202c $ABC launch", "T\u200bG\u200bE is l\u00adive", "a" * 5000, "$A " * 2000, "(ABC) " * 1000, "\ufeff\U0001d54b\U0001d53e\U0001d53c", "2026-13-45 32 May 0000 Q5 2026",
          "新币上线 ABC（Alpha Beta）将于明天上线", "에어드랍 시작 (ABC)", "エアドロップ開始", "الإطلاق اليوم"]
for n, seed in enumerate(seeds):
    (to / f"seed-{n}").write_text(seed)
PY
# What cargo-fuzz passes, without a sanitizer: these work with the pinned compiler.
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
cargo build -q --release --manifest-path crates/detect/fuzz/Cargo.toml --target-dir "$work/build" --target "$(rustc -vV | sed -n 's/^host: //p')"
exec "$work"/build/*/release/judge "${bound[@]}" -max_len=20000 -timeout=10 -artifact_prefix="$work/found/" -print_final_stats=1 "$corpus"

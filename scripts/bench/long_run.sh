#!/usr/bin/env bash
# Whether a long run's memory stays flat: rsa train on configs/debug.yaml's Stage-1.5 (RSA, activation checkpointing,
# everything trained) for many steps, its resident size read from /proc twice a second.
#
#   scripts/bench/long_run.sh [STEPS]      (default: 5000)
#
# Prints the resident size after the warm-up (the first fifth of the steps), at the end (medians of a twentieth of the
# steps) and at most in between. Exits with 1 where the end is more than 1 % above the beginning. The Java heap has a
# fixed size and is touched at the start, so that what grows is native memory or a leak.
#
# Environment: WORK    where everything goes (default: out/bench)
#              PYTHON  a Python 3 (default: python3)
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
steps=${1:-5000}
out=$WORK/long-run
rm -rf "$out" "$out.rss"
"$root/scripts/rsa" data scenes --out "$DATA" >"$WORK/data.log" 2>&1 || { cat "$WORK/data.log" >&2; exit 1; }
export RSA_JAVA_OPTS="-Xms512m -Xmx512m -XX:+AlwaysPreTouch ${RSA_JAVA_OPTS:-}"
"$root/scripts/rsa" train --config "$root/configs/debug.yaml" --stage 1.5 --out "$out" --set evaluation=null \
  --set data_dir="$DATA" --set model.tokenizer="$DATA/tokenizer" --set "stages[1.5].max_steps=$steps" \
  >"$out.log" 2>&1 &
run=$!
while kill -0 "$run" 2>/dev/null; do
  resident=$(awk '/^VmRSS:/ { print $2 * 1024 }' "/proc/$run/status" 2>/dev/null || true)
  taken=$({ wc -l <"$out/metrics.jsonl"; } 2>/dev/null || echo 0)
  [[ -z $resident ]] || echo "$taken $resident" >>"$out.rss"
  sleep 0.5
done
wait "$run" || { tail -n 20 "$out.log" >&2; exit 1; }
"$PYTHON" - "$out.rss" "$steps" "$out/metrics.jsonl" <<'PY'
import json, statistics, sys
samples = [tuple(map(float, line.split())) for line in open(sys.argv[1])]
steps = int(sys.argv[2])
window = steps / 20

def sizes(first, last):
    found = [size for step, size in samples if first <= step < last]
    if not found:
        sys.exit(f"no sample between steps {first:.0f} and {last:.0f}: take more steps")
    return found

first = statistics.median(sizes(steps / 5, steps / 5 + window))
last = statistics.median(sizes(steps - window, steps))
most = max(sizes(steps / 5, steps))
seconds = statistics.median(json.loads(line)["seconds"] for line in open(sys.argv[3]))
print(json.dumps(dict(steps=steps, after_warmup_mb=round(first / 1e6, 1), end_mb=round(last / 1e6, 1),
    max_mb=round(most / 1e6, 1), end_over_first=round(last / first, 4), max_over_first=round(most / first, 4),
    median_step_seconds=round(seconds, 4))))
sys.exit(0 if last <= 1.01 * first else 1)
PY

#!/usr/bin/env bash
# What RSA adds to a step: Stage-1.5 of the quickstart's model (everything trained), 256 pairs a step in micro-batches
# of 64, activation checkpointing, with RSA against the language-modelling loss alone. Rounds alternate. The captions'
# own pass is extra work in proportion to the text, so that the ratio depends on how many tokens are image tokens: 16,
# 196 and 576 an image (image_size 64, 224 and 384, patch 16). The paper's images have 729 tokens and more.
#
#   scripts/bench/rsa_cost.sh [ROUNDS [STEPS]]      (default: 5 rounds of 6 steps, behind 2 of warm-up)
#
# Prints a JSON line a shape. Exits with 1 where a ratio of median step times is above 1.35.
#
# Environment: WORK    where everything goes (default: out/bench)
#              PYTHON  a Python 3 (default: python3)
#              SIZES   image sizes to time (default: "64 224 384")
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
rounds=${1:-5}
steps=${2:-6}
warmup=2
"$root/scripts/rsa" data scenes --out "$DATA" >"$WORK/data.log" 2>&1 || { cat "$WORK/data.log" >&2; exit 1; }

cell() { # SIZE RSA ROUND
  local out=$WORK/cost-$1-$2-$3
  rm -rf "$out"
  "$root/scripts/rsa" train --config "$root/configs/quickstart.yaml" --stage 1.5 --out "$out" --profile \
    --set evaluation=null --set data_dir="$DATA" --set model.tokenizer="$DATA/tokenizer" \
    --set "model.vision.image_size=$1" --set "stages[1.5].rsa.enabled=$2" \
    --set 'stages[1.5].max_length=1024' --set 'stages[1.5].batch_size=256' --set 'stages[1.5].activation_checkpointing=true' \
    --set "stages[1.5].max_steps=$((steps + warmup))" >"$out.log" 2>&1 || { cat "$out.log" >&2; exit 1; }
}

status=0
for size in ${SIZES:-64 224 384}; do
  for ((round = 1; round <= rounds; round++)); do
    cell "$size" true "$round"
    cell "$size" false "$round"
  done
  "$PYTHON" - "$WORK" "$size" "$rounds" $warmup <<'PY' || status=1
import json, os, statistics, sys
work, size, rounds, warmup = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])

def lines(rsa, round):
    with open(f"{work}/cost-{size}-{rsa}-{round}/metrics.jsonl") as file:
        return [json.loads(line) for line in file][warmup:]

def seconds(rsa, round):
    return statistics.median(line["seconds"] - line["data_seconds"] for line in lines(rsa, round))

with_rsa = [seconds("true", i) for i in range(1, rounds + 1)]
alone = [seconds("false", i) for i in range(1, rounds + 1)]
ratio = statistics.median(with_rsa) / statistics.median(alone)
pairs = sorted(a / b for a, b in zip(with_rsa, alone))
one = lines("true", 1)[0]
image = (size // 16) ** 2
print(json.dumps(dict(image_tokens=image, image_share=round(image * one["samples"] / one["tokens"], 2),
    with_rsa_seconds=round(statistics.median(with_rsa), 3), lm_only_seconds=round(statistics.median(alone), 3),
    ratio=round(ratio, 3), ratio_of_rounds_from_to=[round(pairs[0], 3), round(pairs[-1], 3)],
    load=round(os.getloadavg()[0], 1))), flush=True)
sys.exit(1 if ratio > 1.35 else 0)
PY
done
exit $status

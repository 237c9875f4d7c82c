#!/usr/bin/env bash
# What `rsa plan` says of a CPU run's memory against the peak resident size that the run had: Stage-1.5 with RSA in
# float32, everything trained, random weights of four sizes, with activation checkpointing and without.
#
#   scripts/bench/plan_memory.sh [CELL ...]      see CELLS below; default: all
#
# The process without a model (JVM with a fixed heap of 256 MB, libtorch, classes) is measured first, with a model of
# 0.1 million parameters; the plan takes it as --overhead. What is freed goes back to the system at once, so that the
# peak is of what a step holds: with scripts/rsa's own settings the allocator keeps freed blocks for the next step, and
# small models peak up to a third higher (MALLOC=usual measures that). Two steps a cell: only the second has the
# optimiser's moments from its beginning. Prints a line a cell, and fails where plan and run differ by more than 10 %.
# The largest cells want 8 GB of free memory.
#
# Environment: WORK    where everything goes (default: out/bench)
#              PYTHON  a Python 3 (default: python3)
#              MALLOC  usual: with scripts/rsa's own settings of the allocator
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
"$root/scripts/rsa" data scenes --out "$DATA" >"$WORK/data.log" 2>&1 || { cat "$WORK/data.log" >&2; exit 1; }
[[ ${MALLOC:-} == usual ]] || export MALLOC_MMAP_THRESHOLD_=1048576
export RSA_JAVA_OPTS="-Xms256m -Xmx256m -XX:+AlwaysPreTouch ${RSA_JAVA_OPTS:-}"

# Width, MLP, layers, heads of tower and language model, its key heads and words; samples of a step and a micro-batch.
declare -A CELLS=(
  [base]="32 64 2 2  48 96 2 4 2 800  2 1"
  [small]="256 1024 4 4  256 1024 6 4 2 4000  16 8"
  [medium]="384 1536 6 6  512 2048 8 8 4 8000  8 4"
  [large]="512 2048 8 8  768 3072 12 12 4 32000  4 2"
  [largest]="768 3072 12 12  896 4864 16 14 2 32000  2 1"
)

# settings SIZE CHECKPOINTING: arguments of both commands.
settings() {
  read -r vw vm vl vh w m l h g words batch micro <<<"${CELLS[$1]}"
  args=(--config "$root/configs/quickstart.yaml" --stage 1.5
    --set evaluation=null --set data_dir="$DATA" --set model.tokenizer="$DATA/tokenizer"
    --set "model.vision={image_size: 224, patch_size: 16, hidden_size: $vw, intermediate_size: $vm, num_hidden_layers: $vl, num_attention_heads: $vh, vision_use_head: false}"
    --set "model.language={vocab_size: $words, hidden_size: $w, intermediate_size: $m, num_hidden_layers: $l, num_attention_heads: $h, num_key_value_heads: $g, tie_word_embeddings: true}"
    --set "stages[1.5].batch_size=$batch" --set "stages[1.5].micro_batch_size=$micro" --set 'stages[1.5].max_steps=2'
    --set 'stages[1.5].rsa.keep_captions_mb=0' --set "stages[1.5].activation_checkpointing=$2")
}

# cell SIZE CHECKPOINTING OVERHEAD: trains, plans, prints a line.
cell() {
  local out=$WORK/plan-$1-$2
  rm -rf "$out"
  settings "$1" "$2"
  "$root/scripts/rsa" train "${args[@]}" --out "$out" >"$out.log" 2>&1 || { cat "$out.log" >&2; exit 1; }
  local text
  # Trained tokens: what is neither image nor the 30 tokens that a plan takes for the prompt.
  text=$("$PYTHON" -c 'import json,sys; s=[json.loads(l) for l in open(sys.argv[1])][-1]; print(round(s["tokens"]/s["samples"])-196-30)' "$out/metrics.jsonl")
  "$root/scripts/rsa" plan "${args[@]}" --gpus 1 --gpu-memory 1000 --overhead "$3" --text-tokens "$text" --json \
    >"$out.plan" 2>>"$out.log"
  rm -rf "$out/model" "$out/checkpoints"
  "$PYTHON" - "$out" "$1" "$2" <<'PY'
import json, sys
out, size, checkpointing = sys.argv[1:]
step = [json.loads(line) for line in open(f"{out}/metrics.jsonl")][-1]
plan = json.loads(open(f"{out}.plan").read().splitlines()[-1])
point = plan["stages"][0]["gpus"][0]
ratio = point["peak_bytes"] / step["peak_memory_bytes"]
items = {name: round(size / 1e6) for name, size in point["memory_bytes"].items() if size}
print(json.dumps(dict(size=size, checkpointing=checkpointing == "true", parameters=plan["parameters"],
    samples=step["samples"], tokens=step["tokens"], planned_mb=round(point["peak_bytes"] / 1e6),
    measured_mb=round(step["peak_memory_bytes"] / 1e6), ratio=round(ratio, 3), at=point["peak_at"], items_mb=items)))
sys.exit(0 if size == "base" or abs(ratio - 1) <= 0.1 else 1)
PY
}

line=$(cell base true 0)
overhead=$("$PYTHON" -c 'import json,sys; l=json.loads(sys.argv[1]); print((l["measured_mb"]-l["planned_mb"])/1e3)' "$line")
echo "process without a model: $overhead GB" >&2
wrong=0
for each in ${@:-small:true small:false medium:true medium:false large:true large:false largest:true largest:false}; do
  cell "${each%:*}" "${each#*:}" "$overhead" || wrong=1
done
exit $wrong

#!/usr/bin/env bash
# Peak resident size of a Stage-1.5 step of a real model: SigLIP-base (768 wide, 12 layers, image 224, patch 16) and
# Qwen2-0.5B (896 wide, 24 layers, 151,936 words), random weights, everything trained, RSA on, 1,340 tokens in one
# micro-batch; with the logits in chunks of 128 rows and all at once, with and without activation checkpointing.
#
#   scripts/bench/step_memory.sh [DTYPE]      float32 (default) or bfloat16
#
# One cell after the other, two steps each: only the second has the optimiser's moments from its beginning. Prints a JSON
# line a cell. Weights, gradients and two moments take 9.3 GB in float32; the cells want 16 GB of free memory and 5 GB
# of disk.
#
# Environment: WORK    where everything goes (default: out/bench)
#              PYTHON  a Python 3 (default: python3)
#              BATCH   pairs in the step (default: 5)
#              CELLS   chunk:checkpointing of each (default: "128:true 128:false 100000:true 100000:false")
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
dtype=${1:-float32}
"$root/scripts/rsa" data scenes --out "$DATA" >"$WORK/data.log" 2>&1 || { cat "$WORK/data.log" >&2; exit 1; }
export RSA_JAVA_OPTS="-Xmx512m ${RSA_JAVA_OPTS:-}"
for cell in ${CELLS:-128:true 128:false 100000:true 100000:false}; do
  out=$WORK/memory-$dtype-${cell/:/-}
  rm -rf "$out"
  "$root/scripts/rsa" train --config "$root/configs/quickstart.yaml" --stage 1.5 --out "$out" --profile \
    --set evaluation=null --set data_dir="$DATA" --set model.tokenizer="$DATA/tokenizer" --set "dtype=$dtype" \
    --set 'model.vision={image_size: 224, patch_size: 16, hidden_size: 768, intermediate_size: 3072, num_hidden_layers: 12, num_attention_heads: 12, vision_use_head: false}' \
    --set 'model.language={vocab_size: 151936, hidden_size: 896, intermediate_size: 4864, num_hidden_layers: 24, num_attention_heads: 14, num_key_value_heads: 2, tie_word_embeddings: true}' \
    --set "stages[1.5].batch_size=${BATCH:-5}" --set 'stages[1.5].max_steps=2' \
    --set "stages[1.5].loss_chunk=${cell%:*}" --set "stages[1.5].activation_checkpointing=${cell#*:}" \
    >"$out.log" 2>&1 || { cat "$out.log" >&2; exit 1; }
  "$PYTHON" - "$out" "$dtype" "$cell" <<'PY'
import json, sys
out, dtype, cell = sys.argv[1:]
step = [json.loads(line) for line in open(f"{out}/metrics.jsonl")][-1]
phases = json.load(open(f"{out}/profile.json"))["stages"][0]["phases"]
top = max(phases, key=lambda name: phases[name]["peak_resident_bytes"])
chunk, checkpointing = cell.split(":")
print(json.dumps(dict(dtype=dtype, loss_chunk=int(chunk), checkpointing=checkpointing == "true", pairs=step["samples"],
    tokens=step["tokens"], peak_gb=round(step["peak_memory_bytes"] / 1e9, 2), highest_in=top,
    step_seconds=round(step["seconds"], 1))), flush=True)
PY
  rm -rf "$out/model" "$out/checkpoints"
done

# Sourced by the drivers beside it: data, a random model to start from, and runs of rsa train on both.
#
# Environment: WORK    where everything goes (default: out/bench)
#              PYTHON  a Python with torch and transformers (default: python3)

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
WORK=${WORK:-$root/out/bench}
PYTHON=${PYTHON:-python3}
DATA=$WORK/data
START=$WORK/start/model
mkdir -p "$WORK"

# The quickstart's data set, and its model before any training: a first step has learning rate 0.
prepare() {
  "$root/scripts/rsa" data scenes --out "$DATA" >"$WORK/data.log" 2>&1 || { cat "$WORK/data.log" >&2; exit 1; }
  if [[ ! -e $START/model.safetensors ]]; then
    rm -rf "$WORK/start"
    "$root/scripts/rsa" train --config "$root/configs/quickstart.yaml" --stage 0 \
      --set data_dir="$DATA" --set model.tokenizer="$DATA/tokenizer" --set 'stages[0].max_steps=1' \
      --out "$WORK/start" >"$WORK/start.log" 2>&1 || { cat "$WORK/start.log" >&2; exit 1; }
  fi
}

# ours STAGE STEPS DIR [more arguments]: trains from the start into DIR, sample ids in DIR.batches.jsonl.
ours() {
  local stage=$1 steps=$2 dir=$3
  shift 3
  rm -rf "$dir"
  "$root/scripts/rsa" train --config "$root/configs/quickstart.yaml" --stage "$stage" \
    --set data_dir="$DATA" --set evaluation=null --set "stages[$stage].max_steps=$steps" \
    --set model.start="$START" --set 'model.vision={}' --set 'model.language={}' --set model.tokenizer=null \
    --out "$dir" --dump-batches "$dir.batches.jsonl" "$@" >"$dir.log" 2>&1 || { cat "$dir.log" >&2; exit 1; }
}

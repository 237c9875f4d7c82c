#!/usr/bin/env bash
# The time of a training step: rsa train against eager PyTorch with transformers (pytorch_step.py), on the quickstart's
# model, the same samples and the same number of threads. Rounds alternate; the first steps of each run are left out.
# Prints a JSON line a stage with the medians in seconds and their ratio, and the CPU seconds a step, which other load
# on the machine disturbs less. Exits with 1 where ours takes more than 1.1 times as long in Stage-1.
#
#   PYTHON=venv/bin/python scripts/bench/step_time.sh [ROUNDS [STEPS]]      (default: 5 rounds of 20 steps)
#
# Environment: STAGES  which to time (default: "1 1.5")
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
rounds=${1:-5}
steps=${2:-20}
warmup=5
total=$((steps + warmup))

# timed FILE COMMAND...: adds the user and system seconds of the command and its children to FILE.
timed() {
  local file=$1 TIMEFORMAT='%U %S'
  shift
  { time "$@" 2>&3; } 3>&2 2>"$file.last"
  awk '{ print $1 + $2 }' "$file.last" >>"$file"
}

torch_step() { # STAGE STEPS OUT [more arguments]
  local stage=$1 count=$2 out=$3
  shift 3
  "$PYTHON" "$root/scripts/bench/pytorch_step.py" --model "$START" --data "$DATA" --batches "$batches" \
    --stage "$stage" --steps "$count" --out "$out" "$@"
}

prepare
for stage in ${STAGES:-1 1.5}; do
  batches=$WORK/time-$stage.batches.jsonl
  rm -f "$WORK/time-$stage".cpu-*
  # Twice as many steps cost the start once: the difference is what the steps alone cost.
  timed "$WORK/time-$stage.cpu-ours" ours "$stage" $((2 * total)) "$WORK/time-$stage"
  timed "$WORK/time-$stage.cpu-torch" torch_step "$stage" $((2 * total)) "$WORK/time-$stage.torch.jsonl"
  for ((round = 1; round <= rounds; round++)); do
    timed "$WORK/time-$stage.cpu-ours" ours "$stage" $total "$WORK/time-$stage-$round"
    timed "$WORK/time-$stage.cpu-torch" torch_step "$stage" $total "$WORK/time-$stage-$round.torch.jsonl"
    torch_step "$stage" $total "$WORK/time-$stage-$round.preloaded.jsonl" --preload
  done
  "$PYTHON" "$root/scripts/bench/step_summary.py" --work "$WORK" --stage "$stage" --rounds "$rounds" \
    --warmup $warmup --steps $total || status=1
done
exit ${status:-0}

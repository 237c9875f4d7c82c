#!/usr/bin/env bash
# Does rsa train learn as plain PyTorch does? Trains the quickstart's model for some steps with both, from the same
# weights on the same batches, and compares the LM loss of every step: Stage-1 and Stage-1.5, without RSA, and with
# the paper's loss (Euclidean, Eq. 5) at lambda 0.01 and 0.1. Prints a JSON line each; exits with 1 where one differs.
#
#   PYTHON=venv/bin/python scripts/bench/learning_check.sh [STEPS]      (default: 50)
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
steps=${1:-50}

prepare
status=0
for stage in 1 1.5; do
  for lambda in 0 0.01 0.1; do
    run=$WORK/learning-$stage-$lambda
    enabled=true
    [[ $lambda == 0 ]] && enabled=false
    ours "$stage" "$steps" "$run" --set "stages[$stage].rsa={enabled: $enabled, lambda: $lambda}"
    "$PYTHON" "$root/scripts/bench/learning_check.py" --model "$START" --data "$DATA" \
      --run "$run" --batches "$run.batches.jsonl" --stage "$stage" --lambda "$lambda" || status=1
  done
done
exit $status

#!/usr/bin/env bash
# Checks that several ranks train what one rank trains: configs/debug.yaml on the CPU, each rank a process of this
# machine with one thread, under every mpirun that is found (mpirun.openmpi, mpirun.mpich).
#
#   scripts/check-ranks.sh            losses, gradient norms and weights of 1, 2 and 4 ranks; resumed 4 -> 2 -> 1
#   scripts/check-ranks.sh kill [N]   kill -9 of a random rank at random instants, resumed, N runs (default: 20)
#   scripts/check-ranks.sh faults     SIGSTOP of a rank, another recipe on one rank
#
# Needs openmpi-bin or mpich, and python3 alone for the comparison of metrics.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
mode=${1:-equal}
runs=${2:-20}
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_NUM_THREADS=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

families=()
for program in mpirun.openmpi mpirun.mpich; do
  if command -v "$program" >/dev/null; then families+=("$program"); fi
done
((${#families[@]} > 0)) || {
  echo "error: check-ranks.sh: no mpirun.openmpi and no mpirun.mpich (apt-get install openmpi-bin mpich)" >&2
  exit 2
}

"$root/scripts/rsa" data scenes --out "$work/scenes" >/dev/null 2>&1

# The command line of a run; --set of the same key again wins.
arguments() { # OUT STEPS
  printf '%s\n' train --config "$root/configs/debug.yaml" --out "$1" --set "data_dir=$work/scenes" \
    --set "model.tokenizer=$work/scenes/tokenizer" --set threads=1 --set evaluation.samples=40 \
    --set "stages[*].max_steps=$2" --set checkpoint.every_steps=3 --set checkpoint.keep=9
}

launch() { # PROGRAM RANKS OUT STEPS [MORE...]
  local program=$1 ranks=$2 out=$3 steps=$4
  shift 4
  local command=()
  mapfile -t command < <(arguments "$out" "$steps")
  command+=("$@")
  if ((ranks == 1)); then
    "$root/scripts/rsa" "${command[@]}"
  elif [[ $program == mpirun.openmpi ]]; then
    "$program" --oversubscribe --bind-to none -np "$ranks" "$root/scripts/rsa" "${command[@]}"
  else
    "$program" -np "$ranks" "$root/scripts/rsa" "${command[@]}"
  fi
}

# Losses and gradient norms of every step within 1e-5 of each other; with "equal", the same numbers and weights.
compare() { # FIRST SECOND [equal]
  python3 - "$@" <<'PYTHON'
import json, struct, sys
from array import array

first, second, *equal = sys.argv[1:]
bound = 0.0 if equal else 1e-5

def lines(run):
    return [json.loads(line) for line in open(f"{run}/metrics.jsonl")]

def weights(run):
    data = open(f"{run}/model/model.safetensors", "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    return {name: array("f", data[8 + size + t["data_offsets"][0]:8 + size + t["data_offsets"][1]])
            for name, t in header.items() if name != "__metadata__"}

a, b = lines(first), lines(second)
assert [(x["stage"], x["step"]) for x in a] == [(x["stage"], x["step"]) for x in b], "other steps"
worst = 0.0
for x, y in zip(a, b):
    for key in ("loss_lm", "loss_rsa", "loss", "grad_norm"):
        if x[key] is not None:
            worst = max(worst, abs(x[key] - y[key]) / abs(x[key]))
    assert (x["samples"], x["tokens"]) == (y["samples"], y["tokens"]), "other counts"
one, other = weights(first), weights(second)
squares = sum(v * v for w in one.values() for v in w)
differences = sum((v - u) ** 2 for name, w in one.items() for v, u in zip(w, other[name]))
whole = (differences / squares) ** 0.5
print(f"  {len(a)} steps: losses and norms within {worst:.1e}, weights {whole:.1e}")
sys.exit(0 if worst <= bound and whole <= bound else 1)
PYTHON
}

status=0
check() { # NAME COMMAND...
  local name=$1
  shift
  if "$@"; then echo "ok   $name"; else echo "FAIL $name"; status=1; fi
}

equal() {
  launch none 1 "$work/one" 6 >"$work/log" 2>&1
  local program sharing ranks
  for program in "${families[@]}"; do
    for sharing in sharded replicated; do
      for ranks in 2 4; do
        local out=$work/$program-$sharing-$ranks
        launch "$program" "$ranks" "$out" 6 --set "optimizer_state=$sharing" >"$work/log" 2>&1 || cat "$work/log"
        check "$program, $ranks ranks, $sharing, as one rank" compare "$work/one" "$out"
      done
    done
    launch "$program" 4 "$work/again-$program" 6 >"$work/log" 2>&1
    check "$program, 4 ranks, again: the same bits" compare "$work/$program-sharded-4" "$work/again-$program" equal
    # Stopped after step 3 of the last stage on 4 ranks, to step 6 on 2, then on 1.
    local moved=$work/moved-$program
    cp -r "$work/again-$program" "$moved"
    rm -rf "$moved"/checkpoints/2-step-6 "$moved/model"
    launch "$program" 2 "$moved" 6 >"$work/log" 2>&1 || cat "$work/log"
    check "$program, 4 ranks resumed on 2, as one rank" compare "$work/one" "$moved"
    rm -rf "$moved"/checkpoints/2-step-6 "$moved/model"
    launch "$program" 1 "$moved" 6 >"$work/log" 2>&1 || cat "$work/log"
    check "$program, then on 1, as one rank" compare "$work/one" "$moved"
    local same=$work/same-$program
    cp -r "$work/again-$program" "$same"
    rm -rf "$same"/checkpoints/2-step-6 "$same/model"
    launch "$program" 4 "$same" 6 >"$work/log" 2>&1 || cat "$work/log"
    check "$program, 4 ranks resumed on 4: the same bits" compare "$work/again-$program" "$same" equal
  done
}

kills() {
  local program=${families[0]} good=0 killed=0 i
  launch "$program" 2 "$work/whole" 6 >"$work/log" 2>&1
  for ((i = 0; i < runs; i++)); do
    local out=$work/run-$i
    while true; do
      launch "$program" 2 "$out" 6 >"$work/log" 2>&1 &
      local job=$! wait=$((10 + RANDOM % 60)) # tenths of a second; a run takes about seven
      while ((wait-- > 0)) && kill -0 "$job" 2>/dev/null; do sleep 0.1; done
      local pids
      mapfile -t pids < <(pgrep -f "java .*--out $out " || true)
      if ((${#pids[@]} > 0)) && kill -9 "${pids[RANDOM % ${#pids[@]}]}" 2>/dev/null; then killed=$((killed + 1)); fi
      if wait "$job"; then break; fi
    done
    if compare "$work/whole" "$out" equal; then good=$((good + 1)); else status=1; fi
    rm -rf "$out"
  done
  echo "$good of $runs runs equal after $killed kills"
}

faults() {
  local program
  for program in "${families[@]}"; do
    local started=$SECONDS job pids
    # Without checkpoints: a rank that is stopped while one is saved is noticed later.
    launch "$program" 2 "$work/stop-$program" 2000 --set checkpoint.every_steps=0 >"$work/log" 2>&1 &
    job=$!
    until [[ -s $work/stop-$program/metrics.jsonl ]]; do sleep 0.2; done
    mapfile -t pids < <(pgrep -f "java .*--out $work/stop-$program ")
    started=$SECONDS
    kill -STOP "${pids[1]}"
    if wait "$job"; then echo "FAIL $program: a stopped rank didn't end the job"; status=1; fi
    kill -KILL "${pids[@]}" 2>/dev/null || true
    echo "ok   $program, SIGSTOP: over after $((SECONDS - started)) s: $(grep -m 1 '^error' "$work/log")"

    # Rank 1 sees another recipe.
    cat >"$work/other.sh" <<SCRIPT
#!/usr/bin/env bash
more=()
[[ \${OMPI_COMM_WORLD_RANK:-\${PMI_RANK:-0}} != 1 ]] || more=(--set seed=5)
exec "$root/scripts/rsa" "\$@" \${more[@]+"\${more[@]}"}
SCRIPT
    chmod +x "$work/other.sh"
    local command=()
    mapfile -t command < <(arguments "$work/other-$program" 6)
    local options=(-np 2)
    [[ $program != mpirun.openmpi ]] || options=(--oversubscribe --bind-to none -np 2)
    started=$SECONDS
    if "$program" "${options[@]}" "$work/other.sh" "${command[@]}" >"$work/log" 2>&1; then
      echo "FAIL $program: other recipes weren't refused"
      status=1
    fi
    echo "ok   $program, another seed on one rank: over after $((SECONDS - started)) s: $(grep -m 1 '^error' "$work/log")"
  done
}

case $mode in
  equal) equal ;;
  kill) kills ;;
  faults) faults ;;
  *)
    echo "error: check-ranks.sh: '$mode' is neither kill nor faults (or nothing)" >&2
    exit 2
    ;;
esac
exit $status

#!/usr/bin/env bash
# Checks that a run which was killed, or met a full disk, goes on to the same weights and metrics.
#
#   scripts/check-resume.sh [N]       kill -9 at random instants, N runs (default: 30)
#   scripts/check-resume.sh disk      full disks of several sizes; mounts a tmpfs, so needs root
#
# Every run is configs/debug.yaml, seven steps a stage with a checkpoint every third. It is killed
# again and again, half of the times while a checkpoint is being written, until it is done; then its
# weights, held-out and probe measures and metrics but for the times are compared with an undisturbed run's.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
mode=${1:-30}
[[ $mode == disk || $mode =~ ^[1-9][0-9]*$ ]] || {
  echo "error: check-resume.sh: '$mode' is neither a number nor disk (give one)" >&2
  exit 2
}
work=$(mktemp -d)
mounted=
running=
finish() {
  [[ -z $running ]] || kill -9 "$running" 2>/dev/null || true
  [[ -z $mounted ]] || umount "$mounted" || true
  rm -rf "$work"
}
trap finish EXIT

# So that a run's process is the JVM itself, which a signal then reaches.
train() { # OUT
  exec "$root/scripts/rsa" train --config "$root/configs/debug.yaml" --out "$1" \
    --set "data_dir=$work/scenes" --set "model.tokenizer=$work/scenes/tokenizer" \
    --set checkpoint.every_steps=3 --set evaluation.every_steps=2 --set "stages[*].max_steps=7"
}

without_times() { # FILE
  sed -E 's/"(seconds|data_seconds|tokens_per_second|peak_memory_bytes)":[^,}]*,?//g' "$1"
}

same() { # OUT
  local file
  for file in "$work"/whole/model/*; do
    cmp "$file" "$1/model/${file##*/}" || return 1
  done
  for file in evaluation.jsonl probe.jsonl; do
    cmp "$work/whole/$file" "$1/$file" || return 1
  done
  cmp <(without_times "$work/whole/metrics.jsonl") <(without_times "$1/metrics.jsonl")
}

# Kills a process: within two seconds of its first step (one in four at once, steps or not), half of
# the times then waiting for a checkpoint to be under way. False if it ended before.
strike() { # PID OUT
  local pid=$1 out=$2 left=$((RANDOM % 20)) saving=$((RANDOM % 2)) started=$((RANDOM % 4 == 0))
  while kill -0 "$pid" 2>/dev/null; do
    if ((started == 0)); then
      [[ ! $out/metrics.jsonl -nt $work/session ]] || started=1
      sleep 0.05
    elif ((left > 0)); then
      left=$((left - 1))
      sleep 0.1
    elif ((saving == 0)) || compgen -G "$out/checkpoints/.*.tmp" >/dev/null; then
      kill -9 "$pid" 2>/dev/null || return 1
      saves=$((saves + saving))
      return 0
    else
      sleep 0.002
    fi
  done
  return 1
}

"$root/scripts/rsa" data scenes --out "$work/scenes" --train 200 --held-out 100 --more-text 100 \
  >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
(train "$work/whole") >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }

killed_runs() {
  local good=0 kills=0 saves=0 run out status
  for ((run = 1; run <= mode; run++)); do
    out=$work/run
    while :; do
      touch "$work/session"
      train "$out" >"$work/log" 2>&1 &
      running=$!
      if strike "$running" "$out"; then
        kills=$((kills + 1))
      fi
      status=0
      wait "$running" 2>/dev/null || status=$?
      running=
      [[ $status -eq 137 ]] || break
    done
    if [[ $status -eq 0 ]] && same "$out"; then
      good=$((good + 1))
    else
      echo "run $run differs, or ended with status $status:" >&2
      tail -n 5 "$work/log" >&2
    fi
    rm -rf "$out"
    echo "run $run of $mode: $good equal so far, $kills kills" >&2
  done
  echo "$good of $mode runs equal to an undisturbed one, after $kills kills, $saves of them aimed at a save"
  [[ $good -eq $mode ]]
}

full_disks() {
  local size status good=0 all=0 name
  for size in 1 2 3 4; do
    all=$((all + 1))
    mkdir -p "$work/disk"
    mount -t tmpfs -o "size=${size}m" tmpfs "$work/disk"
    mounted=$work/disk
    status=0
    (train "$mounted/run") >"$work/log" 2>&1 || status=$?
    echo "${size} MiB: status $status: $(grep '^error: ' "$work/log" || true)"
    name=$(find "$mounted/run/checkpoints" -mindepth 1 -maxdepth 1 -type d \
      -exec test ! -e '{}/manifest.json' \; -print 2>/dev/null)
    [[ -z $name ]] || echo "a half-written checkpoint: $name" >&2
    mount -o "remount,size=64m" "$mounted"
    if [[ $status -eq 2 && -z $name && $(grep -c '^error: ' "$work/log") -eq 1 ]] &&
      (train "$mounted/run") >"$work/log" 2>&1 && same "$mounted/run"; then
      good=$((good + 1))
    else
      tail -n 5 "$work/log" >&2
    fi
    umount "$mounted"
    mounted=
  done
  echo "$good of $all runs stopped with one error, kept their checkpoints and went on as undisturbed"
  [[ $good -eq $all ]]
}

if [[ $mode == disk ]]; then full_disks; else killed_runs; fi

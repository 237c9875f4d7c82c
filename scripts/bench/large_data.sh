#!/usr/bin/env bash
# Large data sets in a heap of 1 GB: a million lines of JSON, the same grouped by modality, and a Parquet file of 2 GB.
# rsa train takes a few steps of the quickstart's Stage-1 on each, with 4 workers and the file not in the system's page
# cache. Prints a JSON line a run: seconds from the start of the program to the first step's line of metrics, by the
# clock and of CPU; peak of the heap before collections; how long steps waited for data; and what the loader gives by
# itself (rsa data over samples drawn at random, a long run less a short one, so that starting up does not count).
#
#   PYTHON=venv/bin/python scripts/bench/large_data.sh [STEPS]      (default: 24; PYTHON with numpy, pillow, pyarrow)
#
# Environment: WORK  where 2.5 GB go (default: out/bench); delete WORK/large afterwards
#              HEAP  of the JVM (default: 1g)
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
steps=${1:-24}
large=$WORK/large
export RSA_JAVA_OPTS=

recipe() { # FILE GROUP: the arguments that name the data
  printf '%s\n' --config "$root/configs/quickstart.yaml" --stage 1 --set data_dir="$large" \
    --set "stages[1].data[0].json_path=$1" --set "stages[1].group_by_modality=$2" \
    --set model.tokenizer="$DATA/tokenizer" --set loader.workers=4
}

seconds() { # COMMAND...: how long it takes
  local from
  from=$(date +%s.%N)
  "$@" >"$WORK/large.log" 2>&1 || { cat "$WORK/large.log" >&2; exit 1; }
  awk -v a="$from" -v b="$(date +%s.%N)" 'BEGIN { print b - a }'
}

measure() { # NAME FILE GROUP
  local name=$1 file=$2 group=$3 run=$WORK/large-$1 short long pid from first cpu args
  mapfile -t args < <(recipe "$file" "$group")
  rm -rf "$run" "$run.gc"
  "$PYTHON" "$root/scripts/bench/large_data.py" forget "$large/$file"
  from=$(date +%s.%N)
  RSA_JAVA_OPTS="-Xmx${HEAP:-1g} -Xlog:gc:file=$run.gc" "$root/scripts/rsa" train "${args[@]}" \
    --set evaluation=null --set "stages[1].max_steps=$steps" --out "$run" >"$run.log" 2>&1 &
  pid=$!
  until [[ -s $run/metrics.jsonl ]]; do
    kill -0 "$pid" 2>/dev/null || { cat "$run.log" >&2; exit 1; }
    sleep 0.05
  done
  cpu=$(awk -v hz="$(getconf CLK_TCK)" '{ print ($14 + $15) / hz }' "/proc/$pid/stat")
  first=$(awk -v a="$from" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')
  wait "$pid" || { cat "$run.log" >&2; exit 1; }
  export RSA_JAVA_OPTS="-Xmx${HEAP:-1g}"
  short=$(seconds "$root/scripts/rsa" data "${args[@]}" --samples 500)
  long=$(seconds "$root/scripts/rsa" data "${args[@]}" --samples 4500)
  "$PYTHON" "$root/scripts/bench/large_data.py" report --run "$run" --gc "$run.gc" --first "$first" --cpu "$cpu" \
    --rate "$(awk -v a="$short" -v b="$long" 'BEGIN { print 4000 / (b - a) }')"
}

"$root/scripts/rsa" --version >/dev/null # builds, if need be
prepare
[[ -e $large/large.parquet ]] || "$PYTHON" "$root/scripts/bench/large_data.py" make --out "$large"
measure jsonl large.jsonl false
measure jsonl-grouped large.jsonl true
measure parquet large.parquet false

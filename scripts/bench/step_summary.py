#!/usr/bin/env python3
"""Medians of the files that scripts/bench/step_time.sh left; it says what they mean. Exits with 1 above the bound."""

import argparse
import json
import statistics
import sys
from pathlib import Path

BOUND = {"1": 1.1}


def seconds(file: Path, warmup: int) -> list:
    return [json.loads(line)["seconds"] for line in file.read_text().splitlines()][warmup:]


def cpu_a_step(file: Path, steps: int) -> float:
    long, *short = map(float, file.read_text().split())
    return (long - statistics.median(short)) / steps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--stage", required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--warmup", type=int, required=True)
    parser.add_argument("--steps", type=int, required=True, help="of a round, warm-up included")
    options = parser.parse_args()
    files = {"ours": "-{}/metrics.jsonl", "torch": "-{}.torch.jsonl", "torch_preloaded": "-{}.preloaded.jsonl"}
    medians, lowest, highest = {}, {}, {}
    for side, name in files.items():
        rounds = [
            statistics.median(seconds(options.work / f"time-{options.stage}{name.format(i)}", options.warmup))
            for i in range(1, options.rounds + 1)
        ]
        medians[side], lowest[side], highest[side] = statistics.median(rounds), min(rounds), max(rounds)
    cpu = {
        side: cpu_a_step(options.work / f"time-{options.stage}.cpu-{side}", options.steps) for side in ("ours", "torch")
    }
    ratio = medians["ours"] / medians["torch"]
    answer = dict(
        stage=options.stage,
        rounds=options.rounds,
        steps=options.steps - options.warmup,
        median_seconds={side: round(value, 4) for side, value in medians.items()},
        rounds_from_to={side: [round(lowest[side], 4), round(highest[side], 4)] for side in files},
        ratio=round(ratio, 3),
        ratio_to_preloaded=round(medians["ours"] / medians["torch_preloaded"], 3),
        cpu_seconds_a_step={side: round(value, 4) for side, value in cpu.items()},
        cpu_ratio=round(cpu["ours"] / cpu["torch"], 3),
    )
    print(json.dumps(answer), flush=True)
    sys.exit(0 if ratio <= BOUND.get(options.stage, float("inf")) else 1)


if __name__ == "__main__":
    main()

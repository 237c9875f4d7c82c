#!/usr/bin/env python3
"""Repeats a stage of `rsa train` in plain PyTorch and compares the losses of every step.

    python scripts/bench/learning_check.py --model DIR --data DIR --run DIR --batches FILE --stage 1 --lambda 0.1

The model is transformers' SigLIP and Qwen2 (torch_vlm.py), the optimiser torch.optim.AdamW, the loss torch.cdist; the
weights to start from, the batches and the stage's settings are the run's. Prints one JSON document with the largest
difference of each loss, and exits with 1 where a step's LM loss differs by more than the tolerance, relative.
scripts/bench/learning_check.sh calls it.
"""

import argparse
import json
import sys
from pathlib import Path

import torch
from torch_vlm import STAGES, Samples, Trainer, Vlm, batches_of, collate


def relative(ours, theirs):
    return abs(ours - theirs) / max(abs(theirs), 1e-12)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="model directory that the run started from")
    parser.add_argument("--data", type=Path, required=True, help="directory of rsa data scenes")
    parser.add_argument("--run", type=Path, required=True, help="directory of the run")
    parser.add_argument("--batches", type=Path, required=True, help="its --dump-batches file")
    parser.add_argument("--stage", choices=sorted(STAGES), required=True)
    parser.add_argument("--lambda", dest="weight", type=float, required=True, help="0 where the run had no RSA")
    parser.add_argument("--match-scale", action="store_true", help="where the run had rsa.match_scale")
    parser.add_argument("--tolerance", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    ours = [json.loads(line) for line in (options.run / "metrics.jsonl").read_text().splitlines()]
    batches = batches_of(options.batches, options.stage)
    if not ours or len(ours) != len(batches):
        sys.exit(f"error: {options.run}: {len(ours)} steps, but {len(batches)} batches in {options.batches}")
    stage = STAGES[options.stage]
    model = Vlm(options.model, stage["train_language"]).train()
    trainer = Trainer(
        model, stage["rate"], len(batches), options.weight, options.match_scale, exact_distances=True
    )
    samples = Samples(options.data, options.stage, options.model, [i for batch in batches for i in batch])
    worst = dict(loss_lm=0.0, loss_rsa=0.0, grad_norm=0.0)
    at = 0
    for line, ids in zip(ours, batches):
        batch = collate([samples[at + i] for i in range(len(ids))], model.image_tokens)
        at += len(ids)
        theirs = dict(zip(worst, trainer.step(batch)))
        for key, value in theirs.items():
            if (value is None) != (line[key] is None):
                sys.exit(f"error: step {line['step']}: {key} is {line[key]} in the run and {value} here")
            if value is not None:
                worst[key] = max(worst[key], relative(line[key], value))
    ok = worst["loss_lm"] <= options.tolerance
    print(
        json.dumps(
            dict(
                stage=options.stage,
                weight=options.weight,
                match_scale=options.match_scale,
                steps=len(batches),
                first_loss_lm=ours[0]["loss_lm"],
                last_loss_lm=ours[-1]["loss_lm"],
                largest_relative_difference=worst,
                ok=ok,
            )
        )
    )
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()

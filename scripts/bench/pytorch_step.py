#!/usr/bin/env python3
"""Times training steps in eager PyTorch with transformers' modules; scripts/bench/step_time.sh calls it.

    python scripts/bench/pytorch_step.py --model DIR --data DIR --batches FILE --stage 1 --out metrics.jsonl

Takes the samples of FILE (`rsa train --dump-batches`) and writes a line a step: loss_lm, loss_rsa, grad_norm, seconds,
data included. A DataLoader with two worker processes prepares batches ahead, as `rsa train` does with two threads;
--preload prepares them all before the first step, so that seconds hold no data work at all.
"""

import argparse
import functools
import json
import time
from pathlib import Path

import torch
from torch.utils.data import DataLoader
from torch_vlm import STAGES, Samples, Trainer, Vlm, batches_of, collate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="model directory to start from")
    parser.add_argument("--data", type=Path, required=True, help="directory of rsa data scenes")
    parser.add_argument("--batches", type=Path, required=True, help="file of rsa train --dump-batches")
    parser.add_argument("--stage", choices=sorted(STAGES), required=True)
    parser.add_argument("--steps", type=int, default=0, help="default: all batches of the file")
    parser.add_argument("--lambda", dest="weight", type=float, default=0.1, help="0 for no RSA")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--preload", action="store_true")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    batches = batches_of(options.batches, options.stage)
    batches = batches[: options.steps or len(batches)]
    stage = STAGES[options.stage]
    model = Vlm(options.model, stage["train_language"]).train()
    trainer = Trainer(model, stage["rate"], len(batches), options.weight, match_scale=True)
    samples = Samples(options.data, options.stage, options.model, [i for batch in batches for i in batch])
    loader = DataLoader(
        samples,
        batch_size=len(batches[0]),
        num_workers=0 if options.preload else 2,
        prefetch_factor=None if options.preload else 4,
        collate_fn=functools.partial(collate, image_tokens=model.image_tokens),
    )
    source = iter(list(loader) if options.preload else loader)
    with options.out.open("w") as out:
        for step in range(1, len(batches) + 1):
            start = time.perf_counter()
            loss_lm, loss_rsa, norm = trainer.step(next(source))
            seconds = time.perf_counter() - start
            line = dict(step=step, loss_lm=loss_lm, loss_rsa=loss_rsa, grad_norm=norm, seconds=seconds)
            print(json.dumps(line), file=out, flush=True)


if __name__ == "__main__":
    main()

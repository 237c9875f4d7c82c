#!/usr/bin/env python3
"""Times the layer grid of mutual-kNN: scripts/rsa align against platonic-rep's mutual_knn on CPU.

    python scripts/bench/align_grid.py --platonic-rep DIR

Needs torch, numpy, safetensors and a checkout of https://github.com/minyoungg/platonic-rep. Defaults are
LLaVA-OneVision-7B's grid: 27 layers of 1152 against 28 layers of 3584, 1,000 pairs, k = 10, rows normalised. Ours is
the whole command, start of the JVM included; theirs is loading the file and its loop over pairs, start of Python not
included. Prints one JSON document with both times in seconds, and the largest difference between scores (their ties
and float32 rounding included). Run it on a quiet machine.
"""

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

ROOT = Path(__file__).resolve().parents[2]
LATENTS = 64


def features(layers, samples, dimension, shared, generator):
    """Layers that share latent numbers, with noise and a common offset, as a model's layers do."""
    out = torch.empty(layers, samples, dimension)
    for layer in range(layers):
        weights = torch.randn(LATENTS, dimension, generator=generator)
        out[layer] = shared @ weights + 3 * torch.randn(samples, dimension, generator=generator)
        out[layer] += 0.5 * torch.randn(dimension, generator=generator)
    return out


def platonic_metrics(directory):
    """Its metrics.py; libraries that mutual_knn doesn't use may be missing."""
    for name in ("torchaudio", "torchaudio.functional", "sklearn", "sklearn.cross_decomposition"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["torchaudio"].functional = sys.modules["torchaudio.functional"]
    sys.modules["sklearn.cross_decomposition"].CCA = None
    spec = importlib.util.spec_from_file_location("metrics", directory / "metrics.py")
    module = importlib.util.module_from_spec(spec)
    sys.stdout, stdout = sys.stderr, sys.stdout
    spec.loader.exec_module(module)
    sys.stdout = stdout
    return module.AlignmentMetrics


def theirs(metrics, file, k):
    start = time.perf_counter()
    tensors = load_file(file)
    scores = []
    for x in tensors["vision"]:
        row = []
        for y in tensors["text"]:
            row.append(metrics.mutual_knn(F.normalize(x, p=2, dim=-1), F.normalize(y, p=2, dim=-1), topk=k))
        scores.append(row)
    return time.perf_counter() - start, scores


def ours(file, k):
    command = [ROOT / "scripts" / "rsa", "align", "--vision", f"{file}#vision", "--text", f"{file}#text"]
    command += ["--k", str(k), "--normalize", "--json"]
    start = time.perf_counter()
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    seconds = time.perf_counter() - start
    return seconds, json.loads(run.stdout.splitlines()[-1])["grids"]["mutual_knn"]["scores"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--platonic-rep", type=Path, help="its checkout; without it, ours alone is timed")
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--vision", type=int, nargs=2, default=(27, 1152), metavar=("LAYERS", "D"))
    parser.add_argument("--text", type=int, nargs=2, default=(28, 3584), metavar=("LAYERS", "D"))
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--repeat", type=int, default=5, help="runs of ours; the median counts")
    arguments = parser.parse_args()
    generator = torch.Generator().manual_seed(0)
    shared = torch.randn(arguments.samples, LATENTS, generator=generator)
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "features.safetensors"
        save_file(
            {
                "vision": features(arguments.vision[0], arguments.samples, arguments.vision[1], shared, generator),
                "text": features(arguments.text[0], arguments.samples, arguments.text[1], shared, generator),
            },
            file,
        )
        ours(file, arguments.k)  # builds the program if need be
        runs = [ours(file, arguments.k) for _ in range(arguments.repeat)]
        answer = {
            "pairs": arguments.vision[0] * arguments.text[0],
            "samples": arguments.samples,
            "threads": torch.get_num_threads(),
            "ours_seconds": statistics.median(seconds for seconds, _ in runs),
            "ours_all": [seconds for seconds, _ in runs],
        }
        if arguments.platonic_rep:
            seconds, scores = theirs(platonic_metrics(arguments.platonic_rep), file, arguments.k)
            pairs = zip(sum(scores, []), sum(runs[0][1], []))
            answer["theirs_seconds"] = seconds
            answer["ratio"] = seconds / answer["ours_seconds"]
            answer["largest_difference"] = max(abs(a - b) for a, b in pairs)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()

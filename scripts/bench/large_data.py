#!/usr/bin/env python3
"""Makes the data sets of scripts/bench/large_data.sh, and sums up its runs. Needs numpy, pillow, pyarrow.

make: SAMPLES captions of scenes as JSON lines over 256 shared JPEG files, and a Parquet file of SIZE bytes in
lmms-lab/LLaVA-OneVision-Data's columns, snappy, 100 rows a row group, no page index, every image different.
"""

import argparse
import io
import json
import random
import re
import statistics
import struct
from pathlib import Path

SHARED = 256
GROUP = 100


def picture(rng, quality):
    """Something between a photograph and noise, 512 x 384 pixels."""
    import numpy as np
    from PIL import Image

    coarse = Image.fromarray(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8)).resize((512, 384), Image.BICUBIC)
    pixels = np.asarray(coarse, dtype=np.int16) + rng.normal(0, 12, (384, 512, 3)).astype(np.int16)
    out = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=quality)
    return out.getvalue()


def commented(jpeg, number):
    """The same image with a number in a comment segment: other bytes, so that nothing is stored once."""
    text = b"%d" % number
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", 2 + len(text)) + text + jpeg[2:]


def turns(rng):
    words = "A small red circle lies left of a large blue star on a green background in the top row".split()
    caption = " ".join(rng.choice(words) for _ in range(rng.randint(10, 60)))
    return [{"from": "human", "value": "<image>\nDescribe the picture."}, {"from": "gpt", "value": caption}]


def make(options):
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    images = options.out / "images"
    images.mkdir(parents=True, exist_ok=True)
    pictures = [picture(np.random.default_rng(i), 92) for i in range(SHARED)]
    for i, jpeg in enumerate(pictures):
        (images / f"{i}.jpg").write_bytes(jpeg)
    rng = random.Random(0)
    with open(options.out / "large.jsonl", "w", encoding="utf-8") as out:
        for i in range(options.samples):
            sample = {"id": f"l{i}", "image": f"{i % SHARED}.jpg", "conversations": turns(rng)}
            out.write(json.dumps(sample) + "\n")

    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    talk = pa.list_(pa.struct([("from", pa.string()), ("value", pa.string())]))
    schema = pa.schema([("id", pa.string()), ("image", image), ("conversations", talk), ("data_source", pa.string())])
    rows, size = 0, 0
    with pq.ParquetWriter(options.out / "large.parquet", schema, compression="snappy") as writer:
        while size < options.bytes:
            group = []
            for number in range(rows, rows + GROUP):
                jpeg = commented(pictures[number * 7 % SHARED], number)
                size += len(jpeg)
                group.append({
                    "id": f"p{number}", "image": {"bytes": jpeg, "path": f"{number}.jpg"},
                    "conversations": turns(rng), "data_source": "made",
                })
            writer.write_table(pa.Table.from_pylist(group, schema), row_group_size=GROUP)
            rows += GROUP
    for name in ("large.jsonl", "large.parquet"):
        print(f"{name}: {(options.out / name).stat().st_size / 1e9:.2f} GB")
    print(f"{options.samples} lines, {rows} rows of {size / rows / 1e3:.0f} kB")


def forget(options):
    """Takes a file out of the system's page cache: the next reader finds it on the disk."""
    import os

    for file in options.files:
        with open(file, "rb") as opened:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def report(options):
    steps = [json.loads(line) for line in (options.run / "metrics.jsonl").read_text().splitlines()]
    # "Pause Young (Normal) (...) 512M->200M(1024M)": used before a collection is a local peak.
    used = [int(m) for m in re.findall(r"(\d+)M->\d+M\(", options.gc.read_text())]
    later = steps[len(steps) // 2:]
    seconds = statistics.median(s["seconds"] for s in later)
    waited = sum(s["data_seconds"] for s in later)
    print(json.dumps({
        "run": options.run.name,
        "seconds_to_first_step": round(options.first, 1),
        "cpu_seconds_to_first_step": round(options.cpu, 1),
        "heap_peak_mb": max(used),
        "resident_peak_mb": round(steps[-1]["peak_memory_bytes"] / 1e6),
        "median_step_seconds": round(seconds, 3),
        "step_takes_samples_per_second": round(steps[-1]["samples"] / seconds, 1),
        "share_of_time_waited_for_data": round(waited / sum(s["seconds"] for s in later), 4),
        "longest_wait_seconds": round(max(s["data_seconds"] for s in later), 3),
        "loader_samples_per_second": round(options.rate, 1),
    }))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("make")
    command.add_argument("--out", type=Path, required=True)
    command.add_argument("--samples", type=int, default=1_000_000)
    command.add_argument("--bytes", type=int, default=2_000_000_000)
    command.set_defaults(call=make)
    command = commands.add_parser("forget")
    command.add_argument("files", nargs="+")
    command.set_defaults(call=forget)
    command = commands.add_parser("report")
    command.add_argument("--run", type=Path, required=True)
    command.add_argument("--gc", type=Path, required=True)
    command.add_argument("--first", type=float, required=True)
    command.add_argument("--cpu", type=float, required=True)
    command.add_argument("--rate", type=float, required=True)
    command.set_defaults(call=report)
    options = parser.parse_args()
    options.call(options)


if __name__ == "__main__":
    main()

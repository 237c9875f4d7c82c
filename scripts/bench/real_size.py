#!/usr/bin/env python3
"""Loads, runs and generates at real size: `rsa generate` against transformers on the same files, time and peak memory.

    python scripts/bench/real_size.py --work DIR [--rounds 3] [--tokens 32]

Makes, once, a LLaVA-OneVision model with random bfloat16 weights in the shapes of SigLIP so400m and Qwen2-0.5B
(0.89 billion parameters, 1.8 GB) under DIR, and a tiny one of the same architecture. Then alternates whole processes
of either side, start included: one new token after a text, one after an image, and many after an image, all in
bfloat16 on the CPU with two threads. Memory is the process's peak resident size as the kernel counts it;
less that of the same process on the tiny model it is what weights and activations take. Needs torch, transformers,
safetensors, pillow. Prints a line a case and one JSON document.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOKENIZER = ROOT / "rsa-models/src/test/resources/org/rsavlm/models/text"
IMAGE = 560  # the first free id of that tokenizer
PROMPT = "What is there? Describe all of it."
SHAPES = {
    "real": dict(
        vision=dict(hidden_size=1152, intermediate_size=4304, num_hidden_layers=26, num_attention_heads=16)
        | dict(image_size=384, patch_size=14),
        text=dict(hidden_size=896, intermediate_size=4864, num_hidden_layers=24, num_attention_heads=14)
        | dict(num_key_value_heads=2, vocab_size=152000, max_position_embeddings=32768),
        side=384,
    ),
    "tiny": dict(
        vision=dict(hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3)
        | dict(image_size=28, patch_size=7),
        text=dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4)
        | dict(num_key_value_heads=2, vocab_size=576, max_position_embeddings=2048),
        side=28,
    ),
}


def make(directory: Path, vision, text, side) -> None:
    import torch
    from PIL import Image
    from transformers import LlavaOnevisionForConditionalGeneration, LlavaOnevisionImageProcessorPil
    from transformers.models.llava_onevision.configuration_llava_onevision import LlavaOnevisionConfig

    torch.manual_seed(0)
    torch.set_default_dtype(torch.bfloat16)
    pinpoints = [[side * h, side * w] for h in range(1, 7) for w in range(1, 7)]
    config = LlavaOnevisionConfig(
        vision_config={"model_type": "siglip_vision_model", "vision_use_head": False, **vision},
        text_config={"model_type": "qwen2", "tie_word_embeddings": True, **text}
        | {"rope_parameters": {"rope_type": "default", "rope_theta": 1e6}},
        image_token_index=IMAGE,
        video_token_index=IMAGE + 1,
        image_grid_pinpoints=pinpoints,
        tie_word_embeddings=True,
    )
    model = LlavaOnevisionForConditionalGeneration(config)
    partial = directory.with_suffix(".part")
    model.save_pretrained(partial)
    processor = LlavaOnevisionImageProcessorPil(
        size={"height": side, "width": side}, image_grid_pinpoints=pinpoints
    )
    processor.save_pretrained(partial)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(TOKENIZER / name, partial / name)
    Image.effect_noise((side, side), 60).convert("RGB").save(partial / "image.png")
    partial.rename(directory)


def theirs(directory: Path, with_image: bool, tokens: int) -> None:
    import torch
    from PIL import Image
    from transformers import AutoTokenizer, LlavaOnevisionForConditionalGeneration, LlavaOnevisionImageProcessorPil

    torch.set_num_threads(2)
    model = LlavaOnevisionForConditionalGeneration.from_pretrained(directory, dtype=torch.bfloat16).eval()
    tokenizer = AutoTokenizer.from_pretrained(directory)
    inputs, ids = {}, tokenizer("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n")
    ids = ids["input_ids"]
    if with_image:
        pixels = LlavaOnevisionImageProcessorPil.from_pretrained(directory)
        inputs = dict(pixels(images=[[Image.open(directory / "image.png")]], return_tensors="pt"))
        inputs["pixel_values"] = inputs["pixel_values"].to(torch.bfloat16)
        size = tuple(inputs["image_sizes"][0].tolist())
        ids += [IMAGE] * image_tokens(model.config, size) + tokenizer("\n")["input_ids"]
    ids += tokenizer(PROMPT + "<|im_end|>\n<|im_start|>assistant\n")["input_ids"]
    inputs["input_ids"] = torch.tensor([ids])
    with torch.no_grad():
        out = model.generate(**inputs, max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False)
    print(json.dumps({"token_ids": out[0, len(ids) :].tolist(), "prompt_tokens": len(ids)}))


def image_tokens(config, size) -> int:
    """Base tokens, and those of an image that fills one canvas of its own shape: rows of patches with a newline."""
    assert size == (config.vision_config.image_size,) * 2
    side = config.vision_config.image_size // config.vision_config.patch_size
    return side * side + side * (side + 1)


def ours(directory: Path, with_image: bool, tokens: int) -> list:
    command = [ROOT / "scripts/rsa", "generate", "--model", directory, "--prompt", PROMPT, "--json"]
    command += ["--dtype", "bfloat16", "--max-new-tokens", tokens]
    return [str(part) for part in command + (["--image", directory / "image.png"] if with_image else [])]


def measured(command) -> dict:
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "2"}
    )
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command} ended with status {status}")
    answer = json.loads(output.splitlines()[-1])
    seconds = time.perf_counter() - start
    cpu = usage.ru_utime + usage.ru_stime
    return {"seconds": seconds, "cpu": cpu, "peak_gb": usage.ru_maxrss * 1024 / 1e9, "ids": answer["token_ids"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=32)
    parser.add_argument("--theirs", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--make", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.theirs:
        name, image, tokens = arguments.theirs
        theirs(arguments.work / name, image == "True", int(tokens))
        return
    if arguments.make:
        make(arguments.work / arguments.make, **SHAPES[arguments.make])
        return
    arguments.work.mkdir(parents=True, exist_ok=True)
    for name in SHAPES:
        if not (arguments.work / name).exists():
            # In a process of its own: a child's peak counts from its parent's size on.
            subprocess.run([sys.executable, __file__, "--work", arguments.work, "--make", name], check=True)
    cases = {
        "tiny model, text, 1 token": ("tiny", False, 1),
        "text, 1 token": ("real", False, 1),
        "image, 1 token": ("real", True, 1),
        f"image, {arguments.tokens + 1} tokens": ("real", True, arguments.tokens + 1),
    }
    results = {case: {"ours": [], "theirs": []} for case in cases}
    for _ in range(arguments.rounds):
        for case, (name, image, tokens) in cases.items():
            results[case]["ours"].append(measured(ours(arguments.work / name, image, tokens)))
            command = [sys.executable, __file__, "--work", arguments.work, "--theirs", name, image, tokens]
            results[case]["theirs"].append(measured([str(part) for part in command]))
    weights = sum(file.stat().st_size for file in (arguments.work / "real").glob("*.safetensors")) / 1e9
    summary = {"weights_gb": round(weights, 3), "load": os.getloadavg()[0]}
    for case, sides in results.items():
        row = {}
        for side, runs in sides.items():
            for key in ("seconds", "cpu", "peak_gb"):
                row[f"{side} {key}"] = round(statistics.median(run[key] for run in runs), 3)
        pairs = zip(sides["ours"][0]["ids"], sides["theirs"][0]["ids"])
        row["equal tokens"] = sum(a == b for a, b in pairs)
        summary[case] = row
        print(f"{case:28}", "  ".join(f"{key} {value}" for key, value in row.items()), file=sys.stderr)
    print(json.dumps(summary))


if __name__ == "__main__":
    main()

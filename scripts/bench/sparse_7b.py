#!/usr/bin/env python3
"""Loads a 7B model from sparse files: shards above 4 GB that take no room on the disk.

    python scripts/bench/sparse_7b.py --work DIR [--command generate|export]

Writes LLaVA-OneVision-7B's config and shards whose headers name every tensor in its true shape, all zeros, under DIR,
then runs the command and prints its time and peak resident size. `generate` holds the whole model in bfloat16 (16.1 GB)
and needs that much free memory and a minute; `export` goes from file to file, 16 GB of real disk, and needs next to no
memory. Needs nothing but Python; the file system must know sparse files.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOKENIZER = ROOT / "rsa-models/src/test/resources/org/rsavlm/models/text"
SHARD = 5_000_000_000
VISION = dict(hidden_size=1152, intermediate_size=4304, num_hidden_layers=26, num_attention_heads=16)
VISION |= dict(image_size=384, patch_size=14, model_type="siglip_vision_model", vision_use_head=False)
TEXT = dict(hidden_size=3584, intermediate_size=18944, num_hidden_layers=28, num_attention_heads=28)
TEXT |= dict(num_key_value_heads=4, vocab_size=152128, max_position_embeddings=32768, model_type="qwen2")
TEXT |= dict(rope_theta=1e6, rms_norm_eps=1e-6, tie_word_embeddings=False, hidden_act="silu")

PINPOINTS = [[384 * h, 384 * w] for h in range(1, 7) for w in range(1, 7)]


def shapes() -> dict:
    d, m, patches = VISION["hidden_size"], VISION["intermediate_size"], (384 // 14) ** 2
    out = {}

    def linear(name, rows, columns, bias=True):
        out[f"{name}.weight"] = [rows, columns]
        if bias:
            out[f"{name}.bias"] = [rows]

    def norm(name, size):
        out[f"{name}.weight"] = out[f"{name}.bias"] = [size]

    tower = "vision_tower.vision_model"
    out[f"{tower}.embeddings.patch_embedding.weight"] = [d, 3, 14, 14]
    out[f"{tower}.embeddings.patch_embedding.bias"] = [d]
    out[f"{tower}.embeddings.position_embedding.weight"] = [patches, d]
    for i in range(VISION["num_hidden_layers"]):
        layer = f"{tower}.encoder.layers.{i}"
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            linear(f"{layer}.self_attn.{part}", d, d)
        norm(f"{layer}.layer_norm1", d)
        norm(f"{layer}.layer_norm2", d)
        linear(f"{layer}.mlp.fc1", m, d)
        linear(f"{layer}.mlp.fc2", d, m)
    norm(f"{tower}.post_layernorm", d)
    h, wide, words = TEXT["hidden_size"], TEXT["intermediate_size"], TEXT["vocab_size"]
    groups = h // TEXT["num_attention_heads"] * TEXT["num_key_value_heads"]
    linear("multi_modal_projector.linear_1", h, d)
    linear("multi_modal_projector.linear_2", h, h)
    out["image_newline"] = [h]
    out["language_model.model.embed_tokens.weight"] = [words, h]
    for i in range(TEXT["num_hidden_layers"]):
        layer = f"language_model.model.layers.{i}"
        linear(f"{layer}.self_attn.q_proj", h, h)
        linear(f"{layer}.self_attn.k_proj", groups, h)
        linear(f"{layer}.self_attn.v_proj", groups, h)
        linear(f"{layer}.self_attn.o_proj", h, h, bias=False)
        linear(f"{layer}.mlp.gate_proj", wide, h, bias=False)
        linear(f"{layer}.mlp.up_proj", wide, h, bias=False)
        linear(f"{layer}.mlp.down_proj", h, wide, bias=False)
        out[f"{layer}.input_layernorm.weight"] = out[f"{layer}.post_attention_layernorm.weight"] = [h]
    out["language_model.model.norm.weight"] = [h]
    out["language_model.lm_head.weight"] = [words, h]
    return out


def size(shape) -> int:
    total = 2
    for length in shape:
        total *= length
    return total


def shard(path: Path, names, all_shapes) -> None:
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name in names:
        end = at + size(all_shapes[name])
        header[name] = {"dtype": "BF16", "shape": all_shapes[name], "data_offsets": [at, end]}
        at = end
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + at)


def make(directory: Path) -> float:
    directory.mkdir(parents=True, exist_ok=True)
    all_shapes, shards, room = shapes(), [[]], SHARD
    for name, shape in all_shapes.items():
        if size(shape) > room:
            shards.append([])
            room = SHARD
        shards[-1].append(name)
        room -= size(shape)
    index = {}
    for number, names in enumerate(shards, 1):
        file = f"model-{number:05}-of-{len(shards):05}.safetensors"
        shard(directory / file, names, all_shapes)
        index |= dict.fromkeys(names, file)
    total = sum(map(size, all_shapes.values()))
    document = {"metadata": {"total_size": total}, "weight_map": index}
    (directory / "model.safetensors.index.json").write_text(json.dumps(document))
    config = {
        "architectures": ["LlavaOnevisionForConditionalGeneration"],
        "model_type": "llava_onevision",
        "dtype": "bfloat16",
        "image_token_index": 560,
        "video_token_index": 561,
        "image_grid_pinpoints": PINPOINTS,
        "vision_aspect_ratio": "anyres_max_9",
        "vision_feature_layer": -1,
        "vision_feature_select_strategy": "full",
        "projector_hidden_act": "gelu",
        "multimodal_projector_bias": True,
        "tie_word_embeddings": False,
        "vision_config": VISION,
        "text_config": TEXT,
    }
    (directory / "config.json").write_text(json.dumps(config, indent=2))
    processor = {
        "image_processor_type": "LlavaOnevisionImageProcessor",
        "image_grid_pinpoints": PINPOINTS,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "resample": 3,
        "size": {"height": 384, "width": 384},
    }
    (directory / "preprocessor_config.json").write_text(json.dumps(processor, indent=2))
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(TOKENIZER / name, directory / name)
    return total / 1e9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--command", choices=("generate", "export"), default="generate")
    arguments = parser.parse_args()
    model = arguments.work / "sparse-7b"
    gigabytes = make(model)
    files = sorted(model.glob("*.safetensors"))
    taken = sum(file.stat().st_blocks for file in files) * 512 / 1e6
    largest = max(file.stat().st_size for file in files) / 1e9
    print(f"{gigabytes:.1f} GB in {len(files)} shards, the largest {largest:.2f} GB; {taken:.1f} MB on the disk")
    command = [ROOT / "scripts/rsa", arguments.command, "--model", model, "--json"]
    command += {
        "generate": ["--prompt", "What is there?", "--dtype", "bfloat16", "--max-new-tokens", "1"],
        "export": ["--out", arguments.work / "exported-7b"],
    }[arguments.command]
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    print(f"rsa {arguments.command}: {seconds:.1f} s, peak resident size {usage.ru_maxrss * 1024 / 1e9:.2f} GB")
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes the operations that PyTorch counts in small models, for FlopsTest.

    python rsa-models/src/test/python/flop_fixtures.py

Needs torch and transformers (requirements.txt beside this). torch.utils.flop_counter counts matrix products and
convolutions as they run, two operations for each multiply and add. Attention is "eager": scores of all pairs.
"""

import json
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode
from transformers import Qwen2Config, Qwen2Model, SiglipVisionConfig, SiglipVisionModel

OUT = Path(__file__).resolve().parents[1] / "resources/reference/flops.json"


def counted(run):
    with FlopCounterMode(display=False) as counter:
        result = run()
    return counter.get_total_flops(), result


def both_ways(forward):
    ahead, output = counted(forward)
    back, _ = counted(lambda: output.sum().backward())
    return dict(forward=ahead, backward=back)


def tower(tiles):
    shape = dict(hidden_size=48, intermediate_size=112, num_hidden_layers=3, num_attention_heads=4, image_size=56,
        patch_size=14, vision_use_head=False)
    model = SiglipVisionModel(SiglipVisionConfig(**shape, attn_implementation="eager"))
    pixels = torch.zeros(tiles, 3, 56, 56)
    return dict(config=shape, tiles=tiles, trained=both_ways(lambda: model(pixels).last_hidden_state))


def decoder(samples, length):
    shape = dict(vocab_size=100, hidden_size=32, intermediate_size=80, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, tie_word_embeddings=True)
    model = Qwen2Model(Qwen2Config(**shape, attn_implementation="eager"))
    embedded = torch.zeros(samples, length, 32, requires_grad=True)
    case = dict(config=shape, samples=samples, length=length)
    case["trained"] = both_ways(lambda: model(inputs_embeds=embedded).last_hidden_state)
    model.requires_grad_(False)  # gradients pass through, as in Stage-1
    case["frozen"] = both_ways(lambda: model(inputs_embeds=embedded).last_hidden_state)
    return case


if __name__ == "__main__":
    OUT.write_text(json.dumps(dict(tower=tower(3), decoder=decoder(2, 11)), indent=2) + "\n")
    print(OUT)

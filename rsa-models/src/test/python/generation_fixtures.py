"""Generation: what transformers continues every row of the LLaVA-OneVision fixtures with, and how it rules tokens out.

`rows`: greedy decoding with transformers' cache, without and with its repetition penalty; the image tokens join the
text as embeddings, so that a token made by chance that means an image asks for none. `choices`: scores after
transformers' logits processors, in the order of its `generate`.
"""

import json
from pathlib import Path

import torch
from reference import exact, integers, normal, randomise, versions
from transformers.generation.logits_process import (
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)
from vlm_cases import CASES
from vlm_fixtures import batch, build, packed_features

TOKENS = 64
PENALTIES = (1.0, 1.3)
CHOICES = [
    dict(penalty=1.5),
    dict(temperature=0.7),
    dict(top_k=3),
    dict(top_k=500),
    dict(top_p=0.6),
    dict(top_p=0.0),
    dict(penalty=1.2, temperature=1.7, top_k=6, top_p=0.75),
    dict(penalty=0.8, temperature=0.3, top_p=0.95),
]


def embeddings(name, model, inputs) -> list:
    """Each row's input embeddings and its ids, image tokens included."""
    features, image = packed_features(name, model, inputs), 0
    rows = []
    for ids, mask in zip(inputs["input_ids"], inputs["attention_mask"], strict=True):
        ids = ids[mask.bool()]
        x = model.get_input_embeddings()(ids)
        places = (ids == model.config.image_token_index).nonzero()[:, 0].tolist()
        while places:
            count = len(features[image])
            x[places[:count]] = features[image]
            places, image = places[count:], image + 1
        rows.append((x, ids))
    return rows


def greedy(model, x, ids, penalty) -> dict:
    process = RepetitionPenaltyLogitsProcessor(penalty)
    tokens, logprobs, gap, cache = [], [], float("inf"), None
    x, ids = x[None], ids[None]
    for _ in range(TOKENS):
        output = model.model.language_model(inputs_embeds=x, past_key_values=cache, use_cache=True)
        cache = output.past_key_values
        logits = model.lm_head(output.last_hidden_state[:, -1])
        scores = process(ids, logits.clone())
        best = scores.topk(2).values[0]
        gap = min(gap, (best[0] - best[1]).item())
        token = scores.argmax(-1)
        tokens.append(token.item())
        logprobs.append(logits.log_softmax(-1)[0, token].item())
        ids = torch.cat([ids, token[None]], 1)
        x = model.get_input_embeddings()(token[None])
    assert gap > 1e-7, gap
    return {"penalty": penalty, "smallest_gap": gap, "tokens": tokens, "logprobs": logprobs}


def continuations(name) -> list:
    with exact(), torch.no_grad():
        model = build(name).double().eval()
        randomise(model, CASES[name]["seed"])
        rows = embeddings(name, model, batch(name, model))
        return [[greedy(model, x.clone(), ids, penalty) for penalty in PENALTIES] for x, ids in rows]


def choices() -> list:
    scores = (3 * normal((5, 23), "generation", "scores")).round(decimals=1)  # rounded: ties
    prompts = integers(0, 23, (5, 9), "generation", "prompts")
    result = []
    for case in CHOICES:
        processors = [
            *([RepetitionPenaltyLogitsProcessor(case["penalty"])] if "penalty" in case else []),
            *([TemperatureLogitsWarper(case["temperature"])] if "temperature" in case else []),
            *([TopKLogitsWarper(case["top_k"])] if "top_k" in case else []),
            *([TopPLogitsWarper(case["top_p"])] if "top_p" in case else []),
        ]
        out = scores.clone()
        for processor in processors:
            out = processor(prompts, out)
        rows = [[None if value == float("-inf") else value for value in row] for row in out.tolist()]
        result.append({**case, "out": rows})
    return [{"scores": scores.tolist(), "prompts": prompts.tolist(), "cases": result}]


def make(name, directory: Path) -> None:
    facts = {
        "versions": versions(),
        "rows": {case: continuations(case) for case in CASES},
        "choices": choices(),
    }
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "reference.json").write_text(json.dumps(facts) + "\n")


FIXTURES = {"generation": make}

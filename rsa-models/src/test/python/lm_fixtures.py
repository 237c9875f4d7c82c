"""Qwen2 language models: hidden states, logits, LM loss, its gradients, and greedy generation."""

import copy

import torch
from reference import check_loads, errors, exact, integers, loaded, randomise, saved_config, write
from transformers.models.qwen2.configuration_qwen2 import Qwen2Config
from transformers.models.qwen2.modeling_qwen2 import Qwen2ForCausalLM

IGNORE = -100
GENERATED = 64

# Per fixture: the config, the lengths of the sequences and the seed of the weights (one without near ties in greedy
# decoding). Heads to key-value heads: 4:4, 4:2, 4:1, 7:1.
CONFIGS = {
    "qwen2-mha": (
        dict(vocab_size=67, num_attention_heads=4, num_key_value_heads=4, rope_theta=10000.0),
        dict(lengths=[11, 7], seed=4),
    ),
    "qwen2-gqa2-tied": (
        dict(
            vocab_size=64,
            num_hidden_layers=3,
            num_attention_heads=4,
            num_key_value_heads=2,
            tie_word_embeddings=True,
            rope_parameters={"rope_type": "default", "rope_theta": 1e6},
        ),
        dict(lengths=[16], seed=7),
    ),
    "qwen2-gqa4": (
        dict(
            vocab_size=80,
            hidden_size=32,
            intermediate_size=48,
            num_attention_heads=4,
            num_key_value_heads=1,
            rms_norm_eps=1e-5,
            rope_theta=1e6,
        ),
        dict(lengths=[19, 5, 1], seed=2),
    ),
    "qwen2-gqa7-tied-long": (
        dict(
            vocab_size=61,
            hidden_size=28,
            intermediate_size=36,
            num_attention_heads=7,
            num_key_value_heads=1,
            tie_word_embeddings=True,
            rope_theta=1e6,
        ),
        dict(lengths=[96], seed=7),
    ),
    # As Qwen2.5's model card switches on long contexts: four times the length of training, with scaled attention.
    "qwen2-yarn": (
        dict(
            vocab_size=53,
            hidden_size=16,
            intermediate_size=24,
            num_attention_heads=2,
            num_key_value_heads=1,
            max_position_embeddings=128,
            rope_theta=1e4,
            rope_scaling={"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32},
        ),
        dict(lengths=[48], seed=2),
    ),
    # Layers from max_window_layers on see the last 8 tokens only.
    "qwen2-sliding": (
        dict(
            vocab_size=53,
            hidden_size=16,
            intermediate_size=24,
            num_hidden_layers=3,
            num_attention_heads=4,
            num_key_value_heads=2,
            use_sliding_window=True,
            sliding_window=8,
            max_window_layers=1,
            rope_theta=1e4,
        ),
        dict(lengths=[30, 12], seed=6),
    ),
}
SHARED = dict(hidden_size=24, intermediate_size=40, num_hidden_layers=2, max_position_embeddings=256)


def batch(name, lengths, vocab_size) -> dict:
    """Random sequences, padded on the right with id 0; every third token and the padding carry no label."""
    shape = (len(lengths), max(lengths))
    mask = (torch.arange(shape[1]) < torch.tensor(lengths)[:, None]).long()
    ids = integers(1, vocab_size, shape, name, "ids") * mask
    unlabelled = (integers(0, 3, shape, name, "labels") == 0) | (mask == 0)
    return {"input_ids": ids, "attention_mask": mask, "labels": ids.masked_fill(unlabelled, IGNORE)}


def run(model, inputs) -> tuple[dict, float]:
    """Outputs (zero at padding), gradients of the mean LM loss over labelled tokens, and that loss."""
    last_layer = []
    hook = model.model.layers[-1].register_forward_hook(lambda module, args, output: last_layer.append(output))
    output = model(**inputs, output_hidden_states=True, use_cache=False)
    hook.remove()
    model.zero_grad(set_to_none=True)
    output.loss.backward()
    real = inputs["attention_mask"][..., None].bool()
    tensors = {f"hidden_states.{i}": state.where(real, 0) for i, state in enumerate(output.hidden_states)}
    tensors["last_layer_output"] = last_layer[0].where(real, 0)
    tensors["logits"] = output.logits.where(real, 0)
    tensors = {name: value.detach() for name, value in tensors.items()}
    for name, parameter in model.named_parameters():
        tensors[f"grad.{name}"] = parameter.grad.clone()
    return tensors, output.loss.item()


def greedy(step, prompt_length, count) -> tuple[dict, float]:
    """Greedy decoding without a cache. `step(tokens)` gives the logits after the tokens made so far.

    Returns the tokens, their log-probabilities, and the smallest gap between the best and the second logit:
    a gap far above rounding makes the tokens the same in float32 and float64.
    """
    tokens, logprobs, gap = [], [], float("inf")
    with torch.no_grad():
        for _ in range(count):
            logits = step(tokens)
            best = logits.topk(2).values
            gap = min(gap, (best[0] - best[1]).item())
            tokens.append(logits.argmax().item())
            logprobs.append(logits.log_softmax(-1)[tokens[-1]])
    return {"generate.tokens": torch.tensor(tokens), "generate.logprobs": torch.stack(logprobs)}, gap


def generate(model, prompt, count) -> tuple[dict, float]:
    """Greedy decoding, checked against transformers' own cached generation."""

    def step(tokens):
        return model(torch.cat([prompt, torch.tensor([tokens], dtype=torch.long)], 1)).logits[0, -1]

    tensors, gap = greedy(step, prompt.shape[1], count)
    cached = model.generate(prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=count, do_sample=False)
    assert cached[0, prompt.shape[1] :].equal(tensors["generate.tokens"])
    return {"generate.prompt": prompt[0], **tensors}, gap


def make(name, directory) -> None:
    keys, case = CONFIGS[name]
    keys = {**SHARED, **keys}
    config = Qwen2Config(**copy.deepcopy(keys), attn_implementation="sdpa")
    inputs = batch(name, case["lengths"], config.vocab_size)
    with exact():
        model = Qwen2ForCausalLM(config).double().eval()
        randomise(model, case["seed"])
        tensors, loss = run(model, inputs)
        prompt = inputs["input_ids"][:1, :6]
        generated, gap = generate(model, prompt, GENERATED)
    facts = {"seed": case["seed"], "lengths": case["lengths"], "loss": loss, "generate_smallest_gap": gap, "errors": {}}
    for dtype in (torch.float32, torch.bfloat16):
        rounded = loaded(model, dtype)
        low, low_loss = run(rounded, inputs)
        key = str(dtype).removeprefix("torch.")
        facts["errors"][key] = {"loss": low_loss, **errors(low, tensors)}
        if dtype == torch.float32:
            assert generate(rounded, prompt, GENERATED)[0]["generate.tokens"].equal(generated["generate.tokens"])
    weights = dict(model.state_dict())
    written = saved_config(model)
    if written["tie_word_embeddings"]:
        del weights["lm_head.weight"]
    if "rope_theta" in keys:  # where checkpoints published before transformers 5 have it
        del written["rope_parameters"]
        written |= {key: keys[key] for key in ("rope_theta", "rope_scaling") if key in keys}
    write(directory, written, weights, {**inputs, **tensors, **generated}, facts)
    check_loads(model, directory)


FIXTURES = {name: make for name in CONFIGS}

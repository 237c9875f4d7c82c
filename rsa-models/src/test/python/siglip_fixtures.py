"""SigLIP vision towers: every hidden state, pooled output and the gradients of two scalars."""

import copy

import torch
from reference import check_loads, errors, exact, normal, randomise, saved_config, write
from transformers.models.siglip.configuration_siglip import SiglipVisionConfig
from transformers.models.siglip.modeling_siglip import SiglipVisionModel

# Sides that the patch does not divide: the rest of the image is cut off, as 384 px are by patch 14.
CONFIGS = {
    "siglip-head": dict(
        hidden_size=16, intermediate_size=28, num_hidden_layers=3, num_attention_heads=2, image_size=32, patch_size=14
    ),
    "siglip-no-head": dict(
        hidden_size=32,
        intermediate_size=44,
        num_hidden_layers=2,
        num_attention_heads=4,
        image_size=28,
        patch_size=8,
        vision_use_head=False,
    ),
}


def feature_index(config) -> int:
    """The hidden state that LLaVA feeds the projector, counted from 0 = embeddings.

    LLaVA deletes the last layer of a full tower (the one with a head) and takes the output of the last layer left,
    before post_layernorm. A LLaVA checkpoint's tower has lost that layer and the head already.
    """
    return config.num_hidden_layers - (1 if config.vision_use_head else 0)


def forward(model, pixel_values) -> dict:
    output = model(pixel_values, output_hidden_states=True)
    tensors = {f"hidden_states.{i}": state for i, state in enumerate(output.hidden_states)}
    tensors["last_hidden_state"] = output.last_hidden_state
    if output.pooler_output is not None:
        tensors["pooler_output"] = output.pooler_output
    return tensors


def run(model, pixel_values, projections) -> tuple[dict, dict]:
    """Outputs and gradients, and the two scalars."""
    outputs = forward(model, pixel_values)
    feature = f"hidden_states.{feature_index(model.config)}"
    losses = {
        "feature": (outputs[feature] * projections[f"projection.{feature}"]).sum(),
        "full": sum((outputs[name] * projections[f"projection.{name}"]).sum() for name in outputs),
    }
    tensors = {name: value.detach() for name, value in outputs.items()}
    for which, loss in losses.items():
        model.zero_grad(set_to_none=True)
        loss.backward(retain_graph=True)
        for name, parameter in model.named_parameters():
            gradient = parameter.grad if parameter.grad is not None else torch.zeros_like(parameter)
            tensors[f"grad.{which}.vision_model.{name}"] = gradient.clone()
    return tensors, {which: loss.item() for which, loss in losses.items()}


def make(name, directory) -> None:
    seed = 1
    config = SiglipVisionConfig(**CONFIGS[name], attn_implementation="sdpa")
    with exact():
        model = SiglipVisionModel(config).double().eval()
        randomise(model, seed)
        pixel_values = normal((2, 3, config.image_size, config.image_size), name, "pixels").clamp(-1, 1)
        projections = {
            f"projection.{key}": normal(value.shape, name, "projection", key)
            for key, value in forward(model, pixel_values).items()
        }
        tensors, scalars = run(model, pixel_values, projections)
    facts = {
        "seed": seed,
        "feature": f"hidden_states.{feature_index(config)}",
        "scalars": scalars,
        "zero_in_theory": [key for key in tensors if key.startswith("grad.") and key.endswith("self_attn.k_proj.bias")],
        "errors": {},
    }
    for dtype in (torch.float32, torch.bfloat16):
        rounded = copy.deepcopy(model).to(dtype)
        cast = {key: value.to(dtype) for key, value in projections.items()}
        low, low_scalars = run(rounded, pixel_values.to(dtype), cast)
        key = str(dtype).removeprefix("torch.")
        facts["errors"][key] = {"scalars": low_scalars, **errors(low, tensors)}
    weights = {f"vision_model.{key}": value for key, value in model.state_dict().items()}
    inputs = {"pixel_values": pixel_values, **projections}
    write(directory, saved_config(model), weights, {**inputs, **tensors}, facts)
    check_loads(model, directory)


FIXTURES = {name: make for name in CONFIGS}

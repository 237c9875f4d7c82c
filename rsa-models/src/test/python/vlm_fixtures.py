"""LLaVA-OneVision models at tiny size: one base image a sample, AnyRes, several images, text only, and RSA.

The base-image cases join the tower's projected tokens to the text without tiles or newlines (LLaVA's `flat` merge,
which Stage-1 uses and transformers' forward does not offer); all the others run transformers' own forward.
"""

import torch
from lm_fixtures import IGNORE, greedy
from reference import check_loads, errors, exact, integers, loaded, normal, randomise, saved_config, write
from transformers.modeling_outputs import BaseModelOutputWithPooling
from transformers.models.llava_onevision.configuration_llava_onevision import LlavaOnevisionConfig
from transformers.models.llava_onevision.modeling_llava_onevision import (
    LlavaOnevisionForConditionalGeneration,
    image_size_to_num_patches,
)
from vlm_cases import CASES, TEXT, VISION

IMAGE = -200
GENERATED = 64


def build(name) -> LlavaOnevisionForConditionalGeneration:
    case = CASES[name]
    text = {**TEXT, **case["text"]}
    config = LlavaOnevisionConfig(
        vision_config={"model_type": "siglip_vision_model", **VISION, **case.get("vision", {})},
        text_config={"model_type": "qwen2", **text},
        image_token_index=text["vocab_size"] - 3,
        video_token_index=text["vocab_size"] - 2,
        image_grid_pinpoints=case.get("pinpoints", [[VISION["image_size"]] * 2]),
        **case.get("model", {}),
    )
    config._attn_implementation = "sdpa"
    return LlavaOnevisionForConditionalGeneration(config)


def base_features(model, pixel_values) -> dict:
    """The tower's states, the feature LLaVA selects, and its projection, one row of tokens per image."""
    states = model.model.vision_tower(pixel_values, output_hidden_states=True).hidden_states
    feature = states[model.config.vision_feature_layer]
    tensors = {f"vision.hidden_states.{i}": state for i, state in enumerate(states)}
    return {**tensors, "vision.feature": feature, "projected": model.model.multi_modal_projector(feature)}


def images_of(name, model, inputs) -> dict:
    """The keyword arguments that hand a batch's images to the model's forward."""
    if not CASES[name].get("images"):
        return {}
    if CASES[name]["merge"] == "base":
        image = BaseModelOutputWithPooling(
            pooler_output=list(base_features(model, inputs["pixel_values"])["projected"])
        )
        return {"mm_encoder_outputs": {"image": image}}
    return {key: inputs[key] for key in ("pixel_values", "image_sizes", "batch_num_images")}


def packed_features(name, model, inputs) -> list:
    """For each image its tokens as they join the text."""
    images = images_of(name, model, inputs)
    if not images:
        return []
    if "mm_encoder_outputs" in images:
        return images["mm_encoder_outputs"]["image"].pooler_output
    return list(model.model.get_image_features(**images, return_dict=True).pooler_output)


def tiles_of(name, model) -> list[int]:
    """How many tiles each image has: the base image, and the tiles of the best resolution where it is alone."""
    case, counts = CASES[name], []
    for row in case["rows"]:
        for size in [case["images"][part] for part in row if isinstance(part, str)]:
            alone = sum(isinstance(part, str) for part in row) == 1 and case["merge"] == "anyres"
            side = model.config.vision_config.image_size
            pinpoints = model.config.image_grid_pinpoints
            counts.append(image_size_to_num_patches(list(size), pinpoints, side) if alone else 1)
    return counts


def batch(name, model) -> dict:
    """Pixels, sizes, and token rows in two forms: expanded for transformers, and compact with one -200 an image."""
    case, inputs = CASES[name], {}
    side = model.config.vision_config.image_size
    if case.get("images"):
        sizes = [case["images"][part] for row in case["rows"] for part in row if isinstance(part, str)]
        inputs["pixel_values"] = normal((sum(tiles_of(name, model)), 3, side, side), name, "pixels").clamp(-1, 1)
        # Exact in the float32 in which a processor hands pixels over (`exact` makes .float() a .double()).
        inputs["pixel_values"] = inputs["pixel_values"].half().double()
        inputs["image_sizes"] = torch.tensor(sizes)
        inputs["batch_num_images"] = torch.tensor([sum(isinstance(p, str) for p in row) for row in case["rows"]])
        inputs["batch_num_images"] = inputs["batch_num_images"][inputs["batch_num_images"] > 0]
    lengths = [len(feature) for feature in packed_features(name, model, inputs)]
    rows, image = [], 0
    for number, row in enumerate(case["rows"]):
        compact, compact_labels, ids, labels = [], [], [], []
        for place, part in enumerate(row):
            if isinstance(part, str):
                compact.append(IMAGE)
                compact_labels.append(IGNORE)
                ids += [model.config.image_token_index] * lengths[image]
                labels += [IGNORE] * lengths[image]
                image += 1
                continue
            words = integers(1, model.config.image_token_index, (part,), name, "ids", number, place)
            unlabelled = integers(0, 3, (part,), name, "labels", number, place) == 0
            targets = words.masked_fill(unlabelled, IGNORE).tolist()
            compact += words.tolist()
            compact_labels += targets
            ids += words.tolist()
            labels += targets
        rows.append((ids, labels, compact, compact_labels))
    for index, (key, filler) in enumerate(
        (("input_ids", 0), ("labels", IGNORE), ("compact_ids", 0), ("compact_labels", IGNORE))
    ):
        width = max(len(row[index]) for row in rows)
        inputs[key] = torch.tensor([row[index] + [filler] * (width - len(row[index])) for row in rows])
    width = inputs["input_ids"].shape[1]
    inputs["attention_mask"] = torch.tensor([[1] * len(row[0]) + [0] * (width - len(row[0])) for row in rows])
    return inputs


def gradients(model, loss, prefix) -> dict:
    """Gradients under the names that published checkpoints have, of the parameters that the loss depends on."""
    model.zero_grad(set_to_none=True)
    loss.backward(retain_graph=True)
    return {f"{prefix}.{published(n)}": p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}


def published(name: str) -> str:
    """transformers' name of a parameter -> the name in llava-hf checkpoints."""
    name = name.removeprefix("model.")
    for ours, theirs in (
        ("vision_tower.", "vision_tower.vision_model."),
        ("language_model.", "language_model.model."),
        ("lm_head.", "language_model.lm_head."),
    ):
        if name.startswith(ours):
            return theirs + name.removeprefix(ours)
    return name


def run(name, model, inputs) -> tuple[dict, dict]:
    """Outputs (zero at padding), gradients of the LM loss and, where captions are given, of the RSA loss."""
    output = model(
        input_ids=inputs["input_ids"],
        attention_mask=inputs["attention_mask"],
        labels=inputs["labels"],
        output_hidden_states=True,
        use_cache=False,
        **images_of(name, model, inputs),
    )
    real = inputs["attention_mask"][..., None].bool()
    tensors = {f"hidden_states.{i}": state.where(real, 0) for i, state in enumerate(output.hidden_states)}
    tensors["logits"] = output.logits.where(real, 0)
    tensors |= {f"image_features.{i}": feature for i, feature in enumerate(packed_features(name, model, inputs))}
    losses = {"lm": output.loss.item()}
    grads = gradients(model, output.loss, "grad")
    if "caption_ids" in inputs:
        base = base_features(model, inputs["pixel_values"])
        tensors |= {key: value for key, value in base.items() if key.startswith("vision.")}
        tensors["pooled.vision"] = base["vision.feature"].mean(1)
        tensors["pooled.text"] = pooled_captions(model, inputs)
        loss = rsa_loss(tensors["pooled.vision"], tensors["pooled.text"])
        losses["rsa"] = loss.item()
        grads |= gradients(model, loss, "grad_rsa")
    return {key: value.detach() for key, value in (tensors | grads).items()}, losses


def pooled_captions(model, inputs):
    """The mean of the last hidden state over each caption run alone through the language model (Eq. 2)."""
    mask = inputs["caption_mask"]
    states = model.model.language_model(input_ids=inputs["caption_ids"], attention_mask=mask, use_cache=False)
    return (states.last_hidden_state * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)


def rsa_loss(vision, text):
    """Eq. 5 with Euclidean distance. Pairs off the diagonal only: the rows here are all different."""
    n = len(vision)
    i, j = (~torch.eye(n, dtype=torch.bool)).nonzero(as_tuple=True)
    gap = (vision[i] - vision[j]).norm(dim=-1) - (text[i] - text[j]).norm(dim=-1)
    return gap.square().sum() / n**2


def captions(name) -> dict:
    lengths = CASES[name].get("captions")
    if not lengths:
        return {}
    mask = (torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]).long()
    return {"caption_ids": integers(1, 50, mask.shape, name, "captions") * mask, "caption_mask": mask}


def generate(name, model, inputs) -> tuple[dict, float]:
    """Greedy continuation of row 0, images included; checked against transformers' own where that can take the images.

    The seeds are chosen so that no token is a placeholder (which would ask for another image) or nearly tied.
    """
    length = inputs["attention_mask"][0].sum()
    prompt = inputs["input_ids"][:1, :length]
    count = inputs["batch_num_images"][:1] if "batch_num_images" in inputs else torch.tensor([0])
    tiles = tiles_of(name, model)[: count.item()] if count.item() else []
    first = {
        **inputs,
        "batch_num_images": count,
        "image_sizes": inputs["image_sizes"][: count.item()] if tiles else None,
        "pixel_values": inputs["pixel_values"][: sum(tiles)] if tiles else None,
    }
    images = images_of(name, model, first) if tiles else {}

    def step(tokens):
        ids = torch.cat([prompt, torch.tensor([tokens], dtype=torch.long)], 1)
        return model(input_ids=ids, use_cache=False, **images).logits[0, -1]

    tensors, gap = greedy(step, length, GENERATED)
    assert gap > 1e-3 and tensors["generate.tokens"].max() < model.config.image_token_index, (gap, tensors)
    if "mm_encoder_outputs" not in images:
        mask = torch.ones_like(prompt)
        own = model.generate(prompt, attention_mask=mask, max_new_tokens=GENERATED, do_sample=False, **images)
        assert own[0, length:].equal(tensors["generate.tokens"]), own
    return tensors, gap


def reference(name, seed) -> tuple:
    """The model in float64 with the weights of a seed, its inputs, and what it makes of them."""
    with exact():
        model = build(name).double().eval()
        randomise(model, seed)
        with torch.no_grad():
            inputs = {**batch(name, model), **captions(name)}
        return model, inputs, *run(name, model, inputs)


def cast_to(inputs, dtype) -> dict:
    return {key: value.to(dtype) if value.is_floating_point() else value for key, value in inputs.items()}


def rounded_run(name, model, inputs) -> tuple[dict, dict]:
    """What a model in another type makes of the inputs."""
    return run(name, model, cast_to(inputs, model.dtype))


def facts_of(name, model, tensors) -> dict:
    """What a reader of the fixture has to know beside its tensors."""
    return {
        "merge": CASES[name]["merge"],
        "compact_lengths": compact_lengths(name),
        "tiles_per_image": tiles_of(name, model) if CASES[name].get("images") else [],
        "zero_in_theory": [k for k in tensors if k.startswith("grad") and "vision" in k and k.endswith("k_proj.bias")],
    }


def weights_of(model) -> dict:
    """The parameters by the names that published checkpoints have."""
    weights = {published(key): value for key, value in model.state_dict().items()}
    if model.config.tie_word_embeddings:
        del weights["language_model.lm_head.weight"]
    return weights


def make(name, directory) -> None:
    seed = CASES[name]["seed"]
    model, inputs, tensors, losses = reference(name, seed)
    with exact():
        generated, gap = generate(name, model, inputs)
    facts = {
        "seed": seed,
        "lengths": inputs["attention_mask"].sum(1).tolist(),
        "losses": losses,
        **facts_of(name, model, tensors),
        "generate_smallest_gap": gap,
        "errors": {},
    }
    for dtype in (torch.float32, torch.bfloat16):
        rounded = loaded(model, dtype)
        low, low_losses = rounded_run(name, rounded, inputs)
        key = str(dtype).removeprefix("torch.")
        facts["errors"][key] = {"losses": low_losses, **errors(low, tensors)}
        if dtype == torch.float32:
            again = generate(name, rounded, cast_to(inputs, dtype))[0]["generate.tokens"]
            assert again.equal(generated["generate.tokens"]), (again, generated)
    write(directory, saved_config(model), weights_of(model), {**inputs, **tensors, **generated}, facts)
    check_loads(model, directory)


def compact_lengths(name) -> list[int]:
    return [sum(1 if isinstance(part, str) else part for part in row) for row in CASES[name]["rows"]]


FIXTURES = {name: make for name in CASES}

#!/usr/bin/env python3
"""Checks `rsa import` and `rsa export` against transformers on small random models.

    python scripts/parity/checkpoints.py [--work DIR]

Needs torch, torchvision, transformers, safetensors, pillow (versions: rsa-models/src/test/python/requirements.txt;
torchvision only for AutoProcessor). Prints a line a check, and exits with 1 at the first that fails.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import AutoImageProcessor, AutoProcessor, AutoTokenizer, LlavaOnevisionForConditionalGeneration
from transformers.models.llava_onevision.configuration_llava_onevision import LlavaOnevisionConfig
from transformers.models.qwen2.configuration_qwen2 import Qwen2Config
from transformers.models.qwen2.modeling_qwen2 import Qwen2ForCausalLM
from transformers.models.siglip.configuration_siglip import SiglipConfig
from transformers.models.siglip.modeling_siglip import SiglipModel

ROOT = Path(__file__).resolve().parents[2]
TOKENIZER = ROOT / "rsa-models/src/test/resources/org/rsavlm/models/text"
TILE = 28
VISION = dict(
    hidden_size=24,
    intermediate_size=40,
    num_hidden_layers=2,
    num_attention_heads=3,
    image_size=TILE,
    patch_size=7,
    vision_use_head=False,
)
TEXT = dict(
    vocab_size=576,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=2048,
    rope_parameters={"rope_type": "default", "rope_theta": 1e6},
)
IMAGE = 560  # the first free id of the tokenizer


def check(what, holds) -> None:
    print(("ok    " if holds else "WRONG ") + what, flush=True)
    if not holds:
        sys.exit(1)


def rsa(*arguments, status=0) -> dict | str:
    """Runs the command line; gives its JSON answer, or its error line where a status is expected."""
    run = subprocess.run(
        [ROOT / "scripts/rsa", *map(str, arguments), "--json"], capture_output=True, text=True, check=False
    )
    if run.returncode != status:
        sys.exit(f"rsa {arguments} ended with {run.returncode}:\n{run.stderr}")
    return run.stderr.strip() if status else json.loads(run.stdout.splitlines()[-1])


def build(dtype=torch.float32, tied=False, seed=1, **text) -> LlavaOnevisionForConditionalGeneration:
    torch.manual_seed(seed)
    config = LlavaOnevisionConfig(
        vision_config={"model_type": "siglip_vision_model", **VISION},
        text_config={"model_type": "qwen2", **TEXT, "tie_word_embeddings": tied, **text},
        image_token_index=IMAGE,
        video_token_index=IMAGE + 1,
        image_grid_pinpoints=[[TILE * h, TILE * w] for h in (1, 2, 3) for w in (1, 2, 3)],
        tie_word_embeddings=tied,
    )
    model = LlavaOnevisionForConditionalGeneration(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0, 0.2)
    return model.to(dtype).eval()


def published(model) -> dict:
    """The state by the names of the published checkpoints."""
    names = {}
    for name, value in model.state_dict().items():
        name = name.removeprefix("model.")
        name = name.replace("language_model.", "language_model.model.") if name.startswith("language") else name
        name = name.replace("vision_tower.", "vision_tower.vision_model.")
        name = "language_model.lm_head.weight" if name == "lm_head.weight" else name
        if name != "language_model.lm_head.weight" or not model.config.tie_word_embeddings:
            names[name] = value
    return names


def llava_next(model) -> dict:
    """The state by the names of LLaVA-NeXT."""
    names = {}
    for name, value in published(model).items():
        if name.startswith("vision_tower."):
            name = "model.vision_tower." + name
        elif name.startswith("multi_modal_projector."):
            name = "model.mm_projector." + name.split(".", 1)[1].replace("linear_1", "0").replace("linear_2", "2")
        elif name == "image_newline":
            name = "model." + name
        else:
            name = name.removeprefix("language_model.")
        names[name] = value
    return names


def stored(directory) -> dict:
    tensors = {}
    for file in sorted(Path(directory).glob("*.safetensors")):
        tensors |= load_file(file)
    return tensors


def same(actual, expected) -> bool:
    return actual.keys() == expected.keys() and all(
        actual[name].dtype == value.dtype and actual[name].equal(value) for name, value in expected.items()
    )


def tokenizer_into(directory) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(TOKENIZER / name, directory / name)


def save(directory, config, tensors) -> Path:
    tokenizer_into(directory)
    (directory / "config.json").write_text(json.dumps(config))
    save_file({name: value.contiguous().clone() for name, value in tensors.items()}, directory / "model.safetensors")
    return directory


def inputs_of(processor) -> dict:
    """Two images of different shapes, one of them with a question, as a user would ask."""
    images = [Image.effect_noise((61, 40), 80).convert("RGB"), Image.effect_noise((30, 90), 50).convert("RGB")]
    turns = [
        [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": text}]}]
        for text in ("What is there?", "And here? Say more.")
    ]
    prompts = [processor.apply_chat_template(turn, add_generation_prompt=True) for turn in turns]
    assert prompts[0].startswith("<|im_start|>system\n") and "<image>\nWhat" in prompts[0], prompts[0]
    return processor(images=[[image] for image in images], text=prompts, return_tensors="pt", padding=True)


def original(model) -> LlavaOnevisionForConditionalGeneration:
    """The model as transformers' own save and load make it: `to` would have rounded the rotary frequencies too."""
    with tempfile.TemporaryDirectory() as directory:
        model.save_pretrained(directory)
        return LlavaOnevisionForConditionalGeneration.from_pretrained(directory, dtype=model.dtype).eval()


def reload_equals(name, directory, model) -> None:
    """transformers loads the directory without a word and computes what the model computed."""
    again, info = LlavaOnevisionForConditionalGeneration.from_pretrained(
        directory, dtype="auto", output_loading_info=True
    )
    check(f"{name}: from_pretrained misses nothing", not any(info[k] for k in info if k != "error_msgs"))
    check(f"{name}: element type", again.dtype == model.dtype)
    model = original(model)
    torch.manual_seed(0)
    inputs = inputs_of(AutoProcessor.from_pretrained(directory))
    inputs["pixel_values"] = inputs["pixel_values"].to(model.dtype)
    with torch.no_grad():
        expected, actual = model(**inputs).logits, again.eval()(**inputs).logits
        words = expected.shape[-1]
        check(f"{name}: AutoProcessor's inputs give the same logits", actual[..., :words].equal(expected))
        generated = again.generate(**inputs, max_new_tokens=4, do_sample=False)
        check(f"{name}: generate", generated.shape[0] == 2)


def check_own_layout(work) -> None:
    """llava_onevision in, under each of three name schemes, and out again."""
    for tied in (False, True):
        for dtype in (torch.bfloat16, torch.float32):
            model = build(dtype, tied)
            kind = f"{'tied' if tied else 'untied'} {str(dtype).removeprefix('torch.')}"
            sources = {"saved": work / f"{kind} saved", "saved, new names": work / f"{kind} new"}
            model.save_pretrained(sources["saved"])
            model.save_pretrained(sources["saved, new names"], save_original_format=False, max_shard_size="100KB")
            config = json.loads((sources["saved"] / "config.json").read_text())
            tensors = published(model)
            if tied:  # some tied checkpoints hold the head all the same
                tensors["language_model.lm_head.weight"] = tensors["language_model.model.embed_tokens.weight"]
            sources["published names"] = save(work / f"{kind} old", config, tensors)
            for name, source in sources.items():
                tokenizer_into(source)
                out = work / f"{kind} {name} imported"
                answer = rsa("import", "--model", source, "--out", out)
                check(f"{kind}, {name}: every byte", same(stored(out), published(model)))
                check(f"{kind}, {name}: nothing added", answer["added_rows"] == 0)
            reload_equals(kind, out, model)
            again = work / f"{kind} again"
            rsa("import", "--model", out, "--out", again)
            files = [file.name for file in out.iterdir()]
            check(
                f"{kind}: importing the import changes no file",
                all((again / f).read_bytes() == (out / f).read_bytes() for f in files) and len(files) >= 9,
            )
            wanted = torch.float16 if dtype == torch.float32 else torch.float32
            export = work / f"{kind} exported"
            rsa("export", "--model", out, "--out", export, "--dtype", str(wanted).removeprefix("torch."))
            check(
                f"{kind}: export as {wanted}",
                same(stored(export), {name: value.to(wanted) for name, value in published(model).items()}),
            )
            reload_equals(f"{kind} as {wanted}", export, build(dtype, tied).to(wanted))


def check_generate(work) -> None:
    """Our own model code on what transformers saved, under either name scheme, and on its import."""
    for tied in (False, True):
        kind = f"{'tied' if tied else 'untied'} float32"
        model = LlavaOnevisionForConditionalGeneration.from_pretrained(work / f"{kind} saved").eval()
        processor = AutoProcessor.from_pretrained(work / f"{kind} saved imported")
        for source in ("saved", "new"):
            processor.save_pretrained(work / f"{kind} {source}")
        rsa("import", "--model", work / f"{kind} saved", "--out", work / f"{kind} with processor")
        reload_equals(f"{kind} with transformers' processor files", work / f"{kind} with processor", model)
        tokenizer = AutoTokenizer.from_pretrained(work / f"{kind} saved")
        prompt = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nA red cat.<|im_end|>\n"
        ids = tokenizer(prompt + "<|im_start|>assistant\n", return_tensors="pt")["input_ids"]
        out = model.generate(
            ids, max_new_tokens=12, do_sample=False, output_logits=True, return_dict_in_generate=True
        )
        tokens = out.sequences[0, ids.shape[1] :]
        expected = [logits[0].log_softmax(-1)[token].item() for logits, token in zip(out.logits, tokens)]
        for source in ("saved", "new", "saved imported"):
            answer = rsa(
                "generate", "--model", work / f"{kind} {source}", "--prompt", "A red cat.", "--max-new-tokens", 12
            )
            worst = max(abs(a - b) for a, b in zip(answer["logprobs"], expected))
            check(
                f"{kind} {source}: rsa generate answers as transformers, log-probabilities within {worst:.0e}",
                answer["token_ids"] == tokens.tolist() and worst < 1e-4,
            )


def check_generate_about_images(work) -> None:
    """One image (AnyRes) and several (squares without tiles), from the image files on."""
    kind = "untied float32 saved imported"
    model = LlavaOnevisionForConditionalGeneration.from_pretrained(work / kind).eval()
    pixels = AutoImageProcessor.from_pretrained(work / kind, backend="pil")  # rsa resizes as Pillow does
    tokenizer = AutoTokenizer.from_pretrained(work / kind)
    files = []
    for number, size in enumerate([(61, 40), (30, 90), (200, 150)]):
        files.append(work / f"{number}.png")
        Image.effect_noise(size, 60).convert("RGB").save(files[-1])
    for chosen in ([0], [1], [2], [0, 1]):
        pictures = [Image.open(files[i]) for i in chosen]
        inputs = pixels(images=[pictures], return_tensors="pt")
        features = model.model.get_image_features(**inputs, return_dict=True).pooler_output
        ids = tokenizer("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n")["input_ids"]
        for feature in features:
            ids += [IMAGE] * len(feature) + tokenizer("\n")["input_ids"]
        ids += tokenizer("What is it?<|im_end|>\n<|im_start|>assistant\n")["input_ids"]
        inputs["input_ids"] = torch.tensor([ids])
        out = model.generate(
            **inputs, max_new_tokens=12, do_sample=False, output_logits=True, return_dict_in_generate=True
        )
        tokens = out.sequences[0, inputs["input_ids"].shape[1] :]
        expected = [logits[0].log_softmax(-1)[token].item() for logits, token in zip(out.logits, tokens)]
        answer = rsa(
            *("generate", "--model", work / kind, "--max-new-tokens", 12),
            *("--prompt", "<image>\n" * len(chosen) + "What is it?", "--image", *(files[i] for i in chosen)),
        )
        worst = max(abs(a - b) for a, b in zip(answer["logprobs"], expected))
        check(
            f"images {chosen}: rsa generate answers as transformers, log-probabilities within {worst:.0e}",
            answer["token_ids"] == tokens.tolist() and worst < 1e-4,
        )


def check_long_context(work) -> None:
    """Rotary scaling and sliding windows survive the way through our config."""
    rope = {"rope_type": "yarn", "rope_theta": 1e4, "factor": 4.0, "original_max_position_embeddings": 64}
    model = build(rope_parameters=rope, use_sliding_window=True, sliding_window=9, max_window_layers=1)
    model.save_pretrained(work / "long")
    tokenizer_into(work / "long")
    rsa("import", "--model", work / "long", "--out", work / "long imported")
    reload_equals("yarn and sliding window", work / "long imported", model)


def check_llava_next(work) -> None:
    for tied in (False, True):
        model = build(torch.bfloat16, tied)
        text = model.config.text_config.to_dict()
        config = {
            **{key: text[key] for key in TEXT if key != "rope_parameters"},
            "architectures": ["LlavaQwenForCausalLM"],
            "model_type": "llava",
            "hidden_act": "silu",
            "rope_theta": 1e6,
            "tie_word_embeddings": tied,
            "mm_vision_tower": "tiny",
            "mm_hidden_size": VISION["hidden_size"],
            "mm_projector_type": "mlp2x_gelu",
            "mm_vision_select_layer": -2,
            "mm_vision_select_feature": "patch",
            "mm_patch_merge_type": "spatial_unpad",
            "mm_use_im_start_end": False,
            "image_aspect_ratio": "anyres_max_9",
            "image_grid_pinpoints": "(1x1),...,(3x3)",
        }
        kind = "LLaVA-NeXT " + ("tied" if tied else "untied")
        tower = work / f"{kind} tower"
        whole = siglip(3)
        whole.save_pretrained(tower)
        source = save(work / kind, config, llava_next(model))
        out = work / f"{kind} imported"
        rsa("import", "--model", source, "--vision", tower, "--out", out)
        check(f"{kind}: every byte", same(stored(out), published(model)))
        reload_equals(kind, out, model)
        if not tied:
            rest = {name: value for name, value in llava_next(model).items() if "vision_tower" not in name}
            bare = save(work / f"{kind} without tower", config, rest)
            rsa("import", "--model", bare, "--vision", tower, "--out", work / f"{kind} filled")
            filled = stored(work / f"{kind} filled")
            check(
                f"{kind}: the tower's own checkpoint fills in for a missing tower",
                all(
                    filled["vision_tower." + name].equal(value)
                    for name, value in whole.state_dict().items()
                    if name.startswith("vision_model.") and "layers.2" not in name and ".head." not in name
                ),
            )


def siglip(layers) -> SiglipModel:
    torch.manual_seed(4)
    vision = {**VISION, "num_hidden_layers": layers, "vision_use_head": True}
    text = dict(hidden_size=24, intermediate_size=40, num_hidden_layers=1, num_attention_heads=3, vocab_size=30)
    return SiglipModel(SiglipConfig(vision_config=vision, text_config=text)).eval()


def check_join(work) -> None:
    """A tower and a language model with too few words for <image>."""
    vision = siglip(3)
    vision.save_pretrained(work / "siglip")
    vision.vision_model.save_pretrained(work / "siglip half")
    for tied in (False, True):
        torch.manual_seed(5)
        text = Qwen2Config(**{**TEXT, "vocab_size": IMAGE}, tie_word_embeddings=tied)
        language = Qwen2ForCausalLM(text).to(torch.bfloat16).eval()
        kind = "joined " + ("tied" if tied else "untied")
        language.save_pretrained(work / f"{kind} qwen2")
        tokenizer_into(work / f"{kind} qwen2")
        common = ("import", "--language", work / f"{kind} qwen2")
        answer = rsa(*common, "--vision", work / "siglip", "--seed", 7, "--out", work / kind)
        rsa(*common, "--vision", work / "siglip half", "--seed", 7, "--out", work / f"{kind} half")
        rsa(*common, "--vision", work / "siglip", "--seed", 8, "--out", work / f"{kind} other")
        check(f"{kind}: padded to a multiple of 64", (answer["vocabulary"], answer["added_rows"]) == (576, 16))
        tensors, other = stored(work / kind), stored(work / f"{kind} other")
        check(f"{kind}: whole and half SigLIP are the same", same(stored(work / f"{kind} half"), tensors))
        changed = {name for name, value in tensors.items() if not other[name].equal(value)}
        check(f"{kind}: the seed changes projector and newline alone", len(changed) == 5)
        model, info = LlavaOnevisionForConditionalGeneration.from_pretrained(work / kind, output_loading_info=True)
        check(f"{kind}: from_pretrained misses nothing", not any(info[k] for k in info if k != "error_msgs"))
        pixels = torch.randn(2, 3, TILE, TILE)
        ids = torch.randint(0, IMAGE, (1, 9))
        with torch.no_grad():
            feature = model.model.vision_tower(pixels, output_hidden_states=True).hidden_states[-1]
            reference = vision.vision_model(pixels, output_hidden_states=True).hidden_states[-2]
            check(f"{kind}: the tower ends before SigLIP's last layer", torch.allclose(feature, reference, atol=1e-6))
            logits = model(input_ids=ids).logits[..., :IMAGE]
            expected = language.float()(ids).logits
            check(f"{kind}: text as before", torch.allclose(logits, expected, atol=1e-5))
        embedding = tensors["language_model.model.embed_tokens.weight"]
        mean = embedding[:IMAGE].double().mean(0).to(embedding.dtype)
        check(f"{kind}: new rows are the mean", embedding[IMAGE:].equal(mean.expand(16, -1)))
        newline = tensors["image_newline"]
        bound = VISION["hidden_size"] ** -0.5
        weight = tensors["multi_modal_projector.linear_1.weight"]
        check(
            f"{kind}: projector and newline as LLaVA starts them",
            0.9 * bound < weight.abs().max() <= bound and 0.6 < newline.std() * newline.numel() ** 0.5 < 1.4,
        )
        tokenizer = AutoTokenizer.from_pretrained(work / kind)
        check(f"{kind}: <image> is a token", tokenizer("a<image>b")["input_ids"][1] == IMAGE)
        inputs = inputs_of(AutoProcessor.from_pretrained(work / kind))
        with torch.no_grad():
            check(f"{kind}: AutoProcessor's inputs run", model(**inputs).logits.isfinite().all().item())


def check_misfits(work) -> None:
    model = build()
    model.save_pretrained(work / "whole")
    config = json.loads((work / "whole/config.json").read_text())
    tensors = published(model)
    for layer in range(3):
        del tensors[f"language_model.model.layers.{layer}.mlp.up_proj.weight"]
    tensors["language_model.model.layers.9.mlp.up_proj.weight"] = torch.zeros(2)
    tensors["image_newline"] = torch.zeros(5)
    error = rsa(
        "import", "--model", save(work / "misfit", config, tensors), "--out", work / "never", status=2
    )
    wanted = ["5 tensors", "missing", "3 times", "layers.*.mlp.up_proj", "surplus", "layers.9", "image_newline has shape"]
    check("misfits are listed at once: " + error, all(word in error for word in wanted))
    check("nothing is left of a failed import", not (work / "never").exists())
    tensors = published(build(tied=True)) | {"language_model.lm_head.weight": torch.zeros(576, 32)}
    config["tie_word_embeddings"] = config["text_config"]["tie_word_embeddings"] = True
    error = rsa("import", "--model", save(work / "twice", config, tensors), "--out", work / "never", status=2)
    check("a tied head with values of its own: " + error, "lm_head.weight differs" in error)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, help="keep the models in this new directory")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.work or Path(temporary)
        for run in (
            check_own_layout,
            check_generate,
            check_generate_about_images,
            check_long_context,
            check_llava_next,
            check_join,
            check_misfits,
        ):
            run(work)
    print("all checks hold")


if __name__ == "__main__":
    main()

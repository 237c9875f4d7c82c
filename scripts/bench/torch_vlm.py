"""The model, data and step of `rsa train` as a PyTorch user would write them with transformers.

Eager mode, SDPA attention, right-padded batches with an attention mask, torch.cdist for the RSA loss, fused AdamW.
Reads what `rsa train` reads and writes: a model directory, LLaVA JSON with pictures, and the file of
`rsa train --dump-batches`.

Needs torch, transformers, safetensors, numpy, pillow (versions: rsa-models/src/test/python/requirements.txt).
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn
from transformers import AutoTokenizer, get_cosine_schedule_with_warmup
from transformers.models.qwen2.configuration_qwen2 import Qwen2Config
from transformers.models.qwen2.modeling_qwen2 import Qwen2ForCausalLM
from transformers.models.siglip.configuration_siglip import SiglipVisionConfig
from transformers.models.siglip.modeling_siglip import SiglipVisionModel

IGNORE = -100
IMAGE = -200
STAGES = {
    "1": dict(file="stage1_captions.json", prompt="plain", train_language=False, rate=1e-3),
    "1.5": dict(file="stage1.5_describe.json", prompt="qwen_1_5", train_language=True, rate=5e-4),
}


@dataclass
class Sample:
    ids: list
    labels: list
    caption: list
    pixels: np.ndarray


class Samples(torch.utils.data.Dataset):
    """Samples of a stage in the order of the batches: decoded, normalised, tokenised when asked for."""

    def __init__(self, data: Path, stage: str, model: Path, order: list):
        self.images = data / "images"
        self.prompt = STAGES[stage]["prompt"]
        entries = json.loads((data / STAGES[stage]["file"]).read_text())
        self.entries = {entry["id"]: entry for entry in entries}
        self.order = order
        self.tokenizer = AutoTokenizer.from_pretrained(model)
        preprocessor = json.loads((model / "preprocessor_config.json").read_text())
        self.mean = np.float32(preprocessor["image_mean"])
        self.std = np.float32(preprocessor["image_std"])
        self.size = preprocessor["size"]["height"]

    def __len__(self):
        return len(self.order)

    def encode(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True)

    def __getitem__(self, index) -> Sample:
        entry = self.entries[self.order[index]]
        human, answer = (turn["value"] for turn in entry["conversations"])
        if self.prompt == "plain":
            text = self.encode(answer + "\n")
            ids, labels = [IMAGE] + text, [IGNORE] + text
        else:
            ids, labels = self.dialogue(human, answer)
        return Sample(ids, labels, self.encode(answer), self.pixels(self.images / entry["image"]))

    def dialogue(self, human, answer):
        """LLaVA's qwen_1_5: <|im_start|>, <|im_end|> and line breaks are trained wherever they stand."""
        start, end = self.tokenizer.convert_tokens_to_ids(["<|im_start|>", "<|im_end|>"])
        newline = self.encode("\n")
        ids, labels = [], []
        before, after = human.split("<image>")
        turns = [("system", "You are a helpful assistant."), ("user", None), ("assistant", answer)]
        for role, text in turns:
            if role == "user":
                body = self.encode("user\n" + before) + [IMAGE] + self.encode(after)
            else:
                body = self.encode(role + "\n" + text)
            turn = [start] + body + [end] + newline
            trained = {start, end, *newline}
            ids += turn
            labels += turn if role == "assistant" else [i if i in trained else IGNORE for i in turn]
        return ids, labels

    def pixels(self, path):
        image = Image.open(path).convert("RGB")
        if image.size != (self.size, self.size):
            image = image.resize((self.size, self.size), Image.Resampling.BICUBIC)
        scaled = np.asarray(image, dtype=np.uint8) * np.float32(1 / 255)
        return ((scaled - self.mean) / self.std).transpose(2, 0, 1)


def collate(samples, image_tokens):
    """Right-padded batch: pixels, ids, mask, labels, which places are images; captions with their mask."""
    rows, labels = [], []
    for sample in samples:
        at = sample.ids.index(IMAGE)
        rows.append(sample.ids[:at] + [IMAGE] * image_tokens + sample.ids[at + 1 :])
        labels.append(sample.labels[:at] + [IGNORE] * image_tokens + sample.labels[at + 1 :])
    ids, mask = pad(rows, 0)
    captions, caption_mask = pad([sample.caption for sample in samples], 0)
    return dict(
        pixels=torch.from_numpy(np.stack([sample.pixels for sample in samples])),
        images=ids == IMAGE,
        ids=ids.clamp_min(0),
        mask=mask,
        labels=pad(labels, IGNORE)[0],
        captions=captions,
        caption_mask=caption_mask,
    )


def pad(rows, value):
    longest = max(map(len, rows))
    padded = torch.full((len(rows), longest), value)
    mask = torch.zeros(len(rows), longest, dtype=torch.long)
    for i, row in enumerate(rows):
        padded[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    return padded, mask


class Vlm(nn.Module):
    """SigLIP, LLaVA's two-layer projector, Qwen2: transformers' modules with the weights of a directory."""

    def __init__(self, directory: Path, train_language: bool):
        super().__init__()
        config = json.loads((directory / "config.json").read_text())
        vision = SiglipVisionConfig(**config["vision_config"], attn_implementation="sdpa")
        text = Qwen2Config(**config["text_config"], attn_implementation="sdpa")
        self.vision = SiglipVisionModel(vision)
        self.projector = nn.Sequential(
            nn.Linear(vision.hidden_size, text.hidden_size), nn.GELU(), nn.Linear(text.hidden_size, text.hidden_size)
        )
        self.language = Qwen2ForCausalLM(text)
        self.load(load_file(directory / "model.safetensors"))
        self.train_language = train_language
        self.language.requires_grad_(train_language)
        self.image_tokens = (vision.image_size // vision.patch_size) ** 2

    def load(self, weights):
        vision, language, projector = {}, {}, {}
        names = {"linear_1": "0", "linear_2": "2"}
        for name, value in weights.items():
            if name.startswith("vision_tower.vision_model."):
                vision[name.removeprefix("vision_tower.vision_model.")] = value
            elif name.startswith("language_model."):
                language[name.removeprefix("language_model.")] = value
            elif name.startswith("multi_modal_projector."):
                layer, kind = name.split(".")[1:]
                projector[names[layer] + "." + kind] = value
        if self.language.config.tie_word_embeddings:
            language["lm_head.weight"] = language["model.embed_tokens.weight"]
        self.vision.load_state_dict(vision)
        self.language.load_state_dict(language)
        self.projector.load_state_dict(projector)

    def forward(self, batch, rsa):
        """The language-modelling loss, and the pooled rows of both sides where RSA is on."""
        # What LLaVA feeds the projector: the last layer's output without post_layernorm.
        features = self.vision.encoder(self.vision.embeddings(batch["pixels"])).last_hidden_state
        embeds = self.language.get_input_embeddings()(batch["ids"])
        images = batch["images"].unsqueeze(-1).expand_as(embeds)
        embeds = embeds.masked_scatter(images, self.projector(features))
        loss = self.language(
            inputs_embeds=embeds, attention_mask=batch["mask"], labels=batch["labels"], use_cache=False
        ).loss
        if not rsa:
            return loss, None, None
        with torch.set_grad_enabled(self.train_language):
            hidden = self.language.model(
                input_ids=batch["captions"], attention_mask=batch["caption_mask"], use_cache=False
            ).last_hidden_state
            mask = batch["caption_mask"].unsqueeze(-1).to(hidden.dtype)
            text = (hidden * mask).sum(1) / mask.sum(1)
        return loss, features.mean(1), text


class Trainer:
    """A step as a plain training loop has it: both losses, backward, clipping, AdamW, cosine schedule."""

    def __init__(self, model: Vlm, rate, steps, weight, match_scale, exact_distances=False):
        self.model = model
        self.weight = weight
        self.match_scale = match_scale
        self.text_scale = 1.0
        self.first = True
        # The default takes one matrix product for more than 25 rows, which loses digits of small distances.
        self.mode = "donot_use_mm_for_euclid_dist" if exact_distances else "use_mm_for_euclid_dist_if_necessary"
        trained = [p for p in model.parameters() if p.requires_grad]
        self.parameters = trained
        self.optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=0.0, fused=True)
        self.schedule = get_cosine_schedule_with_warmup(self.optimizer, -(-steps * 3 // 100), steps)

    def step(self, batch):
        rsa = self.weight > 0
        loss_lm, vision, text = self.model(batch, rsa)
        loss, loss_rsa = loss_lm, None
        if rsa:
            loss_rsa = self.rsa_loss(vision, text)
            loss = loss_lm + self.weight * loss_rsa
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        self.schedule.step()
        return loss_lm.item(), loss_rsa.item() if rsa else None, norm.item()

    def rsa_loss(self, vision, text):
        kernel_v = torch.cdist(vision, vision, compute_mode=self.mode)
        kernel_t = torch.cdist(text, text, compute_mode=self.mode)
        if self.match_scale and self.first:
            self.text_scale = (kernel_v.mean() / kernel_t.mean()).item()
            self.first = False
        return (kernel_v - self.text_scale * kernel_t).square().mean()


def batches_of(file: Path, stage: str) -> list:
    """Sample ids of each step, from `rsa train --dump-batches`."""
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    return [line["sample_ids"] for line in lines if line["stage"] == stage]

"""AnyRes at real size: for 500 random image sizes the best resolution, the tiles and the tokens of the packed image.

`tokens` runs transformers' own packing. `tokens_llava` follows LLaVA-NeXT's arithmetic, which rounds otherwise in two
places: it unpads without rounding to 7 digits first, and reduces the grid to int(side / ratio), not side // ratio.
"""

import math
from types import SimpleNamespace

import torch
from reference import integers, readable, versions
from transformers.image_processing_utils import select_best_resolution
from transformers.models.llava_onevision.modeling_llava_onevision import LlavaOnevisionModel, image_size_to_num_patches

SIDE, PATCH, GRID = 384, 14, 27
PINPOINTS = {
    "stage-2": [[SIDE * h, SIDE * w] for h in range(1, 7) for w in range(1, 7)],
    "stage-1.5": [[768, 384], [384, 768], [768, 768], [384, 1152], [1152, 384]],
}
MAXIMUM = 9
COLUMNS = ["height", "width", "best_height", "best_width", "tiles", "tokens", "tokens_llava"]
# (width, height) -> tokens with stage-2's pinpoints, as published for LLaVA-OneVision.
KNOWN = {
    (384, 384): 1485,
    (640, 480): 2929,
    (1024, 768): 4725,
    (1920, 1080): 7269,
    (2304, 2304): 7371,
    (1025, 1247): 8765,
}


def tokens_of_transformers(size, pinpoints) -> int:
    vision = SimpleNamespace(image_size=SIDE, patch_size=PATCH)
    model = SimpleNamespace(config=SimpleNamespace(vision_config=vision, image_grid_pinpoints=pinpoints))
    features = torch.zeros(image_size_to_num_patches(size, pinpoints, SIDE), GRID**2, 1)
    pack = LlavaOnevisionModel.pack_image_features
    packed, _ = pack(model, [features], [size], torch.zeros(1), f"anyres_max_{MAXIMUM}")
    return len(packed[0])


def tokens_of_llava(size, best) -> int:
    (height, width), (rows, columns) = size, (best[0] // SIDE * GRID, best[1] // SIDE * GRID)
    if width / height > columns / rows:
        rows -= 2 * ((rows - int(height * (columns / width))) // 2)
    else:
        columns -= 2 * ((columns - int(width * (rows / height))) // 2)
    times = math.sqrt(rows * columns / (MAXIMUM * GRID**2))
    if times > 1.1:
        rows, columns = int(rows / times), int(columns / times)
    return GRID**2 + rows * (columns + 1)


def row(size, pinpoints) -> list[int]:
    """The values of COLUMNS for an image of this height and width."""
    best = select_best_resolution(size, pinpoints)
    tiles = best[0] * best[1] // SIDE**2 + 1
    return [*size, *best, tiles, tokens_of_transformers(size, pinpoints), tokens_of_llava(size, best)]


def make(name, path) -> None:
    sides = torch.exp2(integers(0, 1000, (500, 2), "anyres") / 1000 * 7 + 5).long().tolist()  # 32 to 4095, log-uniform
    sides[: len(KNOWN)] = [[height, width] for width, height in KNOWN]
    facts = {"versions": versions(), "image_size": SIDE, "patch_size": PATCH, "anyres_max": MAXIMUM, "columns": COLUMNS}
    for stage, pinpoints in PINPOINTS.items():
        facts[stage] = {"pinpoints": pinpoints, "sizes": [row(size, pinpoints) for size in sides]}
    for known, tokens in zip(facts["stage-2"]["sizes"], KNOWN.values()):
        assert known[-2:] == [tokens, tokens], known
    path.mkdir(parents=True, exist_ok=True)
    (path / "reference.json").write_text(readable(facts) + "\n")


FIXTURES = {"anyres": make}

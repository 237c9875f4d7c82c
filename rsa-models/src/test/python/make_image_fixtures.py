"""Makes the fixtures of org.rsavlm.models.image: small generated images, and what Pillow and Hugging
Face's image processors make of them.

    python make_image_fixtures.py ../resources/org/rsavlm/models/image

Written with Pillow 13.0.0, numpy 2.4.6, torch 2.15.0, transformers 5.24.0. Everything is seeded.
Pixels are compared by checksum (the first 16 hex digits of SHA-256), since ours are equal bit by bit.
"""

import hashlib
import io
import math
import os
import struct
import sys
import types
import zlib

import numpy as np
from PIL import Image
from transformers.models.llava_onevision.image_processing_pil_llava_onevision import (
    LlavaOnevisionImageProcessorPil,
)
from transformers.models.llava_onevision.processing_llava_onevision import LlavaOnevisionProcessor
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

HALF = [0.5, 0.5, 0.5]
SIGLIP_SIZE = 56
TILE = 28
# Height first, as Hugging Face reads it. Not symmetric, so that the order shows.
PINPOINTS = [[28, 56], [56, 28], [56, 56], [28, 84], [84, 28], [112, 56], [84, 84]]

rng = np.random.default_rng(20251125)


def checksum(data):
    return hashlib.sha256(data).hexdigest()[:16]


def scene(width, height, noise=4.0):
    """Waves, a hard-edged red box and a little noise."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    waves = [np.sin(x / 7 + y / 13), np.cos(x / 5 - y / 9), np.sin(x * y / 300)]
    pixels = 127 + 120 * np.stack(waves, -1)
    pixels[height // 4 : height // 2, width // 4 : width // 2] = [255, 0, 0]
    pixels += rng.normal(0, noise, pixels.shape)
    return np.clip(pixels, 0, 255).astype(np.uint8)


def rgb(width, height, noise=4.0):
    return Image.fromarray(scene(width, height, noise))


def rgba(width, height):
    image = rgb(width, height)
    image.putalpha(Image.fromarray(scene(width, height)[..., 1]))
    return image


def saved(image, format, **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def png(width, height, depth, colour, palette=None, transparency=None):
    """A PNG of random samples, for the kinds that Pillow does not write."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = (width * depth * channels + 7) // 8
    raw = b"".join(b"\0" + rng.integers(0, 256, row, dtype=np.uint8).tobytes() for _ in range(height))
    out = b"\x89PNG\r\n\x1a\n"
    out += chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    if palette is not None:
        out += chunk(b"PLTE", palette)
    if transparency is not None:
        out += chunk(b"tRNS", transparency)
    return out + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def with_adobe(jpeg, transform):
    """The JPEG without JFIF marker and with Adobe's, which declares the colour space."""
    adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform])
    at, kept = 2, b""
    while jpeg[at + 1] != 0xDA:
        end = at + 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
        if jpeg[at + 1] not in (0xE0, 0xEE):
            kept += jpeg[at:end]
        at = end
    return b"\xff\xd8" + adobe + kept + jpeg[at:]


def smaller_frame(gif, frame_at):
    """The GIF with a larger screen than its frame, which is moved to (7, 4)."""
    gif = bytearray(gif)
    gif[6:10] = struct.pack("<HH", 40, 30)
    gif[frame_at + 1 : frame_at + 5] = struct.pack("<HH", 7, 4)
    return bytes(gif)


def images():
    rotated = Image.Exif()
    rotated[0x112] = 6
    deep = scene(31, 19)[..., 0].astype(np.uint16)
    files = {
        # Twenty of different size, mode and format.
        "rgb.png": saved(rgb(61, 40), "PNG", optimize=True),
        "rgba.png": saved(rgba(33, 47), "PNG"),
        "grey.png": saved(rgb(90, 25).convert("L"), "PNG"),
        "grey-alpha.png": saved(rgb(20, 21).convert("LA"), "PNG"),
        "bilevel.png": saved(rgb(77, 30).convert("1"), "PNG"),
        "palette.png": saved(rgb(40, 64).quantize(60), "PNG"),
        "palette-alpha.png": saved(rgba(35, 35).quantize(17), "PNG"),
        "grey16.png": saved(Image.fromarray(deep * 2), "PNG"),
        "rgb16.png": png(11, 13, 16, 2),
        "rgba16.png": png(12, 9, 16, 6),
        "420.jpg": saved(rgb(123, 67), "JPEG", quality=80, subsampling=2),
        "444.jpg": saved(rgb(45, 70), "JPEG", quality=90, subsampling=0),
        "progressive-exif.jpg": saved(rgb(64, 48), "JPEG", progressive=True, exif=rotated),
        "grey.jpg": saved(rgb(51, 52).convert("L"), "JPEG"),
        "cmyk.jpg": saved(rgb(30, 41).convert("CMYK"), "JPEG", quality=85),
        "lossless.webp": saved(rgb(38, 29, 0), "WEBP", lossless=True),
        "lossy.webp": saved(rgb(101, 58), "WEBP", quality=75),
        "lossy-alpha.webp": saved(rgba(43, 37), "WEBP", quality=60),
        "animated.gif": saved(
            rgb(36, 28).quantize(32), "GIF", save_all=True, append_images=[rgb(36, 28).quantize(16)]
        ),
        "rgb.bmp": saved(rgb(17, 22), "BMP"),
        # Rarer kinds.
        "one-pixel.png": saved(rgb(1, 1), "PNG"),
        "thin.png": saved(rgb(200, 1), "PNG"),
        "422.jpg": saved(rgb(37, 21), "JPEG", quality=70, subsampling=1),
        "adobe-rgb.jpg": with_adobe(saved(rgb(24, 16), "JPEG", subsampling=0), 0),
        "adobe-ycc.jpg": with_adobe(saved(rgb(24, 16), "JPEG", subsampling=0), 1),
        "ycck.jpg": with_adobe(saved(rgb(24, 16).convert("CMYK"), "JPEG"), 2),
        "grey2.png": png(13, 7, 2, 0),
        "grey-alpha16.png": png(6, 7, 16, 4),
        "short-palette.png": png(13, 7, 4, 3, palette=bytes(range(30)), transparency=b"\x00\x80"),
        "colour-key.png": png(9, 9, 1, 0, transparency=b"\x00\x01"),
        "lossless-alpha.webp": saved(rgba(19, 23), "WEBP", lossless=True),
        "animated.webp": saved(
            rgb(32, 24), "WEBP", lossless=True, save_all=True, append_images=[rgb(32, 24)]
        ),
        "tiny.webp": saved(rgb(3, 5), "WEBP", quality=90),
        "coarse.webp": saved(rgb(80, 49), "WEBP", quality=5, method=6),
        "interlaced.gif": saved(rgb(21, 33).quantize(8), "GIF", interlace=1),
        "transparent.gif": saved(rgba(25, 20), "GIF"),
        "grey.bmp": saved(rgb(15, 11).convert("L"), "BMP"),
        "palette.bmp": saved(rgb(22, 9).quantize(16), "BMP"),
    }
    gif = saved(rgb(20, 15).quantize(8), "GIF", transparency=2)
    files["small-frame.gif"] = smaller_frame(gif, gif.index(b"\x2c\0\0\0\0"))
    return files


def on_white(image):
    if "A" not in image.getbands() and image.info.get("transparency") is None:
        return image.convert("RGB")
    white = Image.new("RGBA", image.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")


def write_images(directory):
    os.makedirs(os.path.join(directory, "files"), exist_ok=True)
    siglip = SiglipImageProcessorPil(
        size={"height": SIGLIP_SIZE, "width": SIGLIP_SIZE}, image_mean=HALF, image_std=HALF
    )
    onevision = LlavaOnevisionImageProcessorPil(
        size={"height": TILE, "width": TILE},
        image_mean=HALF,
        image_std=HALF,
        image_grid_pinpoints=PINPOINTS,
    )
    lines = ["file\twidth\theight\tdropped\ton_white\tsiglip\ttiles\tonevision\tpadded"]
    for name, data in images().items():
        with open(os.path.join(directory, "files", name), "wb") as file:
            file.write(data)
        image = Image.open(io.BytesIO(data))
        image.load()
        values = siglip(image, return_tensors="np")["pixel_values"][0]
        tiles = onevision(image, return_tensors="np")["pixel_values"][0]
        padded = onevision([[image, image]], return_tensors="np")["pixel_values"][0]
        assert values.dtype == tiles.dtype == padded.dtype == np.float32
        fields = [
            name,
            *image.size,
            checksum(image.convert("RGB").tobytes()),
            checksum(on_white(image).tobytes()),
            checksum(values.tobytes()),
            len(tiles),
            checksum(tiles.tobytes()),
            checksum(padded[0].tobytes()),
        ]
        lines.append("\t".join(map(str, fields)))
    write(directory, "images.tsv", lines)


def noise_image(seed, width, height):
    """Random samples of a generator that is as short in Java: hard edges everywhere."""
    samples = np.empty(width * height * 3, dtype=np.uint8)
    state = seed
    for i in range(samples.size):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        samples[i] = state >> 16 & 255
    return Image.fromarray(samples.reshape(height, width, 3))


def write_resampling(directory):
    lines = ["filter\tseed\twidth\theight\tto_width\tto_height\tpixels"]
    for seed in range(90):
        width, height, to_width, to_height = (int(n) for n in rng.integers(1, 70, 4))
        if seed % 9 == 0:
            to_width = width
        if seed % 9 == 1:
            to_height = height
        if seed % 9 == 2:  # around the sizes where the order of the passes changes
            height = max(height, 20)
            to_width = max(1, width - 5)
            to_height = height - 10 + seed % 2
        name = ("BICUBIC", "BILINEAR", "LANCZOS")[seed % 3]
        image = noise_image(seed, width, height).resize(
            (to_width, to_height), Image.Resampling[name]
        )
        fields = [name, seed, width, height, to_width, to_height, checksum(image.tobytes())]
        lines.append("\t".join(map(str, fields)))
    write(directory, "resampling.tsv", lines)


def llava_tokens(width, height, resolutions, max_tiles, tile=384, side=27):
    """LLaVA-NeXT's arithmetic for spatial_unpad with AnyRes; resolutions are width first."""
    best, best_kept, least_waste = None, 0, float("inf")
    for w, h in resolutions:
        scale = min(w / width, h / height)
        kept = min(int(width * scale) * int(height * scale), width * height)
        waste = w * h - kept
        if kept > best_kept or (kept == best_kept and waste < least_waste):
            best, best_kept, least_waste = (w, h), kept, waste
    columns, rows = best[0] // tile * side, best[1] // tile * side
    if width / height > columns / rows:
        rows -= (rows - int(height * (columns / width))) // 2 * 2
    else:
        columns -= (columns - int(width * (rows / height))) // 2 * 2
    if max_tiles:
        times = math.sqrt(rows * columns / (max_tiles * side**2))
        if times > 1.1:
            rows, columns = int(rows // times), int(columns // times)
    return side**2 + rows * (columns + 1)


def hugging_face_tokens(width, height, pinpoints, max_tiles):
    processor = types.SimpleNamespace(
        image_processor=types.SimpleNamespace(image_grid_pinpoints=pinpoints),
        num_image_tokens=729,
        vision_aspect_ratio=f"anyres_max_{max_tiles}",
    )
    processor._get_unpadded_features = types.MethodType(
        LlavaOnevisionProcessor._get_unpadded_features, processor
    )
    return LlavaOnevisionProcessor._get_number_of_features(processor, height, width, 384, 384)


def write_tokens(directory):
    stage15 = [(384, 768), (768, 384), (768, 768), (1152, 384), (384, 1152)]
    grid = [(384 * w, 384 * h) for w in range(1, 7) for h in range(1, 7)]
    facts = {
        (384, 384): 1485,
        (640, 480): 2929,
        (1024, 768): 4725,
        (1920, 1080): 7269,
        (2304, 2304): 7371,
        (1025, 1247): 8765,
    }
    sizes = list(facts)
    while len(sizes) < 506:
        sizes.append(tuple(int(n) for n in np.exp(rng.uniform(np.log(8), np.log(4000), 2))))
    lines = ["width\theight\tanyres\tanyres_max_9\thf_anyres_max_9\thf_anyres_max_2"]
    for width, height in sizes:
        nine = llava_tokens(width, height, grid, 9)
        assert facts.get((width, height), nine) == nine
        fields = [
            width,
            height,
            llava_tokens(width, height, stage15, 0),
            nine,
            hugging_face_tokens(width, height, [list(r) for r in grid], 9),
            hugging_face_tokens(width, height, [list(r) for r in stage15], 2),
        ]
        lines.append("\t".join(map(str, fields)))
    write(directory, "anyres-tokens.tsv", lines)


def write(directory, name, lines):
    with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    target = sys.argv[1]
    os.makedirs(target, exist_ok=True)
    write_images(target)
    write_resampling(target)
    write_tokens(target)

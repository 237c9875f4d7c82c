"""What each LLaVA-OneVision fixture holds.

rows: per sample its parts in order: a number is that many text tokens, a letter an image of `images` (height, width).
merge: `base` joins the base image's tokens alone; `anyres` is transformers' forward (tiles where a sample has one
image, base image and a newline where it has several). seed: that of the weights. pinpoints are (height, width), as in
the checkpoints.
"""

VISION = dict(
    hidden_size=12,
    intermediate_size=20,
    num_hidden_layers=2,
    num_attention_heads=2,
    image_size=18,
    patch_size=6,
    vision_use_head=False,
)
TEXT = dict(
    vocab_size=60,
    hidden_size=16,
    intermediate_size=24,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=512,
    rope_parameters={"rope_type": "default", "rope_theta": 1e6},
)
GRID = [[18, 36], [36, 18], [36, 36], [18, 54], [54, 18], [36, 54]]

CASES = {
    "vlm-base-rsa": dict(
        seed=5,
        merge="base",
        text={},
        images={"a": (18, 18)},
        rows=[["a", 8], ["a", 5], ["a", 11], ["a", 8], ["a", 3]],
        captions=[7, 4, 10, 7, 2],
    ),
    "vlm-base-mixed-tied": dict(
        seed=20,
        merge="base",
        text=dict(num_key_value_heads=1, tie_word_embeddings=True),
        images={"a": (18, 18)},
        rows=[[4, "a", 6], [100], [2, "a", 3, "a", 90]],
    ),
    "vlm-anyres-wide": dict(
        seed=9,
        merge="anyres",
        text=dict(num_key_value_heads=4),
        pinpoints=GRID,
        images={"a": (30, 71), "b": (60, 22)},
        rows=[[3, "a", 7], ["b", 5]],
    ),
    "vlm-anyres-reduced-tied": dict(
        seed=9,
        merge="anyres",
        text=dict(num_key_value_heads=1, tie_word_embeddings=True),
        model=dict(vision_aspect_ratio="anyres_max_2"),
        pinpoints=GRID,
        images={"a": (101, 150)},
        rows=[[2, "a", 9]],
    ),
    "vlm-two-images": dict(
        seed=7,
        merge="anyres",
        text=dict(hidden_size=20, num_attention_heads=5, num_key_value_heads=1),
        pinpoints=GRID,
        images={"a": (40, 40), "b": (18, 50)},
        rows=[[2, "a", 3, "b", 6], [1, "b", 4]],
    ),
    "vlm-text-only": dict(
        seed=32,
        merge="anyres",
        text=dict(num_hidden_layers=3, tie_word_embeddings=True),
        rows=[[14], [6]],
    ),
    "vlm-odd": dict(
        seed=3,
        merge="anyres",
        text=dict(
            vocab_size=71,
            hidden_size=24,
            intermediate_size=37,
            num_attention_heads=6,
            rms_norm_eps=1e-5,
        ),
        vision=dict(num_hidden_layers=3, image_size=20, hidden_act="gelu", vision_use_head=True),
        model=dict(vision_feature_layer=-2, multimodal_projector_bias=False),
        pinpoints=[[20, 40], [40, 20], [40, 40], [20, 60]],
        images={"a": (53, 31), "b": (19, 57)},
        rows=[[1, "a", 8], [2, "b", 1]],
    ),
    # Many supervised tokens, whose rounding averages out: for judging a whole gradient in bfloat16.
    "vlm-long": dict(
        seed=15,
        merge="anyres",
        text={},
        pinpoints=GRID,
        images={"a": (30, 71), "b": (60, 22), "c": (40, 40), "d": (18, 50)},
        rows=[["a", 250], [3, "b", 200], ["c", 220], ["d", 180]],
    ),
}

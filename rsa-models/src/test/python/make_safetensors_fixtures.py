"""Writes the safetensors fixtures of org.rsavlm.models.hub with Python's own libraries.

    python make_safetensors_fixtures.py ../resources/org/rsavlm/models/hub

Made with safetensors 0.8.0, huggingface_hub 2.4.0, torch 2.15.0. The values are exact in every type
that holds them, so that the Java tests can state them again without reading anything else.
"""

import json
import sys
from pathlib import Path

import torch
from huggingface_hub import split_torch_state_dict_into_shards
from safetensors.torch import save_file

DTYPES = {
    "BOOL": torch.bool,
    "U8": torch.uint8,
    "I8": torch.int8,
    "I16": torch.int16,
    "I32": torch.int32,
    "I64": torch.int64,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "F32": torch.float32,
    "F64": torch.float64,
}


def values(dtype):
    """[2, 3]: the type's limits and a few values with all bits in use."""
    if dtype == torch.bool:
        return torch.tensor([[True, False, True], [False, False, True]])
    if dtype.is_floating_point:
        info = torch.finfo(dtype)
        rows = [[info.max, info.min, info.smallest_normal], [1 / 3, -0.0, float("inf")]]
    else:
        info = torch.iinfo(dtype)
        rows = [[info.max, info.min, 0], [1, 2, 77]]
    return torch.tensor(rows, dtype=dtype)


def every_dtype():
    tensors = {}
    for name, dtype in DTYPES.items():
        tensors[f"z.{name}"] = values(dtype)
        tensors[f"a.{name}.scalar"] = torch.ones((), dtype=dtype)
    tensors["empty"] = torch.zeros(0, 4)
    tensors['odd "name" \\ ü\n\x01\x7f\u2028😀'] = torch.arange(3.0)
    tensors["odd \uffee"] = torch.arange(3.0)
    return tensors


def sharded(directory):
    """Shards of at most 64 bytes; one tensor is larger than that."""
    directory.mkdir(parents=True, exist_ok=True)
    state = {}
    for i in range(4):
        state[f"model.layers.{i}.weight"] = torch.arange(12.0).view(3, 4) + i
        state[f"model.layers.{i}.bias"] = (torch.arange(4.0) + i).bfloat16()
    state["model.embed.é"] = torch.arange(40.0).view(10, 4)
    split = split_torch_state_dict_into_shards(state, max_shard_size=64)
    for file, names in split.filename_to_tensors.items():
        save_file({n: state[n] for n in names}, directory / file, metadata={"format": "pt"})
    index = {"metadata": split.metadata, "weight_map": split.tensor_to_filename}
    text = json.dumps(index, indent=2, sort_keys=True) + "\n"
    (directory / "model.safetensors.index.json").write_text(text, encoding="utf-8")


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    save_file(every_dtype(), out / "every-dtype.safetensors", metadata={"format": "pt"})
    save_file({}, out / "nothing.safetensors")
    sharded(out / "sharded")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

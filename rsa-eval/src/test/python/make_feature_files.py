"""Makes small feature files of every kind that FeatureFile reads; FeatureFileTest knows the values.

Written with numpy 2.4.6, torch 2.15.0 and safetensors 0.8.0.
"""

from pathlib import Path

import numpy
import torch
from safetensors.torch import save_file

RESOURCES = Path(__file__).resolve().parents[1] / "resources" / "reference"


def main():
    values = numpy.arange(60, dtype=numpy.float64).reshape(3, 4, 5) / 7 * numpy.array([1, -1, 1, -1, 1])
    tensor = torch.from_numpy(values)
    save_file(
        {
            "F64": tensor,
            "F32": tensor.float(),
            "F16": tensor.half(),
            "BF16": tensor.bfloat16(),
            "I64": tensor.long(),
            "vector": tensor[0, 0].clone(),
        },
        RESOURCES / "features.safetensors",
    )
    numpy.save(RESOURCES / "features-f64.npy", values)
    numpy.save(RESOURCES / "features-f32.npy", values.astype("<f4"))
    numpy.save(RESOURCES / "features-big-endian.npy", values.astype(">f8"))
    numpy.savez(RESOURCES / "features.npz", f16=values.astype("<f2"), f64=values)
    numpy.savez_compressed(RESOURCES / "features-compressed.npz", f32=values.astype("<f4"), other=values[0])
    numpy.savez(RESOURCES / "features-one.npz", values[0])


if __name__ == "__main__":
    main()

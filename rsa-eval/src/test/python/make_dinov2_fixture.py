"""Makes the fixture of NewFamilyTest: a tiny random DINOv2 run by transformers in float64.

    python make_dinov2_fixture.py ../resources/reference/dinov2

Writes config.json and model.safetensors in Hugging Face's layout, and reference.safetensors: pixels, and the mean over
all tokens of every hidden state. Made with the versions that reference.json names; the same versions give the same bytes.
"""

import json
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from transformers import Dinov2Config, Dinov2Model


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    config = Dinov2Config(
        hidden_size=24, num_hidden_layers=3, num_attention_heads=2, mlp_ratio=2, image_size=28, patch_size=7,
        layerscale_value=0.5,
    )
    model = Dinov2Model(config).double().eval()
    with torch.no_grad():  # away from zeros and ones, so that no parameter can be left out unseen
        for parameter in model.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    pixels = torch.randn(3, 3, 28, 28, dtype=torch.float64)
    with torch.no_grad():
        states = model(pixels, output_hidden_states=True).hidden_states
    means = {f"mean.{i}": state.mean(1).contiguous() for i, state in enumerate(states)}
    model.save_pretrained(out)
    save_file({"pixels": pixels, **means}, out / "reference.safetensors")
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    (out / "reference.json").write_text(json.dumps(versions, indent=2) + "\n")


if __name__ == "__main__":
    main()

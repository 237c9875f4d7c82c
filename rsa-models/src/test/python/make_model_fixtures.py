"""Makes the model fixtures: tiny random SigLIP, Qwen2 and LLaVA-OneVision models run by transformers.

Each fixture is a directory in Hugging Face layout (config.json, model.safetensors in float64 and in the names of the
published checkpoints) plus reference.safetensors (inputs, float64 outputs, gradients) and reference.json (scalars,
versions, and the error of transformers' own float32 and bfloat16 runs against the float64 one).
Running it again gives the same bytes for the same versions.
"""

import argparse
import sys
from pathlib import Path

import anyres_fixture
import generation_fixtures
import lm_fixtures
import siglip_fixtures
import vlm_fixtures
from reference import RESOURCES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=RESOURCES, help="directory to write into (default: %(default)s)")
    parser.add_argument("--only", nargs="*", help="names of fixtures to make (default: all)")
    arguments = parser.parse_args()
    makers = {
        **siglip_fixtures.FIXTURES,
        **lm_fixtures.FIXTURES,
        **vlm_fixtures.FIXTURES,
        **anyres_fixture.FIXTURES,
        **generation_fixtures.FIXTURES,
    }
    unknown = set(arguments.only or []) - set(makers)
    if unknown:
        sys.exit(f"error: no such fixture: {', '.join(sorted(unknown))} (known: {', '.join(makers)})")
    for name in arguments.only or makers:
        makers[name](name, arguments.out / name)
        print(name)


if __name__ == "__main__":
    main()

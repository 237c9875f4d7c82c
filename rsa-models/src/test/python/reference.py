"""Shared parts of the reference scripts: seeded weights, the float64 mode, errors, files.

Hugging Face transformers rounds to float32 in the middle of a float64 run (RMSNorm, rotary angles,
cross-entropy). `exact()` lifts those casts, so that the float64 reference is good to 1e-15 instead of 1e-7.
"""

import contextlib
import copy
import hashlib
import json
import os
import platform
import re
import tempfile
from pathlib import Path
from unittest import mock

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch  # noqa: E402
import transformers  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
torch.set_num_threads(1)

RESOURCES = Path(__file__).resolve().parents[1] / "resources" / "reference"


def generator(*key) -> torch.Generator:
    """A generator seeded by a readable key: the draw of one tensor never depends on another's."""
    digest = hashlib.sha256("/".join(map(str, key)).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))


def normal(shape, *key) -> torch.Tensor:
    return torch.randn(tuple(shape), generator=generator(*key), dtype=torch.float64)


def integers(low: int, high: int, shape, *key) -> torch.Tensor:
    return torch.randint(low, high, tuple(shape), generator=generator(*key))


def randomise(model: torch.nn.Module, seed: int) -> None:
    """Draws every parameter, biases and norm weights included, so that each one matters to the outputs."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            values = normal(parameter.shape, seed, name)
            if "norm" in name and name.endswith("weight"):
                values = 1 + 0.2 * values
            elif parameter.dim() == 1:
                values = 0.2 * values
            elif "embed_tokens" in name:
                # Small where the embedding is also the head, or greedy decoding would repeat the last token for ever.
                values = (0.15 if model.config.tie_word_embeddings else 0.7) * values
            elif name.endswith("probe"):
                values = 0.7 * values
            elif "position_embedding" in name:
                values = 0.4 * values
            else:
                values = values * 1.2 / (parameter[0].numel() ** 0.5)
            parameter.copy_(values)


@contextlib.contextmanager
def exact():
    """Runs transformers' own code with float64 wherever it names float32."""
    with (
        mock.patch.object(torch, "float", torch.float64),
        mock.patch.object(torch, "float32", torch.float64),
        mock.patch.object(torch.Tensor, "float", torch.Tensor.double),
    ):
        yield


def loaded(model, dtype: torch.dtype):
    """The model as `from_pretrained` loads it in a type: `.to(dtype)` would round the rotary frequencies too."""
    rounded = type(model)._from_config(copy.deepcopy(model.config), dtype=dtype).eval()
    rounded.load_state_dict(model.state_dict())
    return rounded


def error(actual: torch.Tensor, expected: torch.Tensor) -> dict:
    """`max`: largest deviation over largest magnitude; `norm`: the same in 2-norms; `abs`: largest deviation."""
    actual, expected = actual.double(), expected.double()
    deviation = (actual - expected).abs()
    result = {"abs": deviation.max().item()}
    if expected.abs().max() > 1e-12:  # not a gradient that is zero in theory
        result["max"] = (deviation.max() / expected.abs().max()).item()
        result["norm"] = (deviation.norm() / expected.norm()).item()
    return {key: float(f"{value:.3e}") for key, value in result.items()}


def errors(actual: dict, expected: dict) -> dict:
    return {
        name: error(actual[name], value)
        for name, value in expected.items()
        if value.is_floating_point() and name in actual
    }


def versions() -> dict:
    import safetensors

    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "safetensors": safetensors.__version__,
    }


def write(directory: Path, config: dict, weights: dict, tensors: dict, facts: dict) -> None:
    """Writes a model directory in Hugging Face layout with its reference beside it."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    save(weights, directory / "model.safetensors")
    save(tensors, directory / "reference.safetensors")
    facts = {"versions": versions(), **facts}
    (directory / "reference.json").write_text(readable(facts) + "\n")


def readable(facts: dict) -> str:
    """JSON with a line for each innermost object or list."""
    return re.sub(
        r"[\[{][^\[\]{}]*[\]}]", lambda match: re.sub(r"\s*\n\s*", " ", match[0]), json.dumps(facts, indent=1)
    )


def save(tensors: dict, path: Path) -> None:
    save_file({name: value.detach().contiguous().clone() for name, value in tensors.items()}, path, {"format": "pt"})


def saved_config(model) -> dict:
    """The config.json that transformers would write for the model."""
    with tempfile.TemporaryDirectory() as directory:
        model.config.architectures = [type(model).__name__]
        model.config.save_pretrained(directory)
        return json.loads((Path(directory) / "config.json").read_text())


def check_loads(model, directory: Path) -> None:
    """Fails unless transformers reads the written directory back into the same model."""
    again = type(model).from_pretrained(directory, dtype=torch.float64)
    for name, value in model.state_dict().items():
        assert again.state_dict()[name].equal(value), name
    assert getattr(again.config, "rope_parameters", None) == getattr(model.config, "rope_parameters", None)

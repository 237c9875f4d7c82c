"""Makes alignment.json: what platonic-rep's own metrics.py gives on 20 pairs of feature sets, in float64.

Needs numpy, torch, scikit-learn, scipy and a checkout of https://github.com/minyoungg/platonic-rep:

    python make_alignment_fixture.py --platonic-rep DIR

Features are integers made by a hash of (seed, index), divided by 256: AlignmentReferenceTest makes the same ones, and
inner products of them are exact in float64, so that duplicates are ties for every BLAS. Ties: this library takes the
lower index first. Where platonic-rep's sort or topk takes other ones, its value is null in the fixture. Its SVCCA
approximates the singular vectors from a random start, which costs up to 0.1 where no gap follows the tenth one:
"svcca_as_published" is the mean of three seeds, with their spread; "svcca" is the same code with an exact SVD. cka_rbf
is its cka with kernel_metric="rbf"; "rsa" is the mean squared difference of scipy's Euclidean distances.
"""

import argparse
import ast
import importlib.util
import json
import platform
import subprocess
import sys
import types
from pathlib import Path
from typing import Sequence

import numpy
import scipy
import sklearn
import torch
import torch.nn.functional as F
from scipy.spatial.distance import cdist

RESOURCES = Path(__file__).resolve().parents[1] / "resources" / "reference"
LATENTS = 10
CCA_DIM = 10


def case(n, dv, dt, k, noise, offset=0, duplicates=0, normalize=False, quantile=1.0):
    return dict(n=n, dv=dv, dt=dt, k=k, noise=noise, offset=offset, duplicates=duplicates, normalize=normalize,
                quantile=quantile)


CASES = [
    case(16, 12, 16, 3, 4),
    case(16, 40, 24, 10, 4, normalize=True),
    case(20, 15, 30, 5, 8, offset=25600),
    case(33, 64, 48, 4, 8, quantile=0.95),
    case(50, 32, 20, 10, 16),
    case(64, 17, 129, 7, 1, duplicates=16),
    case(100, 64, 64, 10, 16, normalize=True),
    case(128, 96, 33, 10, 1, offset=2560, normalize=True),
    case(200, 48, 80, 10, 16, quantile=0.9, normalize=True),
    case(256, 64, 128, 2, 2),
    case(300, 20, 20, 15, 32, duplicates=150),
    case(400, 100, 60, 10, 16, offset=-5120),
    case(500, 64, 96, 10, 2, normalize=True),
    case(640, 32, 256, 10, 16, duplicates=1),
    case(777, 77, 55, 9, 16),
    case(1000, 64, 64, 10, 32, normalize=True, quantile=0.95),
    case(1000, 128, 96, 10, 16, offset=12800),
    case(1024, 48, 48, 20, 1),
    case(1500, 64, 32, 10, 16, normalize=True),
    case(2000, 32, 64, 10, 16),
]


def integers(seed, count):
    """Numbers of mean 0 in -30 ... 30: the sum of the four lowest nibbles of SplitMix64's output, less 30."""
    z = numpy.uint64(seed) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    z = z ^ (z >> numpy.uint64(31))
    return sum(((z >> numpy.uint64(4 * b)) & numpy.uint64(15)).astype(numpy.int64) for b in range(4)) - 30


def features(spec, seed, d, side):
    """What both sides share through LATENTS latent numbers, noise, an offset, and first rows repeated at the end."""
    n = spec["n"]
    shared = integers(1000 * seed, n * LATENTS).reshape(n, LATENTS)
    weights = integers(1000 * seed + 1 + side, LATENTS * d).reshape(LATENTS, d)
    rows = shared @ weights + spec["noise"] * integers(1000 * seed + 3 + side, n * d).reshape(n, d) + spec["offset"]
    copies = spec["duplicates"]
    if copies:
        rows[n - copies:] = rows[:copies]
    return torch.from_numpy(rows / 256.0)


def prepared(metrics, spec, x):
    x = metrics.remove_outliers(x, spec["quantile"], exact=True)
    return F.normalize(x, p=2, dim=-1) if spec["normalize"] else x


def load_platonic_rep(directory):
    """Imports metrics.py. Where torchaudio's native part can't be loaded, its pure Python edit_distance is taken."""
    try:
        import torchaudio.functional  # noqa: F401
    except (ImportError, RuntimeError, OSError):
        root = Path(importlib.util.find_spec("torchaudio").origin).parent
        tree = ast.parse((root / "functional" / "functional.py").read_text())
        wanted = [node for node in tree.body if getattr(node, "name", "") == "edit_distance"]
        functional = types.ModuleType("torchaudio.functional")
        functional.__dict__.update(Sequence=Sequence, torch=torch)
        exec(compile(ast.Module(wanted, []), "edit_distance", "exec"), functional.__dict__)
        package = types.ModuleType("torchaudio")
        package.functional = functional
        for name in [name for name in sys.modules if name.startswith("torchaudio")]:
            del sys.modules[name]
        sys.modules.update({"torchaudio": package, "torchaudio.functional": functional})
    spec = importlib.util.spec_from_file_location("metrics", directory / "metrics.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def exact_svd(x, q):
    u, s, vh = torch.linalg.svd(x, full_matrices=False)
    return u[:, :q], s[:q], vh[:q].T


def stable(x, k):
    products = (x @ x.T).fill_diagonal_(float("-inf"))
    return products.sort(dim=1, descending=True, stable=True).indices[:, :k]


def measure(metrics, spec, a, b):
    m = metrics.AlignmentMetrics
    k = spec["k"]
    out = {}
    same = all(torch.equal(stable(x, k), metrics.compute_nearest_neighbors(x, k)) for x in (a, b))
    for name in ("mutual_knn", "cycle_knn", "lcs_knn", "edit_distance_knn"):
        out[name] = float(m.measure(name, a, b, topk=k)) if same else None
    out["cka"] = m.cka(a, b)
    out["cka_rbf"] = m.cka(a, b, kernel_metric="rbf", rbf_sigma=1.0 if spec["normalize"] else 8.0)
    out["unbiased_cka"] = m.unbiased_cka(a, b)
    tops = [(x @ x.T).fill_diagonal_(float("-inf")).topk(k, dim=1).indices.sort(dim=1).values for x in (a, b)]
    same = all(torch.equal(top, stable(x, k).sort(dim=1).values) for top, x in zip(tops, (a, b)))
    out["cknna"] = float(m.cknna(a, b, topk=k)) if same else None
    if min(a.shape[1], b.shape[1], a.shape[0] - 1) > CCA_DIM:
        values = []
        for seed in range(3):
            torch.manual_seed(seed)
            numpy.random.seed(seed)
            values.append(float(m.svcca(a, b, cca_dim=CCA_DIM)))
        out["svcca_as_published"] = float(numpy.mean(values))
        out["svcca_spread"] = max(values) - min(values)
        approximate = torch.svd_lowrank
        torch.svd_lowrank = exact_svd
        out["svcca"] = float(m.svcca(a, b, cca_dim=CCA_DIM))
        torch.svd_lowrank = approximate
    out["rsa"] = float(((cdist(a.numpy(), a.numpy()) - cdist(b.numpy(), b.numpy())) ** 2).mean())
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--platonic-rep", type=Path, required=True, help="its checkout")
    parser.add_argument("--out", type=Path, default=RESOURCES / "alignment.json")
    arguments = parser.parse_args()
    metrics = load_platonic_rep(arguments.platonic_rep)
    commit = subprocess.run(["git", "-C", arguments.platonic_rep, "rev-parse", "HEAD"], capture_output=True, text=True)
    cases = []
    for seed, spec in enumerate(CASES):
        a = prepared(metrics, spec, features(spec, seed, spec["dv"], 0))
        b = prepared(metrics, spec, features(spec, seed, spec["dt"], 1))
        cases.append({"seed": seed, **spec, "values": measure(metrics, spec, a, b)})
        print(cases[-1], flush=True)
    versions = {
        "platonic-rep": commit.stdout.strip() or "unknown",
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": numpy.__version__,
        "scikit-learn": sklearn.__version__,
        "scipy": scipy.__version__,
    }
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    text = f'{{\n  "versions": {json.dumps(versions)},\n  "cases": [\n{lines}\n  ]\n}}\n'
    arguments.out.write_text(text)


if __name__ == "__main__":
    main()

"""Makes the fixtures of the RSA loss (Eq. 5): inputs, values and both gradients for five distances.

Written from the definitions on explicit pairwise differences, in 80-bit floats with formulas that don't cancel,
and checked at small N against the textbook formulas in 60-digit arithmetic. A pair at distance zero has gradient zero.
Writes rsa.safetensors and rsa.json; running it again gives the same bytes for the same versions.
"""

import argparse
import hashlib
import json
import platform
import re
from pathlib import Path

import mpmath
import numpy
import safetensors
from safetensors.numpy import save_file

# Rows whose gradients are also checked numerically, by case. Elsewhere only the value is.
CHECKED_ROWS = {"n2": (0, 1), "n3": (0, 1, 2), "near-1e-5": (1, 5), "offset-300": (3,)}
RESOURCES = Path(__file__).resolve().parents[1] / "resources" / "reference"
REAL = numpy.longdouble


def safe_divide(numerator, denominator):
    return numpy.where(denominator > 0, numerator / numpy.where(denominator > 0, denominator, 1), 0)


def euclidean(z):
    difference = z[:, None] - z[None]
    kernel = numpy.sqrt((difference**2).sum(-1))
    return kernel, safe_divide(difference, kernel[..., None])


def squared_euclidean(z):
    difference = z[:, None] - z[None]
    return (difference**2).sum(-1), 2 * difference


def manhattan(z):
    difference = z[:, None] - z[None]
    return numpy.abs(difference).sum(-1), numpy.sign(difference)


def directions(z):
    """Unit rows, their norms, and for each pair the chord |u_i - u_j| and |u_i + u_j|."""
    norm = numpy.sqrt((z**2).sum(-1, keepdims=True))
    unit = z / norm
    chord = numpy.sqrt(((unit[:, None] - unit[None]) ** 2).sum(-1))
    opposite = numpy.sqrt(((unit[:, None] + unit[None]) ** 2).sum(-1))
    same = (z[:, None] == z[None]).all(-1)
    return unit, norm, numpy.where(same, 0, chord), opposite


def tangent(unit, norm, cosine):
    """d cos(z_i, z_j) / d z_i = (u_j - cos u_i) / |z_i|."""
    return (unit[None] - cosine[..., None] * unit[:, None]) / norm[:, None]


def cosine(z):
    """1 - cos, written as half the squared chord."""
    unit, norm, chord, _ = directions(z)
    kernel = chord**2 / 2
    return kernel, numpy.where((chord > 0)[..., None], -tangent(unit, norm, 1 - kernel), 0)


def angular(z):
    """arccos(cos) / pi, written with the half angle."""
    unit, norm, chord, opposite = directions(z)
    pi = 4 * numpy.arctan(REAL(1))
    angle = 2 * numpy.arctan2(chord, opposite)
    # tan = chord * opposite / 2 is the sine of the angle; the chord form of the tangent vector does not cancel.
    along = (unit[None] - unit[:, None]) + (chord**2 / 2)[..., None] * unit[:, None]
    sine = (chord * opposite / 2)[..., None]
    return angle / pi, -safe_divide(along / norm[:, None], sine) / pi


DISTANCES = {
    "euclidean": euclidean,
    "squared_euclidean": squared_euclidean,
    "manhattan": manhattan,
    "cosine": cosine,
    "angular": angular,
}


def loss(distance, vision, text):
    """Eq. 5 and its gradients: each pair counts twice in the sum, hence the 4."""
    n = len(vision)
    kernel_v, slope_v = DISTANCES[distance](vision.astype(REAL))
    kernel_t, slope_t = DISTANCES[distance](text.astype(REAL))
    gap = kernel_v - kernel_t
    value = (gap**2).sum() / n**2
    grad_v = 4 * (gap[..., None] * slope_v).sum(1) / n**2
    grad_t = -4 * (gap[..., None] * slope_t).sum(1) / n**2
    return value, grad_v, grad_t


def textbook(distance, x, y):
    if distance == "euclidean":
        return mpmath.sqrt(sum((a - b) ** 2 for a, b in zip(x, y)))
    if distance == "squared_euclidean":
        return sum((a - b) ** 2 for a, b in zip(x, y))
    if distance == "manhattan":
        return sum(abs(a - b) for a, b in zip(x, y))
    norms = mpmath.sqrt(sum(a * a for a in x)) * mpmath.sqrt(sum(b * b for b in y))
    cos = sum(a * b for a, b in zip(x, y)) / norms
    return 1 - cos if distance == "cosine" else mpmath.acos(max(-1, min(1, cos))) / mpmath.pi


def check(distance, vision, text, value, grad_v, grad_t, rows):
    """Compares with the textbook formulas in 60 digits; some gradient entries by central differences."""
    step = mpmath.mpf(10) ** -20

    def total(v, t):
        n = len(v)
        pairs = ((i, j) for i in range(n) for j in range(n) if i != j)
        return sum((textbook(distance, v[i], v[j]) - textbook(distance, t[i], t[j])) ** 2 for i, j in pairs) / n**2

    with mpmath.workdps(60):
        sides = [[[mpmath.mpf(float(a)) for a in row] for row in side] for side in (vision, text)]
        expected = total(*sides)
        assert abs(mpmath.mpf(repr(value).split("'")[1]) - expected) <= 1e-15 * expected + 1e-60, (
            distance,
            value,
            expected,
        )
        for side, gradient in zip(sides, (grad_v, grad_t)):
            largest = float(numpy.abs(gradient).max())
            for i in rows:
                row = side[i]
                for k, original in enumerate(row[:4]):
                    row[k] = original + step
                    above = total(*sides)
                    row[k] = original - step
                    below = total(*sides)
                    row[k] = original
                    numeric = float((above - below) / (2 * step))
                    assert abs(numeric - float(gradient[i, k])) <= 1e-14 * largest + 1e-30, (distance, i, k)


def draw(name, n, dims, scale):
    digest = hashlib.sha256(name.encode()).digest()
    return scale * numpy.random.default_rng(list(digest)).standard_normal((n, dims))


def pair(name, n, dv, dt):
    """Sides of different width and scale, with a shared part, as trained representations have."""
    shared = draw(name + "/shared", n, min(dv, dt), 1.0)
    vision, text = draw(name + "/vision", n, dv, 2.0), draw(name + "/text", n, dt, 0.5)
    vision[:, : shared.shape[1]] += shared
    text[:, : shared.shape[1]] += shared
    return vision, text


def near(name, spread):
    """Rows 1, 5 and 9 follow row 0, 4 and 8 at the given part of the spread: in vision, in text, in both."""
    vision, text = pair(name, 16, 8, 12)
    for row, sides in ((1, [vision]), (5, [text]), (9, [vision, text])):
        for number, side in enumerate(sides):
            side[row] = side[row - 1] + spread * draw(f"{name}/{row}/{number}", 1, side.shape[1], 1.0)[0]
    return vision, text


def bfloat16(values):
    """Rounds to the nearest bfloat16 (ties to even), as float64."""
    bits = values.astype(numpy.float32).view(numpy.uint32)
    bits = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000
    return bits.astype(numpy.uint32).view(numpy.float32).astype(numpy.float64)


def cases():
    """name -> (vision, text). Where rounding the inputs would change the answer, they fit the named type exactly."""
    result = {}
    for n, dv, dt in ((2, 3, 5), (3, 8, 5), (7, 16, 12), (64, 24, 36)):
        result[f"n{n}"] = pair(f"n{n}", n, dv, dt), "float64"
    result["same-width"] = pair("same-width", 7, 6, 6), "float64"
    vision, text = pair("identical", 7, 6, 6)
    result["identical"] = (vision, vision.copy()), "float64"
    vision, text = pair("duplicates", 16, 8, 12)
    vision[1], text[5] = vision[0], text[4]
    vision[9], text[9] = vision[8], text[8]
    vision[10], text[10] = vision[8], text[8]
    result["duplicates"] = (vision, text), "float32"
    result["near-1e-3"] = near("near-1e-3", 1e-3), "float32"
    result["near-1e-5"] = near("near-1e-5", 1e-5), "float32"
    vision, text = pair("offset-300", 16, 8, 12)
    result["offset-300"] = (vision + 300, text + 300), "float32"
    vision, text = pair("offset-300-vision", 64, 16, 8)
    result["offset-300-vision"] = (vision + 300, text), "float32"
    vision, text = pair("constant-vision", 7, 8, 12)
    result["constant-vision"] = (vision[:1].repeat(7, 0), text), "float32"
    vision, text = pair("constant-text", 7, 8, 12)
    result["constant-text"] = (vision, text[:1].repeat(7, 0)), "float32"
    result["constant-both"] = (vision[:1].repeat(7, 0), text[:1].repeat(7, 0)), "float32"
    result["bfloat16"] = pair("bfloat16", 16, 8, 12), "bfloat16"
    rounding = {
        "float64": lambda z: z,
        "float32": lambda z: z.astype(numpy.float32).astype(float),
        "bfloat16": bfloat16,
    }
    return {name: (*(rounding[kind](side) for side in sides), kind) for name, (sides, kind) in result.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=RESOURCES, help="directory to write into (default: %(default)s)")
    arguments = parser.parse_args()
    assert numpy.finfo(REAL).nmant >= 63, "needs 80-bit long double (x86-64)"
    tensors, facts = {}, {}
    for name, (vision, text, kind) in cases().items():
        tensors[f"{name}.vision"], tensors[f"{name}.text"] = vision, text
        values = {}
        for distance in DISTANCES:
            value, grad_v, grad_t = loss(distance, vision, text)
            if len(vision) <= 16:
                check(distance, vision, text, value, grad_v, grad_t, CHECKED_ROWS.get(name, ()))
            values[distance] = float(value)
            tensors[f"{name}.{distance}.grad_vision"] = grad_v.astype(float)
            tensors[f"{name}.{distance}.grad_text"] = grad_t.astype(float)
        facts[name] = {"inputs_fit": kind, "n": len(vision), "values": values}
    versions = {
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "mpmath": mpmath.__version__,
        "safetensors": safetensors.__version__,
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    save_file(tensors, arguments.out / "rsa.safetensors", {"format": "np"})
    text = json.dumps({"versions": versions, "distances": list(DISTANCES), "cases": facts}, indent=1)
    text = re.sub(r"[\[{][^\[\]{}]*[\]}]", lambda match: re.sub(r"\s*\n\s*", " ", match[0]), text)
    (arguments.out / "rsa.json").write_text(text + "\n")


if __name__ == "__main__":
    main()

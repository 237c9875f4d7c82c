#!/usr/bin/env python3
"""Draws the packages of a built checkout and counts what depends on what, from the JDK's own jdeps.

    mvn -q -Dquick -DskipTests package && python3 scripts/package_map.py --svg docs/images/packages.svg

Prints, as JSON: packages, classes (top level), arrows between packages, circles among packages and among the classes of
one package (strongly connected groups), and the largest package. --root DIR looks at another checkout.
"""

import argparse
import json
import re
import subprocess
from collections import defaultdict
from html import escape
from pathlib import Path

MODULES = ("core", "models", "eval", "train")
PREFIX = "org.rsavlm."
ROW, BOX, GAP, TOP = 30, 178, 96, 44


def dependencies(root: Path) -> dict[str, set[str]]:
    """Top-level class to the top-level classes of this project that it uses."""
    directories = [str(root / f"rsa-{module}/target/classes") for module in MODULES]
    text = subprocess.run(
        ["jdeps", "-verbose:class", "--ignore-missing-deps", "-filter:none", *directories],
        check=True, capture_output=True, text=True,
    ).stdout
    uses: dict[str, set[str]] = defaultdict(set)
    for line in text.splitlines():
        arrow = re.match(r"^\s+(org\.rsavlm\.\S+)\s+-> (\S+)", line)
        if arrow:
            name, used = (one.split("$")[0] for one in arrow.groups())
            uses[name]
            if used.startswith(PREFIX) and used != name:
                uses[name].add(used)
    return {name: used for name, used in uses.items() if not name.endswith("package-info")}


def package(name: str) -> str:
    return name.rsplit(".", 1)[0].removeprefix(PREFIX)


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Strongly connected groups of more than one node (Tarjan)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = []
            while not group or group[-1] != node:
                group.append(stack.pop())
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def svg(classes: dict[str, int], arrows: set[tuple[str, str]]) -> str:
    place = {}
    for column, module in enumerate(MODULES):
        own = sorted(name for name in classes if name.split(".")[0] == module)
        for row, name in enumerate(own):
            place[name] = (20 + column * (BOX + GAP), TOP + row * ROW)
    width = 20 + len(MODULES) * (BOX + GAP) - GAP + 60
    height = max(y for _, y in place.values()) + ROW + 14
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        "<style>text{fill:#24292f}.box{fill:#f6f8fa;stroke:#8c959f}.arrow{fill:none;stroke:#0969da;stroke-opacity:.22}"
        ".within{stroke:#bf3989;stroke-opacity:.35}.head{font-weight:bold}.count{fill:#57606a;font-size:10.5px}"
        "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.box{fill:#161b22;stroke:#6e7681}.arrow{stroke:#58a6ff}"
        ".within{stroke:#f778ba}.count{fill:#9da7b1}}</style>",
    ]
    for source, target in sorted(arrows):
        (x1, y1), (x2, y2) = place[source], place[target]
        y1, y2 = y1 + 10, y2 + 10
        if x1 == x2:
            bend = 14 + abs(y1 - y2) / 7
            path = f"M{x1 + BOX} {y1}C{x1 + BOX + bend:.0f} {y1} {x1 + BOX + bend:.0f} {y2} {x2 + BOX} {y2}"
            out.append(f'<path class="arrow within" d="{path}"/>')
        else:
            out.append(f'<path class="arrow" d="M{x1} {y1}C{x1 - 60} {y1} {x2 + BOX + 60} {y2} {x2 + BOX} {y2}"/>')
    for column, module in enumerate(MODULES):
        out.append(f'<text class="head" x="{20 + column * (BOX + GAP)}" y="26">rsa-{module}</text>')
    for name, (x, y) in place.items():
        out.append(f'<rect class="box" x="{x}" y="{y}" width="{BOX}" height="20" rx="4"/>')
        out.append(f'<text x="{x + 8}" y="{y + 14}">{escape(name)}</text>')
        out.append(f'<text class="count" text-anchor="end" x="{x + BOX - 8}" y="{y + 14}">{classes[name]}</text>')
    out.append("</svg>\n")
    return "\n".join(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--svg", type=Path, help="writes the picture")
    arguments = parser.parse_args()
    uses = dependencies(arguments.root)
    classes: dict[str, int] = defaultdict(int)
    between: dict[str, set[str]] = defaultdict(set)
    within: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, used in uses.items():
        classes[package(name)] += 1
        for other in used:
            if package(other) == package(name):
                within[package(name)][name].add(other)
            else:
                between[package(name)].add(package(other))
    arrows = {(source, target) for source, targets in between.items() for target in targets}
    inside = [[one.rsplit(".", 1)[1] for one in group] for graph in within.values() for group in circles(graph)]
    largest = max(classes, key=lambda name: classes[name])
    print(json.dumps({
        "packages": len(classes),
        "classes": sum(classes.values()),
        "arrows": len(arrows),
        "circles_among_packages": circles(between),
        "circles_within_packages": sorted(inside, key=len, reverse=True),
        "largest_package": {largest: classes[largest]},
    }, indent=2))
    if arguments.svg:
        arguments.svg.write_text(svg(classes, arrows))


if __name__ == "__main__":
    main()

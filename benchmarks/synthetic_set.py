#!/usr/bin/env python3
"""Writes a synthetic set of measurement files: invented responses, none measured.

usage: synthetic_set.py FOLDER PRODUCTS [--rows N] [--per-folder N] [--distinct N]

Each product has a left and a right file. There are only --distinct different responses; the other names are hard links to them,
so that a million names need no more disk than their folders (a link counts as a file of its own for everybody who opens it).
"""
import argparse
import math
import os
import random


def response(generator: random.Random, rows: int) -> str:
    bass, ear, treble = generator.uniform(-4, 8), generator.uniform(8, 14), generator.uniform(-6, 4)
    lines = ["* Synthetic response, not measured\n", "* Freq(Hz) SPL(dB)\n"]
    for i in range(rows):
        f = 20.0 * 1000.0 ** (i / (rows - 1))
        level = 90 + bass / (1 + (f / 110) ** 2) + ear * math.exp(-3 * math.log2(f / 3000) ** 2)
        level += treble / (1 + math.exp(-4 * math.log2(f / 7000))) + 0.4 * math.sin(9 * math.log(f) + bass)
        lines.append(f"{f:.4f} {level:.3f}\n")
    return "".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("products", type=int)
    parser.add_argument("--rows", type=int, default=480)
    parser.add_argument("--per-folder", type=int, default=1000, help="products a folder")
    parser.add_argument("--distinct", type=int, default=64)
    options = parser.parse_args()
    generator = random.Random(20261124)
    os.makedirs(options.folder, exist_ok=True)
    most_links = 30000  # ext4 has 65,000 a file
    distinct = max(options.distinct, 2 * options.products // most_links + 1)
    sources: list[str] = []
    for i in range(2 * options.products):
        folder = os.path.join(options.folder, f"set {i // 2 // options.per_folder:05d}")
        name = os.path.join(folder, f"Synthetic {i // 2:07d} {'LR'[i % 2]}.txt")
        if i % (2 * options.per_folder) == 0:
            os.makedirs(folder, exist_ok=True)
        if i < distinct:
            with open(name, "w", encoding="ascii") as file:
                file.write(response(generator, options.rows))
            sources.append(name)
        else:
            os.link(sources[i % distinct], name)


if __name__ == "__main__":
    main()

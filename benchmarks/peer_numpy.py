#!/usr/bin/env python3
"""What a plain script of a careful user makes of the same files: each is read with numpy or pandas, brought to 1/48 octave, compared with a
target, and its preference (in-ear, coefficients of Listen Inc.) computed. One thread, no warnings, no intervals, no hash, no report.

usage: peer_numpy.py --reader numpy|pandas --target targets/harman-ie-2019.csv < NAMES

Prints JSON: files, failures, wall and processor seconds from the first file on (imports are not counted).
"""
import argparse
import io
import json
import sys
import time

import numpy as np

GRID_HZ = 20.0 * 2.0 ** (np.arange(479) / 48.0)
LN_HZ = np.log(GRID_HZ)


def table_start(lines):
    """First line of the table and its delimiter."""
    for number, line in enumerate(lines):
        for delimiter in ("\t", ",", ";", None):
            cells = line.split(delimiter)
            try:
                float(cells[0]), float(cells[1])
                return number, delimiter
            except (ValueError, IndexError):
                continue
    raise ValueError("no table")


def read_numpy(text):
    lines = text.splitlines()
    start, delimiter = table_start(lines)
    return np.loadtxt(lines[start:], delimiter=delimiter, usecols=(0, 1))


def read_pandas(text):
    import pandas

    start, delimiter = table_start(text.splitlines())
    return pandas.read_csv(io.StringIO(text), sep=delimiter or r"\s+", skiprows=start, header=None, usecols=[0, 1], skip_blank_lines=False).to_numpy(float)


def preference(table, target_db):
    error = np.interp(LN_HZ, np.log(table[:, 0]), table[:, 1]) - target_db
    wide = (GRID_HZ >= 20.0) & (GRID_HZ <= 10000.0)
    slope = np.polyfit(LN_HZ[wide], error[wide], 1)[0]
    mean = np.mean(np.abs(error - np.interp(np.log(500.0), LN_HZ, error))[(GRID_HZ >= 40.0) & (GRID_HZ <= 10000.0)])
    return 100.0795 - 8.5 * np.std(error[wide], ddof=1) - 6.796 * abs(slope) - 3.475 * mean


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--reader", choices=("numpy", "pandas"), required=True)
    parser.add_argument("--target", required=True)
    options = parser.parse_args()
    reader = read_numpy if options.reader == "numpy" else read_pandas
    if options.reader == "pandas":
        import pandas  # noqa: F401: not a part of what is measured
    with open(options.target, encoding="utf-8") as file:
        target = read_numpy(file.read())
    target_db = np.interp(LN_HZ, np.log(target[:, 0]), target[:, 1])
    names = sys.stdin.read().splitlines()
    scores, failures = [], 0
    wall, cpu = time.monotonic(), time.process_time()
    for name in names:
        try:
            with open(name, encoding="utf-8", errors="replace") as file:
                scores.append(preference(reader(file.read()), target_db))
        except (ValueError, IndexError, OSError):
            failures += 1
    print(json.dumps({"files": len(names), "failures": failures, "mean_score": float(np.nanmean(scores)) if scores else None,
                      "wall_s": time.monotonic() - wall, "cpu_s": time.process_time() - cpu}))


if __name__ == "__main__":
    main()

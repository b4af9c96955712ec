#!/usr/bin/env python3
"""Measures `headscore batch` against a program that only opens, reads and closes the same files, and its growth with their number.

usage: batch.py --program build/release/headscore [--folder DIR]... [--large DIR]... [--files 5000] [--rounds 5]
                [--growth 1000,10000,100000] [--json FILE]

Every round runs each step once, so that a disturbed machine disturbs all alike; medians over the rounds are told, and ratios are
taken within a round. Beside wall time stands processor time (user + system), which a busy machine disturbs less. Real folders are
given by --folder: their text files are linked into one set, several times over, until there are --files. Without --folder the set is
synthetic.
"""
import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def run(command, stdin=None):
    """Wall seconds, processor seconds, peak memory in KB, output."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output = process.stdout.read()
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{command}: {errors.decode()}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, output


def real_set(folders, target, wanted, suffixes=(".txt", ".csv", ".frd"), least_bytes=0):
    sources = []
    for folder in folders:
        for place, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                path = os.path.join(place, name)
                if name.lower().endswith(suffixes) and os.path.getsize(path) >= least_bytes:
                    sources.append(path)
    if not sources:
        sys.exit(f"no text files in {folders}")
    for i in range(wanted):
        copy, source = divmod(i, len(sources))
        place = os.path.join(target, f"copy {copy}", os.path.basename(os.path.dirname(sources[source])))
        os.makedirs(place, exist_ok=True)
        destination = os.path.join(place, os.path.basename(sources[source]))
        if not os.path.exists(destination):
            try:
                os.link(sources[source], destination)
            except OSError:  # another file system
                shutil.copyfile(sources[source], destination)


def names_below(folder):
    return [os.path.join(place, name) for place, _, names in sorted(os.walk(folder)) for name in sorted(names)]


def batch(program, folder, work, jobs, intervals):
    out = os.path.join(work, "results.jsonl")
    result = run([program, "batch", folder, "--form", "in-ear", "--intervals", str(intervals), "--jobs", str(jobs), "--fresh", "--quiet", "--out", out])
    return (*result, os.path.getsize(out))


def against_limit(program, limit, folder, work, rounds):
    names = names_below(folder)
    names_file = os.path.join(work, "names")
    with open(names_file, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write("\n".join(names) + "\n")
    steps = {"open_read_close": None}
    for intervals in (0, 200):
        for jobs in (1, 2):
            steps[f"batch intervals {intervals} jobs {jobs}"] = (jobs, intervals)
    wall = {step: [] for step in steps}
    cpu = {step: [] for step in steps}
    size = 0
    for _ in range(rounds + 1):  # the first round warms the cache
        for step, setting in steps.items():
            if setting is None:
                with open(names_file, "rb") as file:
                    facts = json.loads(run([limit], stdin=file)[3])
                size = facts["bytes"]
                wall[step].append(facts["wall_s"])
                cpu[step].append(facts["cpu_s"])
            else:
                seconds, processor, _, _, _ = batch(program, folder, work, *setting)
                wall[step].append(seconds)
                cpu[step].append(processor)
    rows = []
    for step in steps:
        ratios = [a / b for a, b in zip(cpu[step][1:], cpu["open_read_close"][1:])]
        rows.append({"step": step, "wall_s": statistics.median(wall[step][1:]), "cpu_s": statistics.median(cpu[step][1:]),
                     "files_per_cpu_s": len(names) / statistics.median(cpu[step][1:]),
                     "mb_per_cpu_s": size / 1e6 / statistics.median(cpu[step][1:]), "cpu_ratio_to_limit": statistics.median(ratios)})
    speedup = {}
    for intervals in (0, 200):
        one, two = (wall[f"batch intervals {intervals} jobs {jobs}"][1:] for jobs in (1, 2))
        speedup[f"intervals {intervals}"] = statistics.median(a / b for a, b in zip(one, two))
    return {"files": len(names), "bytes": size, "rows": rows, "two_threads_wall_speedup": speedup}


def growth(program, work, counts):
    rows = []
    for count in counts:
        folder = os.path.join(work, f"growth {count}")
        subprocess.run([sys.executable, os.path.join(HERE, "synthetic_set.py"), folder, str(count // 2)], check=True)
        wall, processor, memory, _, size = batch(program, folder, work, os.cpu_count() or 1, 0)
        rows.append({"files": count, "wall_s": wall, "cpu_s": processor, "cpu_us_per_file": 1e6 * processor / count, "peak_memory_mb": memory / 1024,
                     "results_bytes_per_product": size / (count / 2)})
        shutil.rmtree(folder)
        print(f"growth {count}: {rows[-1]}", file=sys.stderr)
    return rows


def sounds(program, work, count, recording, sweep, rounds):
    """Recordings of a sweep: files a second on one thread and on two, in turns."""
    folder = os.path.join(work, "sounds")
    os.makedirs(folder)
    for i in range(count):
        shutil.copyfile(recording, os.path.join(folder, f"Recording {i + 1}x{os.path.splitext(recording)[1]}"))
    wall, cpu, memory = {1: [], 2: []}, {1: [], 2: []}, {1: [], 2: []}
    for _ in range(rounds):
        for jobs in (1, 2):
            seconds, processor, peak, _ = run([program, "batch", folder, "--sweep", sweep, "--form", "over-ear", "--intervals", "0", "--jobs", str(jobs), "--fresh",
                                               "--quiet", "--out", os.path.join(work, "sounds.jsonl")])
            for table, value in ((wall, seconds), (cpu, processor), (memory, peak)):
                table[jobs].append(value)
    shutil.rmtree(folder)
    rows = [{"threads": jobs, "wall_s": statistics.median(wall[jobs]), "cpu_s": statistics.median(cpu[jobs]), "files_per_s": count / statistics.median(wall[jobs]),
             "peak_memory_mb": max(memory[jobs]) / 1024} for jobs in (1, 2)]
    return {"files": count, "bytes_each": os.path.getsize(recording), "rows": rows,
            "two_threads_wall_speedup": statistics.median(one / two for one, two in zip(wall[1], wall[2]))}


def main():
    sample = os.path.join(HERE, "..", "data", "sample", "recordings")
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--folder", action="append", default=[])
    parser.add_argument("--large", action="append", default=[])
    parser.add_argument("--large-bytes", type=int, default=400000, help="files below this size are no large ones")
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--large-files", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--growth", default="1000,10000,100000")
    parser.add_argument("--sounds", type=int, default=200, help="recordings of a sweep; 0: none")
    parser.add_argument("--recording", default=os.path.join(sample, "Sample Recorded.flac"))
    parser.add_argument("--sweep", default=os.path.join(sample, "sweep.json"))
    parser.add_argument("--json")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    document = {"machine": {"cpus": os.cpu_count(), "machine": platform.machine(), "load_before": os.getloadavg()[0]},
                "version": run([program, "--version"])[3].decode().strip(), "rounds": options.rounds}
    with tempfile.TemporaryDirectory() as work:
        limit = os.path.join(work, "open_read_close")
        subprocess.run(["cc", "-O2", "-o", limit, os.path.join(HERE, "open_read_close.c")], check=True)
        folder = os.path.join(work, "set")
        if options.folder:
            real_set(options.folder, folder, options.files)
        else:
            subprocess.run([sys.executable, os.path.join(HERE, "synthetic_set.py"), folder, str(options.files // 2), "--distinct", "5000"], check=True)
        document["set"] = "real" if options.folder else "synthetic"
        document["against_limit"] = against_limit(program, limit, folder, work, options.rounds)
        if options.large:
            large = os.path.join(work, "large")
            real_set(options.large, large, options.large_files, least_bytes=options.large_bytes)
            document["large_files"] = against_limit(program, limit, large, work, options.rounds)
        if options.sounds:
            document["sounds"] = sounds(program, work, options.sounds, options.recording, options.sweep, options.rounds)
        document["growth"] = growth(program, work, [int(count) for count in options.growth.split(",") if count])
    document["machine"]["load_after"] = os.getloadavg()[0]
    text = json.dumps(document, indent=1)
    if options.json:
        os.makedirs(os.path.dirname(os.path.abspath(options.json)), exist_ok=True)
        with open(options.json, "w", encoding="ascii") as file:
            file.write(text + "\n")
    print(text)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Measures `headscore batch`: against a program that only opens, reads and closes the same files, against plain numpy and pandas scripts,
on one and two threads, and its growth with the number of files.

usage: batch.py --program build/release/headscore [--folder DIR]... [--large DIR]... [--files 5000] [--large-files 300] [--rounds 5]
                [--peer-python /usr/bin/python3] [--peer-files 500] [--growth 1000,10000,100000,1000000] [--json FILE]

Every round runs each step once, so that a disturbed machine disturbs all alike; medians over the rounds are told, and ratios are
taken within a round. Beside wall time stands processor time (user + system), which a busy machine disturbs less. Real folders are
given by --folder and --large: their text files are linked into one set, several times over, until there are enough. Without --folder the set
is synthetic. The peers need numpy and pandas (Debian's python3-numpy, python3-pandas); what is missing is left out and noted.
Beside the speedup of two threads stands that of two processes of one thread each: what two cores of the machine give at most.
Growth is measured without intervals and with them; the time of a run over one product is told apart as start-up, and memory is the
program's own peak (child_usage.c).
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


def output_of(command, stdin=None):
    done = subprocess.run(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{command}: {done.stderr.decode()}")
    return done.stdout


def usage_of(work, command):
    """What the command used: wall_s, cpu_s, peak_kb."""
    report = os.path.join(work, "usage")
    output_of([os.path.join(work, "child_usage"), report, *command])
    with open(report, encoding="ascii") as file:
        return json.load(file)


def real_set(folders, target, wanted, least_bytes=0, most_bytes=float("inf"), suffixes=(".txt", ".csv", ".frd")):
    sources = []
    for folder in folders:
        for place, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                path = os.path.join(place, name)
                if name.lower().endswith(suffixes) and least_bytes <= os.path.getsize(path) < most_bytes:
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
    """usage_of() a batch over the folder, with results_bytes."""
    out = os.path.join(work, "results.jsonl")
    usage = usage_of(work, [program, "batch", folder, "--form", "in-ear", "--intervals", str(intervals), "--jobs", str(jobs), "--fresh", "--quiet", "--out", out])
    return {**usage, "results_bytes": os.path.getsize(out)}


def pair_wall_s(program, folder, work, intervals):
    """Wall time of two batches of one thread each over the folder, started together: what the machine gives to two of them, whatever they do."""
    started = time.perf_counter()
    pair = [subprocess.Popen([program, "batch", folder, "--form", "in-ear", "--intervals", str(intervals), "--jobs", "1", "--fresh", "--quiet",
                              "--out", os.path.join(work, f"pair {number}.jsonl")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for number in range(2)]
    for process in pair:
        if process.wait() not in (0, 1):
            sys.exit(f"{process.args}: exit status {process.returncode}")
    return time.perf_counter() - started


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
    pairs = {0: [], 200: []}
    size = 0
    for _ in range(rounds + 1):  # the first round warms the cache
        for step, setting in steps.items():
            if setting is None:
                with open(names_file, "rb") as file:
                    facts = json.loads(output_of([limit], stdin=file))
                size = facts["bytes"]
                wall[step].append(facts["wall_s"])
                cpu[step].append(facts["cpu_s"])
            else:
                used = batch(program, folder, work, *setting)
                wall[step].append(used["wall_s"])
                cpu[step].append(used["cpu_s"])
        for intervals, walls in pairs.items():
            walls.append(pair_wall_s(program, folder, work, intervals))
    rows = []
    for step in steps:
        ratios = [a / b for a, b in zip(cpu[step][1:], cpu["open_read_close"][1:])]
        rows.append({"step": step, "wall_s": statistics.median(wall[step][1:]), "cpu_s": statistics.median(cpu[step][1:]),
                     "files_per_cpu_s": len(names) / statistics.median(cpu[step][1:]),
                     "mb_per_cpu_s": size / 1e6 / statistics.median(cpu[step][1:]), "cpu_ratio_to_limit": statistics.median(ratios)})
    speedup, bound = {}, {}
    for intervals in (0, 200):
        one, two = (wall[f"batch intervals {intervals} jobs {jobs}"][1:] for jobs in (1, 2))
        speedup[f"intervals {intervals}"] = statistics.median(a / b for a, b in zip(one, two))
        bound[f"intervals {intervals}"] = statistics.median(2 * a / b for a, b in zip(one, pairs[intervals][1:]))
    return {"files": len(names), "bytes": size, "rows": rows, "two_threads_wall_speedup": speedup, "two_processes_wall_speedup": bound}


def peers(python, program, folder, work, rounds, wanted):
    """A plain script with numpy, and with pandas, on part of the same files, in turns with the batch on those."""
    part = os.path.join(work, "peer set")
    names = names_below(folder)
    chosen = names[:: max(1, len(names) // wanted)][:wanted]
    for number, name in enumerate(chosen):
        place = os.path.join(part, f"{number:05d}")
        os.makedirs(place)
        os.link(name, os.path.join(place, os.path.basename(name)))
    steps, notes = {}, []
    for reader in ("numpy", "pandas"):
        if subprocess.run([python, "-c", f"import numpy, {reader}"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            steps[reader] = []
        else:
            notes.append(f"{reader} is not installed for {python}: left out")
    used = {f"batch intervals {intervals} jobs 1": [] for intervals in (0, 200)}
    listed = "\n".join(names_below(part)) + "\n"
    for _ in range(rounds):
        for reader, results in steps.items():
            script = [python, os.path.join(HERE, "peer_numpy.py"), "--reader", reader, "--target", os.path.join(HERE, "..", "targets", "harman-ie-2019.csv")]
            results.append(json.loads(subprocess.run(script, input=listed.encode(errors="surrogateescape"), stdout=subprocess.PIPE, check=True).stdout))
        for intervals in (0, 200):
            used[f"batch intervals {intervals} jobs 1"].append(batch(program, part, work, 1, intervals))
    rows = [{"step": reader, "files_per_cpu_s": len(chosen) / statistics.median(r["cpu_s"] for r in results), "failures": results[0]["failures"]}
            for reader, results in steps.items()]
    rows += [{"step": step, "files_per_cpu_s": len(chosen) / statistics.median(r["cpu_s"] for r in results)} for step, results in used.items()]
    return {"files": len(chosen), "rows": rows, "notes": notes}


def growth(program, work, counts):
    rows = []
    jobs = os.cpu_count() or 1
    start_up = {}
    for count in [2, *counts]:
        folder = os.path.join(work, f"growth {count}")
        subprocess.run([sys.executable, os.path.join(HERE, "synthetic_set.py"), folder, str(count // 2)], check=True)
        for intervals in (0, 200):
            if count == 2:
                start_up[intervals] = statistics.median(batch(program, folder, work, jobs, intervals)["cpu_s"] for _ in range(5))
                continue
            used = batch(program, folder, work, jobs, intervals)
            rows.append({"files": count, "intervals": intervals, "wall_s": used["wall_s"], "cpu_s": used["cpu_s"],
                         "cpu_us_per_file": 1e6 * used["cpu_s"] / count, "cpu_us_per_file_after_start_up": 1e6 * (used["cpu_s"] - start_up[intervals]) / count,
                         "peak_memory_mb": used["peak_kb"] / 1024, "results_bytes_per_product": used["results_bytes"] / (count / 2)})
            print(f"growth {count}: {rows[-1]}", file=sys.stderr)
        shutil.rmtree(folder)
    return {"jobs": jobs, "start_up_cpu_ms": {f"intervals {intervals}": 1e3 * seconds for intervals, seconds in start_up.items()}, "rows": rows}


def sounds(program, work, count, recording, sweep, rounds):
    """Recordings of a sweep: files a second on one thread and on two, in turns."""
    folder = os.path.join(work, "sounds")
    os.makedirs(folder)
    for i in range(count):
        shutil.copyfile(recording, os.path.join(folder, f"Recording {i + 1}x{os.path.splitext(recording)[1]}"))
    used = {1: [], 2: []}
    for _ in range(rounds):
        for jobs, usages in used.items():
            usages.append(usage_of(work, [program, "batch", folder, "--sweep", sweep, "--form", "over-ear", "--intervals", "0", "--jobs", str(jobs), "--fresh",
                                          "--quiet", "--out", os.path.join(work, "sounds.jsonl")]))
    shutil.rmtree(folder)
    rows = []
    for jobs, usages in used.items():
        wall = statistics.median(usage["wall_s"] for usage in usages)
        rows.append({"threads": jobs, "wall_s": wall, "cpu_s": statistics.median(usage["cpu_s"] for usage in usages), "files_per_s": count / wall,
                     "peak_memory_mb": max(usage["peak_kb"] for usage in usages) / 1024})
    return {"files": count, "bytes_each": os.path.getsize(recording), "rows": rows,
            "two_threads_wall_speedup": statistics.median(one["wall_s"] / two["wall_s"] for one, two in zip(used[1], used[2]))}


def main():
    sample = os.path.join(HERE, "..", "data", "sample", "recordings")
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--folder", action="append", default=[])
    parser.add_argument("--large", action="append", default=[])
    parser.add_argument("--large-bytes", type=int, default=400000, help="with --large, files from this size on are in its set alone")
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--large-files", type=int, default=300)
    parser.add_argument("--peer-python", default="/usr/bin/python3", help="that has numpy and pandas")
    parser.add_argument("--peer-files", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sounds", type=int, default=200, help="recordings of a sweep; 0: none")
    parser.add_argument("--recording", default=os.path.join(sample, "Sample Recorded.flac"))
    parser.add_argument("--sweep", default=os.path.join(sample, "sweep.json"))
    parser.add_argument("--growth", default="1000,10000,100000,1000000")
    parser.add_argument("--json")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    document = {"machine": {"cpus": os.cpu_count(), "machine": platform.machine(), "load_before": os.getloadavg()[0]},
                "version": output_of([program, "--version"]).decode().strip(), "rounds": options.rounds}
    with tempfile.TemporaryDirectory() as work:
        limit = os.path.join(work, "open_read_close")
        for name in ("open_read_close", "child_usage"):
            subprocess.run(["cc", "-O2", "-o", os.path.join(work, name), os.path.join(HERE, name + ".c")], check=True)
        folder = os.path.join(work, "set")
        if options.folder:
            real_set(options.folder, folder, options.files, most_bytes=options.large_bytes if options.large else float("inf"))
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
        document["peers"] = peers(options.peer_python, program, folder, work, options.rounds, options.peer_files)
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

#!/usr/bin/env python3
"""Measures a known chain with DRC's sweep (Debian package drc), by DRC's lsconv and by headscore, on the same files.

    compare_drc.py HEADSCORE [WORK_FOLDER]

Prints the largest error from 25 Hz to 19 kHz for noise at -90 and -60 dBFS. Needs glsweep and lsconv on the PATH, and nothing else.
"""
import cmath
import json
import math
import random
import struct
import subprocess
import sys
import tempfile
from array import array
from pathlib import Path

RATE = 48000


def bell(hz, gain_db, q):
    a = 10 ** (gain_db / 40)
    w = 2 * math.pi * hz / RATE
    alpha = math.sin(w) / (2 * q)
    a0 = 1 + alpha / a
    return (1 + alpha * a) / a0, -2 * math.cos(w) / a0, (1 - alpha * a) / a0, -2 * math.cos(w) / a0, (1 - alpha / a) / a0


CHAIN = [bell(105, 5, 0.8), bell(900, -3, 1), bell(3100, 8, 2), bell(8700, -9, 5), bell(13500, 6, 6)]


def heard(samples, noise_db, seed):
    for b0, b1, b2, a1, a2 in CHAIN:
        z1 = z2 = 0.0
        out = []
        for x in samples:
            y = b0 * x + z1
            z1 = b1 * x - a1 * y + z2
            z2 = b2 * x - a2 * y
            out.append(y)
        samples = out
    rng = random.Random(seed)
    rms = 10 ** (noise_db / 20)
    return [0.25 * x + rng.gauss(0, rms) for x in samples]


def truth_db(hz):
    z = cmath.exp(-2j * math.pi * hz / RATE)
    h = 1
    for b0, b1, b2, a1, a2 in CHAIN:
        h *= (b0 + b1 * z + b2 * z * z) / (1 + a1 * z + a2 * z * z)
    return 20 * math.log10(abs(h))


def write_wav(path, samples):
    data = array("f", samples).tobytes()
    head = b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 3, 1, RATE, RATE * 4, 4, 32)
    path.write_bytes(head + b"data" + struct.pack("<I", len(data)) + data)


def read_pcm(path):
    samples = array("f")
    samples.frombytes(path.read_bytes())
    return list(samples)


def largest_error(program, arguments):
    text = subprocess.run([program, "measure", *arguments, "--format", "json"], capture_output=True, text=True, check=True).stdout
    channel = json.loads(text)["recordings"][0]["channels"][0]
    rows = list(zip(channel["frequency_hz"], channel["level_db"]))
    # The level that was played is not the question: shapes are compared, moved to agree from 500 Hz to 2 kHz.
    errors = [(f, level - truth_db(f)) for f, level in rows if 25 <= f <= 19000]
    middle = [e for f, e in errors if 500 <= f <= 2000]
    shift = sum(middle) / len(middle)
    return max(abs(e - shift) for _, e in errors)


def main():
    program = sys.argv[1]
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    sweep, inverse = folder / "sweep.pcm", folder / "inverse.pcm"
    subprocess.run(["glsweep", str(RATE), "0.5", "10", "22000", "5", "1", "0.05", "0.005", sweep, inverse], check=True, stdout=subprocess.DEVNULL)
    played = read_pcm(sweep)
    write_wav(folder / "played.wav", played)
    for noise_db in (-90, -60):
        recording = heard(played + [0.0] * RATE, noise_db, 1)
        (folder / "recorded.pcm").write_bytes(array("f", recording).tobytes())
        write_wav(folder / "recorded.wav", recording)
        subprocess.run(["lsconv", folder / "recorded.pcm", inverse, folder / "impulse.pcm"], check=True, stdout=subprocess.DEVNULL)
        impulse = read_pcm(folder / "impulse.pcm")
        peak = max(range(len(impulse)), key=lambda i: abs(impulse[i]))
        # 0.6 s about the peak; of several windows the one that errs least, which only who knows the truth can choose.
        write_wav(folder / "impulse.wav", impulse[max(0, peak - 4800):peak + 24000])
        windows = ["1,60", "1,300", "5,60", "5,300", "20,100", "20,300", "60,300"]
        drc = min(largest_error(program, [str(folder / "impulse.wav"), "--impulse", "--window", window]) for window in windows)
        own = largest_error(program, [str(folder / "recorded.wav"), "--sweep", str(folder / "played.wav")])
        print(f"noise {noise_db} dBFS: lsconv {drc:.4f} dB, headscore {own:.4f} dB")


main()

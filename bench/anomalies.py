"""Anomaly scores beside scikit-learn's isolation forest and local outlier factor, on the same rows.

    python3 -m venv venv && venv/bin/pip install numpy scikit-learn==1.7.2
    go build -o . ./cmd/train ./cmd/sample
    LATENTSPACE_DATA=… venv/bin/python bench/anomalies.py [wdbc] [optdigits] [mnist]

Each set is trained without one class: the benign rows of wdbc, optdigits and MNIST without a digit.
Three quarters of the other rows are to train on; the last quarter and the class that was kept out are
scored. A line has the area under the curve of every score, and the seconds of each program. The local
outlier factor has 20 neighbours, and of its areas with raw and with standardised values the better
one counts.
"""

import csv
import gzip
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import LocalOutlierFactor
from sklearn.preprocessing import StandardScaler

DATA = os.environ["LATENTSPACE_DATA"]
SCORES = ["score", "likelihood", "reconstruction", "density", "neighbours"]
ARRAY = """
name: anomalies
data: {{kind: array, file: {file}, test: 0}}
model: {{kind: vae, latent: {latent}, likelihood: gaussian, encoder: {{kind: mlp, hidden: [256]}}}}
train: {{epochs: {epochs}, batch: 64, samples: 0, optimizer: {{kind: adam, lr: 1e-3}}, schedule: {{kind: cosine}}}}
"""


def split(values, odd, seed, most=None):
    """Rows to train on, rows to score, and which of those are of the class that was kept out."""
    rng = np.random.default_rng(seed)
    usual = values[~odd]
    rng.shuffle(usual)
    strange = values[odd]
    n = len(usual) * 3 // 4
    train, held = usual[:n], usual[n:]
    if most:
        train, held, strange = train[:most], held[: most // 5], strange[: most // 5]
    return train, np.vstack([held, strange]), np.r_[np.zeros(len(held)), np.ones(len(strange))]


def peers(train, test, odd):
    out = {}
    start = time.time()
    out["isolation forest"] = roc_auc_score(odd, -IsolationForest(n_estimators=200, random_state=0).fit(train).score_samples(test))
    scaled = StandardScaler().fit(train)
    areas = []
    for a, b in ((train, test), (scaled.transform(train), scaled.transform(test))):
        areas.append(roc_auc_score(odd, -LocalOutlierFactor(n_neighbors=20, novelty=True).fit(a).score_samples(b)))
    out["local outlier factor"] = max(areas)
    return out, time.time() - start


def ours(train, test, odd, folder, config, names):
    start = time.time()
    write = (lambda f, x: np.save(f, x.astype(np.float32))) if names is None else lambda f, x: write_csv(f, x, names)
    ending = ".npy" if names is None else ".csv"
    files = [os.path.join(folder, f + ending) for f in ("train", "test")]
    write(files[0], train), write(files[1], test)
    run, scores = os.path.join(folder, "run"), os.path.join(folder, "scores.csv")
    for args in (["./train", *config(files[0], folder), "-out", run],
                 ["./sample", "score", "-run", run, "-i", files[1], "-draws", "16", "-o", scores]):
        done = subprocess.run(args, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(args)}: {done.stderr}")
    rows = list(csv.DictReader(open(scores)))
    return {s: roc_auc_score(odd, [float(r[s]) for r in rows]) for s in SCORES}, time.time() - start


def write_csv(file, rows, names):
    with open(file, "w", newline="") as f:
        out = csv.writer(f)
        out.writerow(names)
        out.writerows([repr(float(v)) for v in row] for row in rows)


def table_config(file, _):
    return ["-config", "table", "-set", f"data.file={file}", "-set", "data.label=none", "-set", "data.test=0", "-set", "train.samples=0"]


def array_config(epochs, latent):
    def config(file, folder):
        path = os.path.join(folder, "config.yaml")
        with open(path, "w") as f:
            f.write(ARRAY.format(file=file, epochs=epochs, latent=latent))
        return ["-config", path]
    return config


def compare(name, values, odd, seed, config, names=None, most=None):
    train, test, kept = split(values.copy(), odd, seed, most)
    areas, seconds = peers(train, test, kept)
    with tempfile.TemporaryDirectory() as folder:
        own, spent = ours(train, test, kept, folder, config, names)
    better, best = max(areas.values()), max(own.values())
    print(f"{name:14s}", *(f"{v:.3f}" for v in areas.values()), "|", *(f"{v:.3f}" for v in own.values()),
          f"| best {best:.3f}, {best - better:+.3f} | {seconds:.0f} s, {spent:.0f} s", flush=True)


def idx(name, head):
    return np.frombuffer(gzip.open(os.path.join(DATA, "mnist", name)).read(), np.uint8, offset=head)


def main():
    wanted = sys.argv[1:] or ["wdbc", "optdigits", "mnist"]
    print("without         forest LOF    |", *(f"{s[:5]:5s}" for s in SCORES))
    if "wdbc" in wanted:
        rows = [r for r in csv.reader(open(os.path.join(DATA, "tables", "wdbc.data"))) if r]
        values = np.array([[float(v) for v in r[2:]] for r in rows])
        malignant = np.array([r[1] == "M" for r in rows])
        for seed in (1, 2, 3):
            compare(f"wdbc M, {seed}", values, malignant, seed, table_config, [f"c{k}" for k in range(30)])
    if "optdigits" in wanted:
        rows = np.loadtxt(os.path.join(DATA, "tables", "optdigits.tra"), delimiter=",")
        for digit in (0, 1, 4, 8, 9):
            compare(f"optdigits {digit}", rows[:, :-1] / 16, rows[:, -1] == digit, 1, array_config(40, 16))
    if "mnist" in wanted:
        values = idx("train-images-idx3-ubyte.gz", 16).reshape(-1, 784) / 255
        digits = idx("train-labels-idx1-ubyte.gz", 8)
        for digit in (0, 1, 4, 8, 9):
            compare(f"mnist {digit}", values, digits == digit, 1, array_config(20, 32), most=10_000)


main()

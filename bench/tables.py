"""Synthetic rows of a table, judged by SDMetrics, and CTGAN and TVAE beside them.

    python3 -m venv venv && venv/bin/pip install sdmetrics==0.32.0 ctgan==0.12.1
    venv/bin/python bench/tables.py judge adult.csv synthetic.csv      # SDMetrics' own scores of two files
    venv/bin/python bench/tables.py peer tvae 300 adult.csv out.csv    # trains TVAE or CTGAN, and times it

The table is UCI's adult, with an index column without a name and ? for what is missing. judge prints
the mean column shape, the mean pair trend over all pairs, and over the pairs that the quality report
takes for related; their names in `sample evaluate` are column_shapes, pair_trends, related_trends.
For a line beside a peer, synthetic rows are as many as training rows.
"""

import sys
import time
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
NUMBERS = ["age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week"]


def load(file, missing=True):
    table = pd.read_csv(file, skipinitialspace=True, na_values="?" if missing else None)
    return table.drop(columns=[c for c in table.columns if c.startswith("Unnamed")])


def judge(real, synthetic):
    from sdmetrics.reports.single_table import QualityReport
    from sdmetrics.reports.single_table._properties import ColumnPairTrends

    a, b = load(real), load(synthetic)
    b = b[a.columns]
    kinds = {c: {"sdtype": "numerical" if c in NUMBERS else "categorical"} for c in a.columns}
    report = QualityReport()
    report.generate(a, b, {"columns": kinds}, verbose=False)
    scores = report.get_properties()["Score"]
    pairs = ColumnPairTrends()
    pairs.num_rows_subsample = None
    every = pairs._generate_details(a, b, {"columns": kinds})["Score"].mean()
    print(f"column shapes {scores[0]:.4f}  pair trends {every:.4f}  related trends {scores[1]:.4f}")


def peer(name, epochs, file, out):
    import ctgan
    import torch

    torch.manual_seed(0)
    np.random.seed(0)
    table = load(file, missing=False)
    rows = table.sample(len(table) * 3 // 4, random_state=1)
    model = {"tvae": ctgan.TVAE, "ctgan": ctgan.CTGAN}[name](epochs=int(epochs), enable_gpu=False)
    wall, cpu = time.time(), time.process_time()
    model.fit(rows, [c for c in table.columns if c not in NUMBERS])
    print(f"{name}, {epochs} epochs: {time.time() - wall:.0f} s, {time.process_time() - cpu:.0f} s of processors")
    model.sample(len(rows)).to_csv(out, index=False)


{"judge": judge, "peer": peer}[sys.argv[1]](*sys.argv[2:])

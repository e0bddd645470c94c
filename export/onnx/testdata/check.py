"""Runs models of ONNX on batches of 1, 3 and the rest, and prints how far their numbers are from those wanted."""
import json, os, sys
import numpy as np, onnx, onnxruntime

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.log_severity_level = 3


def channels(x):  # first
    return np.ascontiguousarray(x.transpose(0, 3, 1, 2)) if x.ndim == 4 else x


def array(folder, a, plain=False):
    x = np.fromfile(os.path.join(folder, a["file"]), dtype="<f4").reshape(a["shape"])
    return x if plain else channels(x)


def session(model):
    file = os.path.join(folder, model)
    onnx.checker.check_model(onnx.load(file), full_check=True)
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


def needed(s, values):
    return {i.name: values[i.name] for i in s.get_inputs()}


def write(case, inputs, steps):
    """The likeliest token at each step, up to the end."""
    start, step = session(case["model"]), session(case["step"])
    n = len(next(iter(inputs.values())))
    values = dict(inputs, token=np.full(n, -1, np.float32))
    for i, v in enumerate(start.run(None, needed(start, inputs))):
        values[f"state{i}"] = v
    tokens, done = np.full((n, steps), -1, np.float32), np.zeros(n, bool)
    for t in range(steps):
        logits, *state = step.run(None, needed(step, values))
        best = logits.argmax(-1)
        tokens[:, t] = np.where(done, -1, best)
        values["token"] = tokens[:, t].copy()
        done |= best == case["end"]
        for i, v in enumerate(state):
            values[f"state{i}"] = v
    return tokens


folder = sys.argv[1]
results = {}
with open(os.path.join(folder, "cases.json")) as f:
    cases = json.load(f)
for case in cases:
    try:
        inputs = {a["name"]: array(folder, a, case.get("plain")) for a in case["inputs"]}
        wanted = [array(folder, a) for a in case["outputs"]]
        names = [a["name"] for a in case["outputs"]]
        n = len(wanted[0])
        worst = largest = 0.0
        s = None if "step" in case else session(case["model"])
        for lo, hi in ((0, n),) if case.get("plain") else ((0, 1), (1, 4), (4, n)):
            batch = {k: v[lo:hi] for k, v in inputs.items()}
            got = s.run(names, batch) if s else [write(case, batch, wanted[0].shape[1])]
            for g, w in zip(got, wanted):
                w = w[lo:hi]
                if g.shape != w.shape:
                    raise ValueError(f"shape {g.shape}, want {w.shape}")
                d = np.abs(g.astype(np.float64) - w)
                worst = max(worst, float(np.where(np.isnan(d), np.inf, d).max()))
                largest = max(largest, float(np.abs(w).max()))
        results[case["name"]] = {"difference": worst, "largest": largest}
    except Exception as e:
        results[case["name"]] = {"error": f"{type(e).__name__}: {e}"[:1500]}
print(json.dumps(results))

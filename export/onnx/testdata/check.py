"""Runs models of ONNX on batches of 1, 3 and the rest, and prints how far their numbers are from those wanted."""
import json, os, sys
import numpy as np, onnx, onnxruntime

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.log_severity_level = 3


def channels(x):  # first
    return np.ascontiguousarray(x.transpose(0, 3, 1, 2)) if x.ndim == 4 else x


def array(folder, a):
    x = np.fromfile(os.path.join(folder, a["file"]), dtype="<f4")
    return channels(x.reshape(a["shape"]))


folder = sys.argv[1]
results = {}
with open(os.path.join(folder, "cases.json")) as f:
    cases = json.load(f)
for case in cases:
    try:
        file = os.path.join(folder, case["model"])
        model = onnx.load(file)
        onnx.checker.check_model(model, full_check=True)
        session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
        inputs = {a["name"]: array(folder, a) for a in case["inputs"]}
        wanted = [array(folder, a) for a in case["outputs"]]
        names = [a["name"] for a in case["outputs"]]
        n = len(wanted[0])
        worst = largest = 0.0
        for lo, hi in ((0, 1), (1, 4), (4, n)):
            got = session.run(names, {k: v[lo:hi] for k, v in inputs.items()})
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

#!/usr/bin/python3
"""Embeds the first N digits of MNIST, 50 principal components, with scikit-learn and with this package, in turns, and
has this package measure both: compare.py [N, 10000] [turns, 1]. LATENTSPACE_DATA names the folder with mnist/."""
import gzip, os, subprocess, sys, tempfile, time
import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

n = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
turns = int(sys.argv[2]) if len(sys.argv) > 2 else 1
package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def images(name):
    with gzip.open(os.path.join(os.environ["LATENTSPACE_DATA"], "mnist", name)) as f:
        f.read(16)
        return np.frombuffer(f.read(), np.uint8).reshape(-1, 784).astype(np.float32) / 255


digits = np.concatenate([images("train-images-idx3-ubyte.gz"), images("t10k-images-idx3-ubyte.gz")])[:n]
x = PCA(50, random_state=1).fit_transform(digits).astype(np.float32)
with tempfile.TemporaryDirectory() as folder:
    program, points, peer = (os.path.join(folder, f) for f in ("tsne.test", "x", "y"))
    subprocess.run(["go", "test", "-c", "-o", program, "."], cwd=package, check=True)
    x.tofile(points)
    run = [program, "-test.run=TestMeasure", "-test.v", "-test.timeout=0", "-points", points, "-columns", "50"]
    for turn in range(turns):
        subprocess.run(run, cwd=package, check=True)
        begin, cpu = time.time(), time.process_time()
        m = TSNE(perplexity=30, init="pca", learning_rate="auto", n_iter=1000, random_state=turn, n_jobs=2)
        y = m.fit_transform(x)
        print(f"scikit-learn: {time.time() - begin:.2f} s, {time.process_time() - cpu:.2f} s of processors, says its divergence is {m.kl_divergence_:.4f}", flush=True)
        y.astype(np.float32).tofile(peer)
        subprocess.run(run + ["-embedding", peer], cwd=package, check=True)

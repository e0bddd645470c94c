"""Maps by scikit-learn."""
import inspect
import time

import numpy


def pca(train, test, solver, k):
    from sklearn.decomposition import PCA
    x, held = ((numpy.load(f).reshape(-1, 784) / 255).astype(numpy.float32) for f in (train, test))
    PCA(2, svd_solver="randomized", random_state=1).fit(x[:1000])  # loads what is loaded late
    start = time.perf_counter()
    p = PCA(k, svd_solver=solver, random_state=1).fit(x)
    seconds = time.perf_counter() - start
    error = ((held - p.inverse_transform(p.transform(held))) ** 2).sum(1).mean()
    return {"seconds": seconds, "squared_error": float(error)}


def tsne(source, target, n):
    from sklearn.manifold import TSNE
    x = numpy.fromfile(source, numpy.float32).reshape(n, -1)
    iterations = "max_iter" if "max_iter" in inspect.signature(TSNE).parameters else "n_iter"  # its name before 1.5
    t = TSNE(perplexity=30, init="pca", learning_rate="auto", random_state=1, n_jobs=2, **{iterations: 1000})
    start = time.perf_counter()
    y = t.fit_transform(x)
    seconds = time.perf_counter() - start
    y.astype(numpy.float32).tofile(target)
    return {"seconds": seconds}

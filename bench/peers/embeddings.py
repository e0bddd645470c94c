"""Maps by openTSNE and umap-learn, of points in a file of float32 numbers."""
import time

import numpy


def tsne(x, jobs):
    import openTSNE
    return openTSNE.TSNE(n_jobs=jobs, random_state=1).fit(x)


def uniform(x, jobs):
    import openTSNE
    pairs = openTSNE.affinity.Uniform(x, k_neighbors=15, n_jobs=jobs, random_state=1)
    start = openTSNE.initialization.pca(x, random_state=1)
    y = openTSNE.TSNEEmbedding(start, pairs, n_jobs=jobs, negative_gradient_method="fft", random_state=1)
    y.optimize(250, exaggeration=12, momentum=0.5, inplace=True)
    y.optimize(500, momentum=0.8, inplace=True)
    return y


def umap(x, jobs):
    import umap
    return umap.UMAP(n_neighbors=15, n_jobs=jobs).fit_transform(x)


def place(method, source, target, n, jobs):
    """Seconds of a map. Without a seed umap-learn uses all processors; its first map compiles it."""
    x = numpy.fromfile(source, numpy.float32).reshape(n, -1)
    embed = {"tsne": tsne, "uniform": uniform, "umap": umap}[method]
    if method == "umap":
        embed(x[:5000], jobs)
    else:
        import openTSNE  # noqa: F401, not a part of the time
    start = time.perf_counter()
    y = embed(x, jobs)
    seconds = time.perf_counter() - start
    numpy.asarray(y, numpy.float32).tofile(target)
    return {"seconds": seconds}

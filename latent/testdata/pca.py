#!/usr/bin/python3
"""Prints the principal components' variances of MNIST, by numpy in float64, and the
squared error per test image of the first k: the figures of TestPCAOfMNIST.

LATENTSPACE_DATA names the folder with mnist/.
"""
import gzip
import os

import numpy as np


def mnist(name):
    path = os.path.join(os.environ["LATENTSPACE_DATA"], "mnist", name + "-images-idx3-ubyte")
    with (open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz")) as f:
        return np.frombuffer(f.read()[16:], np.uint8).reshape(-1, 784) / 255


train, test = mnist("train"), mnist("t10k")
values, vectors = np.linalg.eigh(np.cov(train.T))
values, vectors = values[::-1], vectors[:, ::-1]
print("variance", *("%.7f" % v for v in values[:30]))
print("total %.6f" % values.sum())
centred = test - train.mean(0)
for k in (2, 5, 10, 20, 30):
    w = vectors[:, :k]
    print("squared error %d %.4f" % (k, ((centred - centred @ w @ w.T) ** 2).sum(1).mean()))

# Distances and similarities by SciPy and NumPy, for samples_test.go:
#   python3 samples.py
import numpy as np
from scipy.linalg import sqrtm


def wave(n, d, shift):
    i, k = np.arange(n)[:, None], np.arange(d)[None, :]
    return (np.sin(7 * i + 3 * k + shift) + np.cos(i * (k + 1)) / 2).astype(np.float32).astype(float)


x, y = wave(200, 6, 0), (1.25 * wave(200, 6, 0.7)).astype(np.float32).astype(float)
sx, sy = np.cov(x.T), np.cov(y.T)
root = sqrtm(sx @ sy)
print("scipyFrechet", ((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(sx + sy - 2 * root.real))


def mean_kernel(a, b, same):
    k = (a @ b.T / a.shape[1] + 1) ** 3
    n = len(a)
    return (k.sum() - np.trace(k)) / (n * (n - 1)) if same else k.mean()


print("numpyMMD", mean_kernel(x, x, True) + mean_kernel(y, y, True) - 2 * mean_kernel(x, y, False))


def ssim(x, y):
    e = np.arange(-5, 6) / 1.5
    w = np.exp(-e * e / 2)
    w = np.outer(w, w) / w.sum() ** 2
    total, n = 0, 0
    for i in range(x.shape[0] - 10):
        for j in range(x.shape[1] - 10):
            a, b = x[i : i + 11, j : j + 11], y[i : i + 11, j : j + 11]
            u, v = (w * a).sum(), (w * b).sum()
            su, sv, suv = (w * a * a).sum() - u * u, (w * b * b).sum() - v * v, (w * a * b).sum() - u * v
            total += (2 * u * v + 1e-4) * (2 * suv + 9e-4) / ((u * u + v * v + 1e-4) * (su + sv + 9e-4))
            n += 1
    return total / n


i = np.arange(16 * 20)
p = (0.5 + 0.5 * np.sin(i * 0.7)).astype(np.float32).astype(float).reshape(16, 20)
q = (0.5 + 0.4 * np.sin(i * 0.7 + 0.3)).astype(np.float32).astype(float).reshape(16, 20)
print("numpySSIM", ssim(p, q))

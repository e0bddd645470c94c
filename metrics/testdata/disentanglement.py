# Disentanglement by scikit-learn, for disentanglement_test.go:
#   python3 disentanglement.py
import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import mutual_info_score

# 240 examples: factors of 3 and 4 values, and four codes.
i = np.arange(240)
u, v = i % 3, (i // 3) % 4


def scatter(k):
    s = np.sin(12.9898 * i + 78.233 * k) * 43758.5453
    return 2 * (s - np.floor(s)) - 1


z = np.stack([u + 0.8 * scatter(0), v + 0.6 * scatter(1), u - v + scatter(2), scatter(3)], 1)
z = z.astype(np.float32).astype(float)


def bins(x):
    return np.minimum(19, np.floor((x - x.min()) / (x.max() - x.min()) * 20).astype(int))


m = np.array([[mutual_info_score(bins(z[:, j]), f) for f in (u, v)] for j in range(4)])
h = np.array([mutual_info_score(f, f) for f in (u, v)])
s = np.sort(m, 0)
print("information", np.array2string(m, precision=6, separator=", "))
print("MIG", ((s[-1] - s[-2]) / h).mean())
top = (m**2).max(1)
print("modularity", (1 - ((m**2).sum(1) - top) / top).mean())
for f in (u, v):
    fit = GradientBoostingClassifier(random_state=0).fit(z[:160], f[:160])
    print("importances", np.array2string(fit.feature_importances_, precision=4, separator=", "), "accuracy", (fit.predict(z[160:]) == f[160:]).mean())

# Probes by scikit-learn, for probes_test.go:
#   python3 probes.py
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler


def blobs(n, shift):
    i, k = np.arange(n)[:, None], np.arange(5)[None, :]
    y = np.arange(n) % 3
    x = np.sin((0.37 * (i + shift)) ** 2 * (1 + k)) * (1 + k) + 0.8 * np.cos(y[:, None] * (k + 1.0))
    return x.astype(np.float32).astype(float), y


x, y = blobs(300, 0)
u, v = blobs(120, 0.4)
s = StandardScaler().fit(x)
fit = LogisticRegression(C=1, tol=1e-8, max_iter=10000).fit(s.transform(x), y)
w = fit.coef_ - fit.coef_.mean(0)
print("logistic accuracy", (fit.predict(s.transform(u)) == v).mean())
print("coefficients", np.array2string(w.T, precision=5, separator=", "))
print("intercepts", fit.intercept_ - fit.intercept_.mean())
print("knn accuracy", (KNeighborsClassifier(5).fit(x, y).predict(u) == v).mean())

"""Products by OpenBLAS, without NumPy between."""
import ctypes
import time


def product(m, n, k, ta, tb, threads):
    blas = ctypes.CDLL("libopenblas.so.0")
    blas.openblas_set_num_threads(threads)
    blas.cblas_sgemm.argtypes = [ctypes.c_int] * 6 + [
        ctypes.c_float, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_float, ctypes.c_void_p, ctypes.c_int]

    def make(size):
        return (ctypes.c_float * size)(*([0.5, -0.25, 0.125, 1.5] * (size // 4 + 1))[:size])
    a, b, c = make(m * k), make(k * n), make(m * n)

    def run():
        blas.cblas_sgemm(101, 112 if ta else 111, 112 if tb else 111, m, n, k, 1, a, m if ta else k, b, k if tb else n, 0, c, n)
    flop = 2 * m * n * k
    repeat = max(3, int(6e9 / flop))
    rates = []
    for _ in range(6):
        start = time.perf_counter()
        for _ in range(repeat):
            run()
        rates.append(flop * repeat / (time.perf_counter() - start) / 1e9)
    return {"gflops": max(rates[1:])}

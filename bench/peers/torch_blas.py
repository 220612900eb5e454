# The matrix products of PyTorch on one thread: prints one line of JSON with the library, its rate, and whether its results are right.
import ctypes
import json
import os
import time

import torch

# (M,K)·(K,N): the products of a step at H = 16, 64 and 256, forward and for the weights' gradient
SHAPES = [(B, H, 3 * H) for B in (1, 180) for H in (16, 64, 256)] + [(H, 180, 3 * H) for H in (16, 64, 256)]
TIMED = (180, 256, 768)


def blas():
    """The library of matrix products and its kernel, by the libraries that are loaded."""
    if torch.backends.mkl.is_available():
        return {"library": "MKL", "kernel": ""}
    if not os.path.exists("/proc/self/maps"):
        return {"library": "unknown BLAS", "kernel": ""}
    with open("/proc/self/maps") as maps:
        paths = sorted({line.split()[-1] for line in maps if "blas" in line})
    for path in paths:
        library = ctypes.CDLL(path)
        if hasattr(library, "openblas_get_config"):
            config, core = library.openblas_get_config, library.openblas_get_corename
            config.restype = core.restype = ctypes.c_char_p
            return {"library": " ".join(config().decode().split()[:2]), "kernel": core().decode()}
    return {"library": "reference BLAS" if paths else "unknown BLAS", "kernel": ""}


def largest_error(M, K, N):
    """Of a product and of its transposed form, against sums of outer products in double precision; a share of the largest element."""
    a, b = torch.rand(M, K) - 0.5, torch.rand(K, N) - 0.5
    expected = torch.zeros(M, N, dtype=torch.float64)
    for k in range(K):
        expected += a[:, k : k + 1].double() * b[k : k + 1].double()
    transposed = torch.nn.functional.linear(a, b.t().contiguous())  # as nn.GRU multiplies
    errors = torch.stack([(a @ b - expected).abs().max(), (transposed - expected).abs().max()])
    return float(errors.max() / expected.abs().max())  # NaN stays NaN


def gflops(M, K, N, seconds=0.4):
    """The highest rate of a product."""
    a, b = torch.rand(M, K), torch.rand(K, N)
    fastest, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        before = time.perf_counter()
        a @ b
        fastest = min(fastest, time.perf_counter() - before)
    return 2 * M * K * N / fastest / 1e9


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(0)
    errors = [largest_error(*shape) for shape in SHAPES]
    right = all(error <= 1e-5 for error in errors)
    print(json.dumps({"version": torch.__version__, **blas(), "right": right, "gflops": gflops(*TIMED)}))

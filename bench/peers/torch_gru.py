# PyTorch on one thread: reads one JSON request a line, answers with the milliseconds of one run, so that the bench can alternate.
import ctypes
import json
import os
import sys
import time

import torch

torch.set_num_threads(1)


class Notebook(torch.nn.Module):
    """The notebook's network with its state carried."""

    def __init__(self, hidden):
        super().__init__()
        size = {"xr": (1, hidden), "hr": (hidden, hidden), "xz": (1, hidden), "hz": (hidden, hidden), "xh": (1, hidden), "hh": (hidden, hidden), "hq": (hidden, 1)}
        for name, shape in size.items():
            setattr(self, "W_" + name, torch.nn.Parameter((2 * torch.rand(*shape) - 1) / hidden**0.5))
        for name, width in {"r": hidden, "z": hidden, "h": hidden, "q": 1}.items():
            setattr(self, "b_" + name, torch.nn.Parameter(torch.zeros(1, width)))

    def forward(self, x):
        outputs = []
        h = torch.zeros(x.shape[1], self.W_hr.shape[0])
        for t in range(len(x)):
            r = torch.sigmoid(x[t] @ self.W_xr + h @ self.W_hr + self.b_r)
            z = torch.sigmoid(x[t] @ self.W_xz + h @ self.W_hz + self.b_z)
            n = torch.tanh(x[t] @ self.W_xh + (r * h) @ self.W_hh + self.b_h)
            h = z * h + (1 - z) * n
            outputs.append(h @ self.W_hq + self.b_q)
        return torch.stack(outputs)


class Builtin(torch.nn.Module):
    """nn.GRU and nn.Linear."""

    def __init__(self, hidden):
        super().__init__()
        self.gru = torch.nn.GRU(1, hidden)
        self.head = torch.nn.Linear(hidden, 1)

    def forward(self, x):
        return self.head(self.gru(x)[0])


def job(kind, steps, batch, hidden):
    torch.manual_seed(0)
    network = {"notebook": Notebook, "gru": Builtin, "inference": Builtin}[kind](hidden)
    x, y = torch.rand(steps, batch, 1), torch.rand(steps, batch, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.003)

    def train():
        optimizer.zero_grad()
        ((network(x) - y) ** 2).mean().backward()
        optimizer.step()

    def infer():
        with torch.no_grad():
            network(x)

    return infer if kind == "inference" else train


def blas():
    """What multiplies its matrices, by the libraries that are loaded."""
    if torch.backends.mkl.is_available():
        return "MKL"
    if not os.path.exists("/proc/self/maps"):
        return "unknown BLAS"
    torch.rand(64, 64) @ torch.rand(64, 64)
    with open("/proc/self/maps") as maps:
        libraries = sorted({line.split()[-1] for line in maps if "blas" in line})
    for path in libraries:
        library = ctypes.CDLL(path)
        if hasattr(library, "openblas_get_config"):
            config, core = library.openblas_get_config, library.openblas_get_corename
            config.restype = core.restype = ctypes.c_char_p
            return " ".join(config().decode().split()[:2]) + ", " + core().decode()
    return "reference BLAS" if libraries else "unknown BLAS"


jobs = {}
print(json.dumps({"version": torch.__version__, "blas": blas()}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    key = (request["kind"], request["T"], request["B"], request["H"])
    if key not in jobs:
        jobs[key] = job(*key)
        for _ in range(3):
            jobs[key]()
    before = time.perf_counter()
    for _ in range(request["runs"]):
        jobs[key]()
    print(json.dumps({"ms": (time.perf_counter() - before) * 1000 / request["runs"]}), flush=True)

# PyTorch on one thread: reads one JSON request a line, answers with the milliseconds of one run. See peer-process.ts.
import json
import sys
import time

import torch

torch.set_num_threads(1)


class Notebook(torch.nn.Module):
    """The notebook's network, its code as it stands, with the state carried from step to step."""

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


def task(kind, steps, batch, hidden):
    """A function that trains one epoch and gives the loss before its update, or that computes outputs."""
    torch.manual_seed(0)
    network = {"notebook": Notebook, "gru": Builtin, "inference": Builtin}[kind](hidden)
    x, y = torch.rand(steps, batch, 1), torch.rand(steps, batch, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.003)

    def train():
        optimizer.zero_grad()
        loss = ((network(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        return loss.detach()

    def infer():
        with torch.no_grad():
            network(x)

    if kind == "inference":
        return infer
    losses = [float(train()) for _ in range(3)]
    if not losses[2] < losses[1] < losses[0]:
        raise ArithmeticError(f"expected a loss that falls, got {losses}")
    return train


tasks = {}


def answer(request):
    key = (request["kind"], request["T"], request["B"], request["H"])
    try:
        if key not in tasks:
            tasks[key] = task(*key)
        before = time.perf_counter()
        for _ in range(request["runs"]):
            tasks[key]()
    except Exception as error:
        return {"error": str(error)}
    return {"ms": (time.perf_counter() - before) * 1000 / request["runs"]}


print("{}", flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)

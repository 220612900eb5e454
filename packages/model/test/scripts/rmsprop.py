"""Writes the training of ../goldens/scratch-rmsprop.json anew: the network, data, outputs and gradients in it stay.

In float64. With RMSprop's default epsilon the first update of a parameter is 10 · rate · sign(gradient), so that a gradient near zero decides a
large step by its rounding; with the epsilon here an update is nearly proportional to small gradients. The script prints how far parameters end
from those of a run whose initial parameters are off by parts in 10^7. Run with any PyTorch of 1.10 or later: python3 rmsprop.py
"""
import json
import pathlib

import torch

STEPS = 20
OPTIONS = {"learningRate": 0.01, "alpha": 0.9, "epsilon": 0.1, "momentum": 0.5, "weightDecay": 0.01}

path = pathlib.Path(__file__).parent.parent / "goldens" / "scratch-rmsprop.json"
golden = json.loads(path.read_text())


def tensor(stored):
    return torch.tensor(stored["data"], dtype=torch.float64).reshape(stored["shape"])


def plain(values):
    return {"shape": list(values.shape), "data": values.flatten().tolist()}


def loss_of(p, x, y):
    """The mean squared error of the cell `reset-before` from a zero state."""
    h = torch.zeros(x.shape[1], p["W_hr"].shape[0], dtype=torch.float64)
    outputs = []
    for x_t in x:
        r = torch.sigmoid(x_t @ p["W_xr"] + h @ p["W_hr"] + p["b_r"])
        z = torch.sigmoid(x_t @ p["W_xz"] + h @ p["W_hz"] + p["b_z"])
        n = torch.tanh(x_t @ p["W_xh"] + (r * h) @ p["W_hh"] + p["b_h"])
        h = (1 - z) * n + z * h
        outputs.append(h @ p["W_hq"] + p["b_q"])
    return torch.nn.functional.mse_loss(torch.stack(outputs), y)


def train(error=0.0):
    """Losses before each step and after the last, and the parameters then; `error` is relative, and of either sign."""
    generator = torch.Generator().manual_seed(1)
    x, y = tensor(golden["x"]), tensor(golden["y"])
    p = {}
    for name, stored in golden["parameters"].items():
        value = tensor(stored)
        p[name] = (value * (1 + error * torch.randn(value.shape, generator=generator))).requires_grad_()
    optimizer = torch.optim.RMSprop(
        p.values(),
        lr=OPTIONS["learningRate"],
        alpha=OPTIONS["alpha"],
        eps=OPTIONS["epsilon"],
        momentum=OPTIONS["momentum"],
        weight_decay=OPTIONS["weightDecay"],
    )
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(p, x, y)
        loss.backward()
        if not losses and error == 0:
            for name, value in p.items():  # the cell above is the golden's
                assert torch.allclose(value.grad, tensor(golden["gradients"][name]), rtol=1e-10, atol=1e-14), name
        optimizer.step()
        losses.append(loss.item())
    return losses, loss_of(p, x, y).item(), {name: value.detach() for name, value in p.items()}


losses, final_loss, after = train()
_, _, moved = train(1e-7)
worst = max(((moved[name] - value).abs().max() / value.abs().max()).item() for name, value in after.items())
print(f"an error of 1e-7 in the initial parameters grows to {worst:.1e}")
golden["optimizer"] = {"name": "rmsprop", **OPTIONS}
golden["trainSteps"] = STEPS
golden["losses"] = losses
golden["finalLoss"] = final_loss
golden["parametersAfter"] = {name: plain(value) for name, value in after.items()}
path.write_text(json.dumps(golden) + "\n")

"""Writes ../goldens/learning-rates.json: the rates of PyTorch's schedulers for a learning rate of 0.1.

Each rate is that of an epoch (or of an update, if `per` is "update"). Run with any PyTorch of 1.10 or later:
python3 learning-rates.py
"""
import json
import pathlib

import torch
from torch.optim import lr_scheduler

RATE = 0.1
LOSSES = [5, 4, 4, 4, 3.9999, 3.9, 4, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 3, 3, 2.9, 2.8, 2.8, 2.8, 2.8, 2.8, 2.8, 2.8, 2.8, 2.8]


def rates(count, make, losses=None):
    """The rates of `count` steps under the schedulers that `make` builds for an optimizer."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    schedulers = make(optimizer)
    out = []
    for step in range(count):
        out.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        for scheduler in schedulers:
            scheduler.step(*([losses[step]] if losses else []))
    return out


def case(name, schedule, per, count, make, losses=None):
    return {"name": name, "schedule": schedule, "per": per, "losses": losses, "rates": rates(count, make, losses)}


def plateau(name, count, torch_options, options):
    defaults = {"kind": "plateau", "factor": 0.1, "patience": 10, "threshold": 1e-4, "thresholdMode": "relative", "cooldown": 0, "minimum": 0}
    schedule = {**defaults, **options}
    return case(name, schedule, "epoch", count, lambda o: [lr_scheduler.ReduceLROnPlateau(o, **torch_options)], LOSSES)


def one_cycle(name, updates, torch_options, options):
    schedule = {"kind": "one-cycle", "updates": updates, "rise": 0.3, "startFactor": 1 / 25, "endFactor": 1 / 25 / 1e4, **options}
    make = lambda o: [lr_scheduler.OneCycleLR(o, max_lr=RATE, total_steps=updates, cycle_momentum=False, **torch_options)]
    return case(name, schedule, "update", updates, make)


def warm_up(name, per, updates, start, wrapped, make):
    schedule = {"kind": "warm-up", "updates": updates, "startFactor": start, "schedule": wrapped}
    return case(name, schedule, per, 20, lambda o: [*make(o), lr_scheduler.LinearLR(o, start_factor=start, total_iters=updates)])


cases = [
    case("constant", {"kind": "constant"}, "epoch", 5, lambda o: []),
    case("step", {"kind": "step", "every": 3, "factor": 0.5}, "epoch", 20, lambda o: [lr_scheduler.StepLR(o, 3, gamma=0.5)]),
    case("exponential", {"kind": "exponential", "factor": 0.93}, "epoch", 60, lambda o: [lr_scheduler.ExponentialLR(o, 0.93)]),
    case("cosine", {"kind": "cosine", "epochs": 17, "minimum": 0}, "epoch", 18, lambda o: [lr_scheduler.CosineAnnealingLR(o, 17)]),
    case(
        "cosine to a minimum",
        {"kind": "cosine", "epochs": 10, "minimum": 0.004},
        "epoch",
        11,
        lambda o: [lr_scheduler.CosineAnnealingLR(o, 10, eta_min=0.004)],
    ),
    plateau("plateau, absolute", 30, {"factor": 0.3, "patience": 2, "threshold": 0.05, "threshold_mode": "abs"}, {"factor": 0.3, "patience": 2, "threshold": 0.05, "thresholdMode": "absolute"}),
    plateau("plateau, relative, with a cooldown", 30, {"factor": 0.5, "patience": 1, "cooldown": 2}, {"factor": 0.5, "patience": 1, "cooldown": 2}),
    plateau("plateau to a minimum", 30, {"patience": 0, "min_lr": 0.003}, {"patience": 0, "minimum": 0.003}),
    one_cycle("one cycle", 50, {}, {}),
    one_cycle("one cycle, its peak between updates", 23, {"pct_start": 0.45, "div_factor": 10, "final_div_factor": 100}, {"rise": 0.45, "startFactor": 0.1, "endFactor": 0.001}),
    warm_up("warm-up", "update", 8, 1 / 3, {"kind": "constant"}, lambda o: []),
    warm_up("warm-up before exponential decay", "both", 6, 0.1, {"kind": "exponential", "factor": 0.9}, lambda o: [lr_scheduler.ExponentialLR(o, 0.9)]),
]

path = pathlib.Path(__file__).parent.parent / "goldens" / "learning-rates.json"
path.write_text(json.dumps({"rate": RATE, "cases": cases}) + "\n")

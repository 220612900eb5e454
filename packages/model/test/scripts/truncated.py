"""Writes ../goldens/truncated.json: truncated back-propagation as usual in PyTorch, with the state detached after each window.

Computed in float64 from numbers that are exact in float32. Run with any PyTorch of 1.10 or later: python3 truncated.py
"""
import json
import pathlib

import torch

I, H, O, LAYERS, T, B = 2, 4, 1, 2, 17, 6
RATE, MOMENTUM, EPOCHS = 0.05, 0.9, 3


def exact(shape, generator):
    return torch.randn(*shape, generator=generator).float().double()


def plain(tensor):
    return {"shape": list(tensor.shape), "data": tensor.flatten().tolist()}


def parameters(gru, head):
    return {**{f"gru.{n}": plain(p) for n, p in gru.named_parameters()}, **{f"head.{n}": plain(p) for n, p in head.named_parameters()}}


def case(name, k, batch_size, stateful):
    """An update for every k steps of each batch; with `stateful` the state is carried to the next batch of the epoch."""
    generator = torch.Generator().manual_seed(7)
    gru, head = torch.nn.GRU(I, H, LAYERS).double(), torch.nn.Linear(H, O).double()
    with torch.no_grad():
        for p in [*gru.parameters(), *head.parameters()]:
            p.copy_(exact(p.shape, generator) * 0.5)
    x, y = exact((T, B, I), generator), exact((T, B, O), generator)
    out = {"name": name, "k1": k, "batchSize": batch_size, "stateful": stateful, "epochs": EPOCHS}
    out.update(learningRate=RATE, momentum=MOMENTUM, x=plain(x), y=plain(y), parameters=parameters(gru, head))
    optimizer = torch.optim.SGD([*gru.parameters(), *head.parameters()], lr=RATE, momentum=MOMENTUM)
    losses = []
    for _ in range(EPOCHS):
        state = None
        for first in range(0, B, batch_size):
            rows = slice(first, first + batch_size)
            state = state if stateful else None
            for t in range(0, T, k):
                optimizer.zero_grad()
                output, state = gru(x[t : t + k, rows], state)
                loss = torch.nn.functional.mse_loss(head(output), y[t : t + k, rows])
                loss.backward()
                optimizer.step()
                state = state.detach()
                losses.append(loss.item())
    return {**out, "losses": losses, "parametersAfter": parameters(gru, head)}


cases = [case("truncated", 5, B, False), case("truncated, stateful", 6, 2, True), case("stateful", T, 3, True)]
path = pathlib.Path(__file__).parent.parent / "goldens" / "truncated.json"
path.write_text(json.dumps(cases) + "\n")

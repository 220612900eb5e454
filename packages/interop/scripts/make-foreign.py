"""Writes foreign.json: files that no reader takes, in base64. python3 make-foreign.py > foreign.json, with PyTorch and NumPy."""
import base64, io, json, pickle, sys
import numpy as np
import torch

gru = torch.nn.GRU(1, 1)


def saved(save):
    buffer = io.BytesIO()
    save(buffer)
    return base64.b64encode(buffer.getvalue()).decode()


weights = {name: value.numpy() for name, value in gru.state_dict().items()}
files = {
    "torch.save of a state dict": saved(lambda f: torch.save(gru.state_dict(), f)),
    "torch.save of a module": saved(lambda f: torch.save(gru, f)),
    "torch.jit.save": saved(lambda f: torch.jit.save(torch.jit.script(torch.nn.Linear(1, 1)), f)),
    "torch.save, the old format": saved(lambda f: torch.save(gru.state_dict(), f, _use_new_zipfile_serialization=False)),
    "pickle": saved(lambda f: pickle.dump(weights, f)),
    "npy": saved(lambda f: np.save(f, weights["weight_ih_l0"])),
}
json.dump({"source": f"PyTorch {torch.__version__}, NumPy {np.__version__}", "files": files}, sys.stdout, indent=1)

"""Writes pytorch.json: state dicts of PyTorch, its own ONNX exports of the same modules, and what they compute.

python3 make-pytorch.py > pytorch.json, with PyTorch 1.13 (Debian's python3-torch) and python3-onnx.
"""
import base64, contextlib, io, json, struct, sys, warnings
import torch
from torch import nn

warnings.filterwarnings("ignore")
torch.manual_seed(7)
I, H, O, T, B = 3, 4, 2, 5, 2


class Forecaster(nn.Module):
    def __init__(self, names=("gru", "head"), head=True, last=False, initial=False, **gru):
        super().__init__()
        self.names, self.head, self.last, self.initial = names, head, last, initial
        self.batch_first = gru.get("batch_first", False)
        directions = 2 if gru.get("bidirectional") else 1
        setattr(self, names[0], nn.GRU(I, H, **gru))
        if head:
            setattr(self, names[1], nn.Linear(H * directions, O))

    def forward(self, x, h0=None):
        states, _ = getattr(self, self.names[0])(x, h0) if self.initial else getattr(self, self.names[0])(x)
        if self.last:
            states = states[:, -1] if self.batch_first else states[-1]
        return getattr(self, self.names[1])(states) if self.head else states


class Wrapped(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Forecaster(names=("rnn", "fc"))

    def forward(self, x):
        return self.encoder(x)


def safetensors(tensors):
    header, body = {}, b""
    for name, tensor in sorted(tensors.items()):
        data = tensor.contiguous().numpy().tobytes()
        dtype = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16"}[tensor.dtype]
        header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def array(tensor):
    return {"shape": list(tensor.shape), "data": [float(v) for v in tensor.flatten()]}


def case(name, module, dynamic=True, dtype=torch.float32):
    module.eval()
    batch_first = getattr(module, "batch_first", False)
    x = torch.randn(B, T, I) if batch_first else torch.randn(T, B, I)
    layers, directions = 1, 1
    initial = torch.randn(1, B, H) if getattr(module, "initial", False) else None
    arguments = (x,) if initial is None else (x, initial)
    with torch.no_grad():
        output = module(*arguments)
    out = io.BytesIO()
    names = ["x", "h0"][: len(arguments)]
    axes = {"x": {0: "B", 1: "T"} if batch_first else {0: "T", 1: "B"}} if dynamic else None
    with contextlib.redirect_stdout(sys.stderr):
        torch.onnx.export(module, arguments, out, input_names=names, output_names=["y"], dynamic_axes=axes)
    if not getattr(module, "last", False) and batch_first:
        output = output.transpose(0, 1)
    return {
        "name": name,
        "safetensors": base64.b64encode(safetensors({k: v.to(dtype) for k, v in module.state_dict().items()})).decode(),
        "onnx": base64.b64encode(out.getvalue()).decode(),
        "batchFirst": batch_first,
        "x": array(x.transpose(0, 1) if batch_first else x),
        "initialState": None if initial is None else array(initial),
        "output": array(output),
    }


cases = [
    case("one layer", Forecaster()),
    case("fixed sizes", Forecaster(), dynamic=False),
    case("no head", Forecaster(head=False)),
    case("names rnn and fc inside encoder", Wrapped()),
    case("batch first with an initial state", Forecaster(batch_first=True, initial=True)),
    case("without biases", Forecaster(bias=False)),
    case("the last step of two layers", Forecaster(num_layers=2, batch_first=True, last=True)),
    case("two bidirectional layers", Forecaster(num_layers=2, bidirectional=True)),
    case("two bidirectional layers, batch first", Forecaster(num_layers=2, bidirectional=True, batch_first=True)),
    case("double precision", Forecaster(), dtype=torch.float64),
    case("half precision", Forecaster(), dtype=torch.float16),
]
json.dump({"source": f"PyTorch {torch.__version__}", "cases": cases}, sys.stdout, indent=1)

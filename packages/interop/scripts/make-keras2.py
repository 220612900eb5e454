"""Writes keras2.json: HDF5 files in the layout of Keras 2's hdf5_format.py (model.save("model.h5") and save_weights), with
outputs by the layers' equations in float64. Files are gzipped, as HDF5 is mostly zeros.

python3 make-keras2.py > keras2.json, with h5py and NumPy (Debian: python3-h5py).
"""
import base64, gzip, json, os, sys, tempfile
import h5py
import numpy as np

random = np.random.default_rng(7)
I, H, O, T, B = 3, 4, 2, 5, 2
f32 = lambda *shape: random.uniform(-1, 1, shape).astype("float32")
GATES = {"sigmoid": lambda v: 1 / (1 + np.exp(-v)), "hard_sigmoid": lambda v: np.clip(0.2 * v + 0.5, 0, 1)}
CANDIDATES = {"tanh": np.tanh, "relu": lambda v: np.maximum(v, 0)}


def cell(weights, x, settings):
    """States (B,T,H); gates z, r, h."""
    kernel, recurrent, bias = (np.float64(w) for w in weights)
    gate = GATES[settings.get("recurrent_activation", "sigmoid")]
    candidate = CANDIDATES[settings.get("activation", "tanh")]
    after = settings.get("reset_after", True)
    inner = bias if not after else bias[0]
    outer = np.zeros(3 * H) if not after else bias[1]
    h, states = np.zeros((len(x), H)), []
    for step in x.swapaxes(0, 1):
        a = step @ kernel + inner
        u = h @ recurrent + outer
        z = gate(a[:, :H] + u[:, :H])
        r = gate(a[:, H:2 * H] + u[:, H:2 * H])
        n = candidate(a[:, 2 * H:] + (r * u[:, 2 * H:] if after else (r * h) @ np.float64(recurrent)[:, 2 * H:]))
        h = z * h + (1 - z) * n
        states.append(h)
    return np.stack(states, 1)


def cell_weights(inputs, settings):
    return [f32(inputs, 3 * H), f32(H, 3 * H), f32(2, 3 * H) if settings.get("reset_after", True) else f32(3 * H)]


class Gru:
    """A GRU layer; `path` is the path of its weights, which differs between versions of Keras."""
    def __init__(self, inputs, name="gru", path="gru/gru_cell", **settings):
        self.name, self.settings, self.cells = name, settings, [(path, cell_weights(inputs, settings))]

    def run(self, x):
        states = cell(self.cells[0][1], x, self.settings)
        return states if self.settings.get("return_sequences", True) else states[:, -1]

    def json(self):
        return {"class_name": "GRU", "config": {"name": self.name, "trainable": True, "dtype": "float32", "units": H,
                "return_sequences": True, "go_backwards": False, "stateful": False, "activation": "tanh",
                "recurrent_activation": "sigmoid", "use_bias": True, "dropout": 0.0, "reset_after": True, **self.settings}}

    def weights(self):
        kinds = ["kernel", "recurrent_kernel", "bias"]
        return [(f"{path}/{kind}:0", array) for path, arrays in self.cells for kind, array in zip(kinds, arrays)]


class Bidirectional(Gru):
    def __init__(self, inputs, name="bidirectional", **settings):
        self.name, self.settings = name, settings
        self.cells = [(f"{name}/{direction}_gru/gru_cell_{i + 1}", cell_weights(inputs, settings))
                      for i, direction in enumerate(["forward", "backward"])]

    def run(self, x):
        forward = cell(self.cells[0][1], x, self.settings)
        backward = cell(self.cells[1][1], x[:, ::-1], self.settings)[:, ::-1]
        return np.concatenate([forward, backward], -1)

    def json(self):
        inner = Gru.json(self)
        inner["config"]["name"] = "gru"
        return {"class_name": "Bidirectional", "config": {"name": self.name, "merge_mode": "concat", "layer": inner}}


class Dense:
    def __init__(self, inputs, name="dense", timed=False):
        self.name, self.timed, self.arrays = name, timed, (f32(inputs, O), f32(O))

    def run(self, x):
        return x @ np.float64(self.arrays[0]) + self.arrays[1]

    def json(self):
        own = {"class_name": "Dense", "config": {"name": self.name, "units": O, "activation": "linear"}}
        if not self.timed: return own
        return {"class_name": "TimeDistributed", "config": {"name": self.name, "layer": {**own, "config": {**own["config"], "name": "dense"}}}}

    def weights(self):
        return [(f"{self.name}/kernel:0", self.arrays[0]), (f"{self.name}/bias:0", self.arrays[1])]


class Dropout:
    def __init__(self, name="dropout"): self.name = name
    def run(self, x): return x
    def json(self): return {"class_name": "Dropout", "config": {"name": self.name, "rate": 0.2}}
    def weights(self): return []


def save_names(group, key, names, parts):
    """Keras stores lists of more than 64,512 bytes in parts."""
    names = [name.encode() for name in names]
    if not parts: group.attrs[key] = names
    else:
        for i, part in enumerate(np.array_split(names, parts)): group.attrs[f"{key}{i}"] = list(part)


def save_weights(group, layers, version, parts=0):
    save_names(group, "layer_names", [layer.name for layer in layers], parts)
    group.attrs["backend"] = b"tensorflow"
    group.attrs["keras_version"] = version.encode()
    for layer in sorted(layers, key=lambda layer: layer.name):
        own = group.create_group(layer.name)
        save_names(own, "weight_names", [name for name, _ in layer.weights()], 0)
        for name, array in layer.weights(): own.create_dataset(name, data=array)
    group.create_group("top_level_model_weights").attrs["weight_names"] = np.array([], "S1")


def save_model(file, layers, version, functional):
    file.attrs["keras_version"] = version.encode()
    file.attrs["backend"] = b"tensorflow"
    start = {"class_name": "InputLayer", "config": {"name": "input_1", "batch_input_shape": [None, None, I], "dtype": "float32"}}
    nodes = [start, *(layer.json() for layer in layers)]
    if functional:
        for i, node in enumerate(nodes):
            node["name"] = node["config"]["name"]
            node["inbound_nodes"] = [[[nodes[i - 1]["config"]["name"], 0, 0, {}]]] if i else []
    config = {"name": "model", "layers": nodes}
    file.attrs["model_config"] = json.dumps({"class_name": "Functional" if functional else "Sequential", "config": config}).encode()
    file.attrs["training_config"] = json.dumps({"loss": "mse"}).encode()
    input_layer = Dropout("input_1")
    save_weights(file.create_group("model_weights"), [input_layer, *layers] if functional else layers, version)
    optimizer = file.create_group("optimizer_weights")
    optimizer.attrs["weight_names"] = [b"Adam/iter:0", b"Adam/gru/gru_cell/kernel/m:0"]
    optimizer.create_dataset("Adam/iter:0", data=np.int64(3))
    optimizer.create_dataset("Adam/gru/gru_cell/kernel/m:0", data=f32(I, 3 * H))


def case(name, *layers, options=None, whole=True, version="2.15.0", functional=False, parts=0, **settings):
    x = f32(B, T, I)
    output = np.float64(x)
    for layer in layers: output = layer.run(output)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.h5")
        with h5py.File(path, "w", **settings) as file:
            if whole: save_model(file, layers, version, functional)
            else: save_weights(file, layers, version, parts)
        with open(path, "rb") as file:
            data = base64.b64encode(gzip.compress(file.read(), mtime=0)).decode()
    plain = lambda values: {"shape": list(values.shape), "data": [float(v) for v in values.flatten()]}
    return {"name": name, "options": options or {}, "h5": data, "x": plain(x.swapaxes(0, 1)),
            "output": plain(output.swapaxes(0, 1) if output.ndim == 3 else output)}


cases = [
    case("a whole model", Gru(I), Dropout(), Dense(H)),
    case("a functional model", Gru(I), Dense(H, "time_distributed", timed=True), functional=True),
    case("reset_after false, hard_sigmoid and relu", Gru(I, reset_after=False, recurrent_activation="hard_sigmoid", activation="relu"), Dense(H)),
    case("two bidirectional layers", Bidirectional(I), Bidirectional(2 * H, "bidirectional_1"), Dense(2 * H)),
    case("the last step", Gru(I, return_sequences=False), Dense(H)),
    case("names of Keras 2.2", Gru(I, "gru_1", "gru_1", reset_after=False), Dense(H, "dense_1"), version="2.2.4"),
    case("weights of two layers", Gru(I, "second"), Gru(H, "first", "first/gru_cell_1"), Dense(H), whole=False),
    case("weights of a bidirectional layer", Bidirectional(I), Dense(2 * H), whole=False),
    case("weights with the names of layers in parts", Gru(I), Dropout(), Dense(H), whole=False, parts=2),
    case("weights, hard_sigmoid", Gru(I, recurrent_activation="hard_sigmoid"), whole=False,
         options={"recurrentActivation": "hard_sigmoid_keras_2"}),
    case("the newest version of the format", Gru(I), Dense(H), libver="latest"),
]
json.dump({"source": f"h5py {h5py.__version__}, HDF5 {h5py.version.hdf5_version}", "cases": cases}, sys.stdout, indent=1)

"""Writes keras.json: files saved by Keras 3 with the outputs of its models. Files are gzipped, as HDF5 is mostly zeros.

KERAS_BACKEND=jax python3 make-keras.py > keras.json, with keras, jax and h5py.
"""
import sys
import base64, gzip, json, os, tempfile
import h5py
import numpy as np
import keras
from keras import layers

keras.utils.set_random_seed(5)
I, H, O, T, B = 3, 4, 2, 5, 2
random = np.random.default_rng(3)


def array(values):
    values = np.asarray(values)
    return {"shape": list(values.shape), "data": [float(v) for v in values.flatten()]}


def read(save, suffix):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, f"model{suffix}")
        save(path)
        with open(path, "rb") as file:
            return base64.b64encode(gzip.compress(file.read(), mtime=0)).decode()


def case(name, *stack, options=None, files=(".weights.h5",), functional=False, compiled=False):
    if functional:
        inputs = value = keras.Input((None, I))
        for layer in stack:
            value = layer(value)
        model = keras.Model(inputs, value)
    else:
        model = keras.Sequential([keras.Input((None, I)), *stack])
    # random values for all weights, since biases are initially zero
    model.set_weights([random.uniform(-1, 1, w.shape).astype("float32") for w in model.get_weights()])
    if compiled:
        model.compile("adam", "mse")
    x = random.uniform(-1, 1, (B, T, I)).astype("float32")
    output = np.asarray(model(x))
    save = {
        ".weights.h5": model.save_weights,
        ".keras": model.save,
        ".npz": lambda path: np.savez(path, *model.get_weights()),
    }
    return {
        "name": name,
        "options": options or {},
        "files": {suffix: read(save[suffix], suffix) for suffix in files},
        "x": array(x.swapaxes(0, 1)),
        "output": array(output.swapaxes(0, 1) if output.ndim == 3 else output),
    }


gru = lambda **settings: layers.GRU(H, **{"return_sequences": True, **settings})
ALL = (".weights.h5", ".keras", ".npz")
cases = [
    case("reset_after", gru(), layers.Dense(O), files=ALL),
    case("reset_after false", gru(reset_after=False), layers.Dense(O), files=ALL),
    case("no head", gru()),
    case("compiled, with dropout", gru(dropout=0.1), layers.Dense(O), compiled=True),
    case("functional", gru(), layers.TimeDistributed(layers.Dense(O)), functional=True, files=(".weights.h5", ".keras")),
    case("use_bias false", gru(use_bias=False), layers.Dense(O, use_bias=False), files=ALL),
    case("use_bias false, reset_after false", gru(use_bias=False, reset_after=False), layers.Dense(O),
         options={"resetAfter": False}),
    case("the last step", gru(return_sequences=False), layers.Dense(O), options={"returnSequences": False},
         files=(".weights.h5", ".keras")),
    case("hard_sigmoid and relu", gru(recurrent_activation="hard_sigmoid", activation="relu"), layers.Dense(O),
         options={"recurrentActivation": "hard_sigmoid", "activation": "relu"}, files=(".weights.h5", ".keras")),
    case("two layers", gru(), gru(), layers.Dense(O), files=(".weights.h5", ".npz")),
    case("two bidirectional layers", layers.Bidirectional(gru()), layers.Bidirectional(gru()), layers.Dense(O), files=ALL),
    case("go_backwards, the last step", gru(go_backwards=True, return_sequences=False), layers.Dense(O),
         options={"goBackwards": True, "returnSequences": False}, files=(".weights.h5", ".keras")),
    case("a dense layer of relu", gru(), layers.Dense(O, activation="relu"), files=(".keras",)),
    case("an LSTM", layers.LSTM(H), layers.Dense(O), files=ALL),
    case("bidirectional, the last step", layers.Bidirectional(gru(return_sequences=False)), layers.Dense(O),
         options={"returnSequences": False}, files=(".weights.h5", ".keras")),
]


def compressed(path):
    with h5py.File(path, "w") as file:
        for i, shape in enumerate([(I, 3 * H), (H, 3 * H), (2, 3 * H)]):
            file.create_dataset(f"layers/gru/cell/vars/{i}", data=np.zeros(shape, "float32"), compression="gzip")


cases.append({"name": "compressed arrays, not by Keras", "options": {}, "files": {".weights.h5": read(compressed, ".weights.h5")},
              "x": array(np.zeros((1, 1, I))), "output": array(np.zeros((1, 1, H)))})
json.dump({"source": f"Keras {keras.__version__}", "cases": cases}, sys.stdout, indent=1)

"""Writes onnx.json: GRU nodes in the forms that ONNX allows, with outputs by the operator's equations in float64.

python3 make-onnx.py > onnx.json, with python3-onnx and NumPy.
"""
import sys
import base64, json
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(11)
I, H, O, T, B = 3, 4, 2, 5, 2
f32 = lambda *shape: random.uniform(-1, 1, shape).astype(np.float32)

sigmoid = lambda v: 1 / (1 + np.exp(-v))
hard = lambda alpha: lambda v: np.clip(alpha * v + 0.5, 0, 1)
relu = lambda v: np.maximum(v, 0)


def run(x, w, r, b, h, after, gate=sigmoid, candidate=np.tanh):
    """States (T,B,H) of one direction; gates z, r, h."""
    x, w, r, b, h = (np.float64(v) for v in (x, w, r, b, h))
    (wz, wr, wh), (rz, rr, rh) = np.split(w, 3), np.split(r, 3)
    bz, br, bh, cz, cr, ch = np.split(b, 6)
    states = []
    for step in x:
        z = gate(step @ wz.T + h @ rz.T + bz + cz)
        reset = gate(step @ wr.T + h @ rr.T + br + cr)
        inner = reset * (h @ rh.T + ch) if after else (reset * h) @ rh.T + ch
        h = (1 - z) * candidate(step @ wh.T + bh + inner) + z * h
        states.append(h)
    return np.stack(states)


def array(values):
    return {"shape": list(values.shape), "data": [float(v) for v in values.flatten()]}


def case(name, after=0, direction="forward", layout=0, bias=True, head="MatMul", activations=None, initial=None,
         lengths=False, producer="", gate=sigmoid, candidate=np.tanh, state_from="Y", attributes=None):
    D = 2 if direction == "bidirectional" else 1
    w, r, b = f32(D, 3 * H, I), f32(D, 3 * H, H), f32(D, 6 * H) * (1 if bias else 0)
    v, c, x = f32(D * H, O), f32(O), f32(T, B, I)
    h0 = f32(D, B, H) if initial else np.zeros((D, B, H), np.float32)
    directions = {"forward": [1], "reverse": [-1], "bidirectional": [1, -1]}[direction]
    states = [run(x[::s], w[d], r[d], b[d], h0[d], after, gate, candidate)[::s] for d, s in enumerate(directions)]
    features = np.concatenate(states, -1)

    given = {"hidden_size": H, **(activations or {}), **(attributes or {})}
    if after: given["linear_before_reset"] = 1
    if direction != "forward": given["direction"] = direction
    if layout: given["layout"] = 1
    nodes, constants = [], {"W": w, "R": r}
    inputs = ["x", "W", "R", "", "", ""]
    if bias: inputs[3], constants["B"] = "B", b
    if lengths: inputs[4], constants["lengths"] = "lengths", np.full(B, T, np.int32)
    if initial == "constant": inputs[5], constants["h0"] = "h0", (h0.swapaxes(0, 1) if layout else h0)
    if initial == "input": inputs[5] = "h0"
    while not inputs[-1]: inputs.pop()
    outputs = ["Y", "h"] if state_from == "Y" else ["", "h"]
    nodes.append(helper.make_node("GRU", inputs, outputs, **given))
    if state_from == "h":
        nodes.append(helper.make_node("Squeeze", ["h", "one"], ["features"]))
        constants["one"] = np.array([0], np.int64)
        features = features[-1]
    elif D == 1:
        nodes.append(helper.make_node("Squeeze", ["Y", "one"], ["features"]))
        constants["one"] = np.array([2 if layout else 1], np.int64)
    elif layout:
        nodes.append(helper.make_node("Reshape", ["Y", "shape"], ["features"]))
        constants["shape"] = np.array([0, 0, -1], np.int64)
    else:
        nodes.append(helper.make_node("Transpose", ["Y"], ["turned"], perm=[0, 2, 1, 3]))
        nodes.append(helper.make_node("Reshape", ["turned", "shape"], ["features"]))
        constants["shape"] = np.array([0, 0, D * H], np.int64)
    if head == "MatMul":
        nodes.append(helper.make_node("MatMul", ["features", "V"], ["product"]))
        nodes.append(helper.make_node("Add", ["product", "c"], ["y"]))
        constants.update(V=v, c=c)
        output = features @ v + c
    elif head == "Gemm":
        nodes.append(helper.make_node("Gemm", ["features", "V", "c"], ["y"], transB=1))
        constants.update(V=np.ascontiguousarray(v.T), c=c)
        output = features @ v + c
    else:
        nodes.append(helper.make_node("Identity", ["features"], ["y"]))
        output = features
    graph = helper.make_graph(
        nodes, "gru",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["B", "T", I] if layout else ["T", "B", I])]
        + ([helper.make_tensor_value_info("h0", TensorProto.FLOAT, [D, B, H])] if initial == "input" else []),
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * output.ndim)],
        [numpy_helper.from_array(value, key) for key, value in constants.items()],
    )
    model = helper.make_model(graph, producer_name=producer, opset_imports=[helper.make_opsetid("", 14)])
    model.ir_version = 7
    onnx.checker.check_model(model)
    return {
        "name": name, "onnx": base64.b64encode(model.SerializeToString()).decode(), "layout": layout,
        "x": array(x), "initialState": array(h0) if initial else None, "initial": initial, "output": array(output),
    }


alpha = lambda f, a, g: {"activations": [f, g], "activation_alpha": [a], "activation_beta": [0.5]}
cases = [
    case("reset-before"),
    case("reset-after", after=1),
    case("reset-after without biases", after=1, bias=False),
    case("no head", after=1, head=None),
    case("batch first", after=1, layout=1),
    case("Gemm behind the final state", after=1, head="Gemm", state_from="h"),
    case("a constant initial state", after=1, initial="constant"),
    case("a constant initial state, batch first", after=1, layout=1, initial="constant"),
    case("an initial state from outside", after=1, initial="input"),
    case("sequence lengths", after=1, lengths=True),
    case("reverse", direction="reverse"),
    case("bidirectional", after=1, direction="bidirectional"),
    case("bidirectional, batch first", after=1, direction="bidirectional", layout=1),
    case("hard sigmoid of Keras 2", activations=alpha("HardSigmoid", 0.2, "Tanh"), gate=hard(0.2)),
    case("hard sigmoid of Keras 3, relu", activations=alpha("HardSigmoid", 1 / 6, "Relu"), gate=hard(1 / 6), candidate=relu),
    case("linear candidate", activations={"activations": ["Sigmoid", "Affine"], "activation_alpha": [1.0], "activation_beta": [0.0]},
         candidate=lambda v: v),
    case("linear_before_reset missing though PyTorch wrote it", producer="pytorch"),
    case("clip", attributes={"clip": 3.0}),
    case("softsign", activations={"activations": ["Softsign", "Tanh"]}),
    case("hard sigmoid of ONNX's own numbers", activations={"activations": ["HardSigmoid", "Tanh"]}, gate=hard(0.2)),
]
json.dump({"source": f"onnx {onnx.__version__}", "cases": cases}, sys.stdout, indent=1)

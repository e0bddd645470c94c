"""A decoder that answers codes: a file of ONNX in onnxruntime or in PyTorch. See bench/serving.go.

Each line of the input is a number of codes, and how many calls with so many are timed; each line of
the output is a JSON object of what they took.
"""
import json
import sys
import time

import numpy as np


def onnxruntime(file, threads):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    return lambda z: session.run(None, {"z": z})[0]


def torch(file, threads, compiled):
    """The nodes of the file as a module of PyTorch."""
    import onnx
    import torch
    from torch.nn import functional as F
    torch.set_num_threads(threads)
    graph = onnx.load(file).graph
    known = {i.name: torch.from_numpy(onnx.numpy_helper.to_array(i).copy()) for i in graph.initializer}

    def operation(node):
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        rest = [known[name] for name in node.input[1:]]
        if node.op_type == "Gemm":
            weight, bias = rest[0].T.contiguous(), rest[1]
            return lambda x: F.linear(x, weight, bias)
        if node.op_type == "ConvTranspose":
            stride, pad = attributes["strides"], attributes["pads"][:2]
            return lambda x: F.conv_transpose2d(x, *rest, stride, pad)
        if node.op_type == "Transpose":
            return lambda x: x.permute(attributes["perm"])
        if node.op_type == "Reshape":
            shape = rest[0].tolist()
            return lambda x: x.reshape(shape)
        return {"Relu": F.relu, "Sigmoid": torch.sigmoid, "Identity": lambda x: x}[node.op_type]

    layers = [operation(node) for node in graph.node]

    def decode(x):
        for layer in layers:
            x = layer(x)
        return x
    fast = torch.compile(decode, dynamic=False) if compiled else decode

    def decoder(z):
        with torch.inference_mode():
            return fast(torch.from_numpy(z)).numpy()
    return decoder


def serve(package, file, codes, examples, threads, compiled):
    """Answers with the codes of a file, and says how far what they become is from the examples of another."""
    decoder = onnxruntime(file, threads) if package == "onnxruntime" else torch(file, threads, compiled)
    z, want = np.load(codes), np.load(examples)
    for line in sys.stdin:
        batch, calls = map(int, line.split())
        some = z[:batch]
        took = []
        for _ in range(calls):
            start = time.perf_counter()
            x = decoder(some)
            took.append(time.perf_counter() - start)
        far = float(np.abs(x.reshape(batch, -1) - want[:batch].reshape(batch, -1)).max())
        took.sort()
        print(json.dumps({"median": 1e6 * took[len(took) // 2], "late": 1e6 * took[len(took) * 99 // 100],
                          "rate": batch * calls / sum(took), "far": far}), flush=True)

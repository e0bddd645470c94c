"""What a user would run instead, measured for `go run ./bench`.

Each invocation measures one thing and prints one JSON object:

    peer.py versions         the packages that are installed, with their versions
    peer.py train FRAMEWORK MODEL OPTIONS FILE WARM_STEPS WARM_SECONDS SECONDS
                             images per second of training steps, by torch, tensorflow or jax
    peer.py evaluate MODEL OPTIONS FILE     images per second of the losses of a set, by PyTorch
    peer.py draw MODEL OPTIONS              images per second of samples from the decoder, by PyTorch
    peer.py sample FILE      64 pictures from a decoder of mlpvae by PyTorch, as a PNG
    peer.py product M N K TA TB THREADS     GFLOP/s of OpenBLAS's sgemm
    peer.py recurrent CELL BATCH INPUTS UNITS STEPS THREADS
    peer.py characters BATCH STEPS WORDS EMBEDDING UNITS LATENT THREADS true|false
                             seconds of a step of PyTorch's lstm or gru, forward and backward
    peer.py pca TRAIN TEST SOLVER K         seconds of scikit-learn's fit of K principal components
    peer.py tsne FROM TO N   seconds of scikit-learn's t-SNE of N points, float32 in files
    peer.py map METHOD FROM TO N JOBS       seconds of openTSNE's tsne or uniform, or of umap-learn's umap
    peer.py serve PACKAGE FILE CODES EXAMPLES THREADS true|false
                             answers codes by a decoder, until its input ends: see serving.py

FILE is pictures in a .npy file. OPTIONS are words with commas between, such as compiled,threads=2, or
none; the files of the frameworks say which. The peak memory of the process comes with each.
"""
import importlib.metadata
import importlib.util
import json
import os
import resource
import struct
import sys
import zlib

PACKAGES = {
    "torch": ("torch",), "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow_cpu"), "jax": ("jax",),
    "sklearn": ("scikit-learn",), "openTSNE": ("openTSNE",), "umap": ("umap-learn",),
    "onnx": ("onnx",), "onnxruntime": ("onnxruntime",),
}


def versions():
    found = {}
    for module, names in PACKAGES.items():
        if importlib.util.find_spec(module) is None:
            continue
        found[module] = "of an unknown version"
        for name in names:
            try:
                found[module] = importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                continue
    return {"versions": found, "python": sys.version.split()[0]}


def parse(options):
    """compiled,threads=2 as a dictionary."""
    return dict((word.split("=") + [""])[:2] for word in options.split(",") if word not in ("", "none"))


def framework(name, model, options):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if name == "torch":
        from with_torch import Torch as Framework
    elif name == "tensorflow":
        from with_tensorflow import TensorFlow as Framework
    else:
        from with_jax import JAX as Framework
    return Framework(model, parse(options))


def train(name, model, options, file, warm_steps, warm_seconds, seconds):
    import windows
    f = framework(name, model, options)
    data = [f.place(x) for x in windows.batches(file)]
    return windows.train(f.step(), data, f.wait, int(warm_steps), float(warm_seconds), float(seconds))


def evaluate(model, options, file):
    import windows
    f = framework("torch", model, options)
    data = [f.place(x) for x in windows.batches(file)]
    return windows.repeated(len(data) * windows.BATCH, f.losses(data))


def draw(model, options):
    import windows
    n = 10000
    return windows.repeated(n, framework("torch", model, options).samples(n, windows.BATCH))


def sample(file):
    x = (255 * framework("torch", "mlpvae", "none").samples(64, 64)()).byte().reshape(8, 8, 28, 28)
    rows = bytes(x.permute(0, 2, 1, 3).reshape(-1).tolist())
    size = 8 * 28
    lines = b"".join(b"\0" + rows[i * size:(i + 1) * size] for i in range(size))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    with open(file, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)) +
                chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))
    return {}


def main():
    verb, *args = sys.argv[1:]
    if verb == "serve":
        from serving import serve
        return serve(*args[:4], int(args[4]), args[5] == "true")
    if verb == "product":
        from blas import product
        result = product(*map(int, args))
    elif verb == "characters":
        from characters import characters
        result = characters(*map(int, args[:-1]), args[-1] == "true")
    elif verb == "recurrent":
        from recurrent import recurrent
        result = recurrent(args[0], *map(int, args[1:]))
    elif verb == "pca":
        from scikit import pca
        result = pca(*args[:3], int(args[3]))
    elif verb == "tsne":
        from scikit import tsne
        result = tsne(*args[:2], int(args[2]))
    elif verb == "map":
        from embeddings import place
        result = place(*args[:3], *map(int, args[3:]))
    else:
        result = {"versions": versions, "train": train, "evaluate": evaluate, "draw": draw, "sample": sample}[verb](*args)
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(result))


main()

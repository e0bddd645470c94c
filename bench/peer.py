"""What a user would run instead: PyTorch, OpenBLAS and scikit-learn, measured for `go run ./bench`.

Each invocation measures one thing and prints one JSON object:

    peer.py train MODEL      images per second of training steps, peak memory
    peer.py evaluate MODEL   images per second of the test set's losses
    peer.py draw MODEL       images per second of samples from the decoder
    peer.py sample FILE      64 pictures from a decoder of mlpvae, as a PNG
    peer.py product M N K TA TB THREADS     GFLOP/s of OpenBLAS's sgemm
    peer.py pca SOLVER K     seconds of scikit-learn's fit of K principal components
    peer.py tsne FROM TO N   seconds of scikit-learn's t-SNE of N points, float32 in files

LATENTSPACE_DATA names the folder with mnist/. TORCH_THREADS sets PyTorch's threads.
"""
import ctypes
import gzip
import json
import os
import resource
import statistics
import struct
import sys
import time
import zlib

BATCH = 128


def torch_with_threads():
    import torch
    if "TORCH_THREADS" in os.environ:
        torch.set_num_threads(int(os.environ["TORCH_THREADS"]))
    torch.manual_seed(1)
    return torch


def pictures(torch, name="train"):
    path = os.path.join(os.environ["LATENTSPACE_DATA"], "mnist", name + "-images-idx3-ubyte")
    with (open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz")) as f:
        raw = bytearray(f.read()[16:])
    return torch.frombuffer(raw, dtype=torch.uint8).reshape(-1, 1, 28, 28).float() / 255


def mlp_networks(nn):
    encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 40))
    decoder = nn.Sequential(nn.Linear(20, 400), nn.ReLU(), nn.Linear(400, 784), nn.Unflatten(1, (1, 28, 28)))
    return encoder, decoder


def conv_networks(nn):
    encoder = nn.Sequential(
        nn.Conv2d(1, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU(),
        nn.Flatten(), nn.Linear(3136, 256), nn.ReLU(), nn.Linear(256, 32))
    decoder = nn.Sequential(
        nn.Linear(16, 256), nn.ReLU(), nn.Linear(256, 3136), nn.ReLU(), nn.Unflatten(1, (64, 7, 7)),
        nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(32, 1, 4, 2, 1))
    return encoder, decoder


def networks(torch, model):
    return {"mlpvae": mlp_networks, "convvae": conv_networks}[model](torch.nn)


def neg_elbo(torch, encoder, decoder, x):
    mu, logvar = encoder(x).chunk(2, 1)
    z = mu + (0.5 * logvar).exp() * torch.randn_like(mu)
    nll = torch.nn.functional.binary_cross_entropy_with_logits(decoder(z), x, reduction="sum")
    kl = 0.5 * (mu * mu + logvar.exp() - logvar - 1).sum()
    return (nll + kl) / len(x)


def vae_step(torch, encoder, decoder):
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], 1e-3)

    def step(x):
        loss = neg_elbo(torch, encoder, decoder, x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()
    return step


def gan_step(torch):
    nn, F = torch.nn, torch.nn.functional
    generator = nn.Sequential(
        nn.Linear(64, 6272), nn.Unflatten(1, (128, 7, 7)), nn.BatchNorm2d(128), nn.ReLU(),
        nn.ConvTranspose2d(128, 64, 4, 2, 1), nn.BatchNorm2d(64), nn.ReLU(), nn.ConvTranspose2d(64, 1, 4, 2, 1))
    discriminator = nn.Sequential(
        nn.Conv2d(1, 64, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(64, 128, 4, 2, 1), nn.BatchNorm2d(128),
        nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(6272, 1))
    adam = [torch.optim.Adam(m.parameters(), 2e-4, betas=(0.5, 0.999)) for m in (discriminator, generator)]

    def step(x):
        fake = generator(torch.randn(len(x), 64))
        loss = F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(fake.detach())).mean()
        adam[0].zero_grad()
        loss.backward()
        adam[0].step()
        fooled = F.softplus(-discriminator(fake)).mean()
        adam[1].zero_grad()
        fooled.backward()
        adam[1].step()
        return loss.item()
    return step


def train(model):
    torch = torch_with_threads()
    x = pictures(torch)
    steps = {"mlpvae": 150, "convvae": 30, "dcgan": 8}[model]
    step = {
        "mlpvae": lambda: vae_step(torch, *networks(torch, model)),
        "convvae": lambda: vae_step(torch, *networks(torch, model)),
        "dcgan": lambda: gan_step(torch),
    }[model]()
    order = torch.randperm(len(x))
    batches = [x[order[i:i + BATCH]] for i in range(0, 60 * BATCH, BATCH)]
    rates, n = [], 0
    for _ in range(6):
        start = time.perf_counter()
        for _ in range(steps):
            loss = step(batches[n % len(batches)])
            n += 1
        rates.append(steps * BATCH / (time.perf_counter() - start))
    return {"examples_per_second": statistics.median(rates[1:]), "loss": loss}


def windows(n, f):
    """n over the median of five times that f takes, after one that does not count."""
    seconds = []
    for _ in range(6):
        start = time.perf_counter()
        f()
        seconds.append(time.perf_counter() - start)
    return {"examples_per_second": n / statistics.median(seconds[1:])}


def evaluate(model):
    torch = torch_with_threads()
    encoder, decoder = networks(torch, model)
    x = pictures(torch, "t10k")

    def losses():
        with torch.no_grad():
            return sum(neg_elbo(torch, encoder, decoder, batch).item() * len(batch) for batch in x.split(BATCH)) / len(x)
    return windows(len(x), losses)


def draw(model):
    torch = torch_with_threads()
    _, decoder = networks(torch, model)
    n, latent = 10000, {"mlpvae": 20, "convvae": 16}[model]

    def samples():
        with torch.no_grad():
            return torch.cat([decoder(z).sigmoid() for z in torch.randn(n, latent).split(BATCH)])
    return windows(n, samples)


def sample(file):
    torch = torch_with_threads()
    _, decoder = mlp_networks(torch.nn)
    with torch.no_grad():
        x = decoder(torch.randn(64, 20)).sigmoid().mul(255).byte().reshape(8, 8, 28, 28)
    rows = bytes(x.permute(0, 2, 1, 3).reshape(-1).tolist())
    size = 8 * 28
    lines = b"".join(b"\0" + rows[i * size:(i + 1) * size] for i in range(size))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    with open(file, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)) +
                chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))
    return {}


def product(m, n, k, ta, tb, threads):
    blas = ctypes.CDLL("libopenblas.so.0")
    blas.openblas_set_num_threads(threads)
    blas.cblas_sgemm.argtypes = [ctypes.c_int] * 6 + [
        ctypes.c_float, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_float, ctypes.c_void_p, ctypes.c_int]
    make = lambda size: (ctypes.c_float * size)(*([0.5, -0.25, 0.125, 1.5] * (size // 4 + 1))[:size])
    a, b, c = make(m * k), make(k * n), make(m * n)

    def run():
        blas.cblas_sgemm(101, 112 if ta else 111, 112 if tb else 111, m, n, k, 1, a, m if ta else k, b, k if tb else n, 0, c, n)
    flop = 2 * m * n * k
    repeat = max(3, int(6e9 / flop))
    rates = []
    for _ in range(6):
        start = time.perf_counter()
        for _ in range(repeat):
            run()
        rates.append(flop * repeat / (time.perf_counter() - start) / 1e9)
    return {"gflops": max(rates[1:])}


def table(name):
    import numpy
    path = os.path.join(os.environ["LATENTSPACE_DATA"], "mnist", name + "-images-idx3-ubyte")
    with (open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz")) as f:
        return numpy.frombuffer(f.read()[16:], numpy.uint8).reshape(-1, 784).astype(numpy.float32) / 255


def pca(solver, k):
    from sklearn.decomposition import PCA
    x, test = table("train"), table("t10k")
    PCA(2, svd_solver="randomized", random_state=1).fit(x[:1000])  # loads what is loaded late
    start = time.perf_counter()
    p = PCA(k, svd_solver=solver, random_state=1).fit(x)
    seconds = time.perf_counter() - start
    error = ((test - p.inverse_transform(p.transform(test))) ** 2).sum(1).mean()
    return {"seconds": seconds, "squared_error": float(error)}


def tsne(source, target, n):
    import numpy
    from sklearn.manifold import TSNE
    x = numpy.fromfile(source, numpy.float32).reshape(n, -1)
    start = time.perf_counter()
    y = TSNE(perplexity=30, init="pca", learning_rate="auto", n_iter=1000, random_state=1, n_jobs=2).fit_transform(x)
    seconds = time.perf_counter() - start
    y.astype(numpy.float32).tofile(target)
    return {"seconds": seconds}


def main():
    verb, *args = sys.argv[1:]
    if verb == "train":
        result = train(args[0])
    elif verb == "evaluate":
        result = evaluate(args[0])
    elif verb == "draw":
        result = draw(args[0])
    elif verb == "sample":
        result = sample(args[0])
    elif verb == "pca":
        result = pca(args[0], int(args[1]))
    elif verb == "tsne":
        result = tsne(args[0], args[1], int(args[2]))
    else:
        result = product(*map(int, args))
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(result))


main()

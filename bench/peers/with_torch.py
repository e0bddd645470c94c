"""The models in PyTorch.

Options: compiled, for losses through torch.compile and Adam as one kernel; last, for channels last;
bf16, for losses under autocast; threads=N. Subnormal numbers are flushed to zero, as Adam's moments
are full of them after some 800 steps, and each costs an Intel processor a hundred cycles.
"""
import math

import torch
from networks import MODELS, PICTURE
from torch import nn
from torch.nn import functional as F


def network(layers, shape):
    """An nn.Module of the layers on inputs of a shape (h, w, c) or (n,)."""
    modules = []
    for kind, *sizes in layers:
        if kind == "dense":
            modules.append(nn.Linear(shape[0], sizes[0]))
            shape = (sizes[0],)
        elif kind == "conv":
            modules.append(nn.Conv2d(shape[2], sizes[0], 4, 2, 1))
            shape = (shape[0] // 2, shape[1] // 2, sizes[0])
        elif kind == "up":
            modules.append(nn.ConvTranspose2d(shape[2], sizes[0], 4, 2, 1))
            shape = (2 * shape[0], 2 * shape[1], sizes[0])
        elif kind == "norm":
            modules.append(nn.BatchNorm2d(shape[2]))
        elif kind == "flatten":
            modules.append(nn.Flatten())
            shape = (math.prod(shape),)
        elif kind == "shape":
            shape = tuple(sizes)
            modules.append(nn.Unflatten(1, (shape[2], shape[0], shape[1])))
        else:
            modules.append({"relu": nn.ReLU(), "leaky": nn.LeakyReLU(0.2)}[kind])
    return nn.Sequential(*modules)


class Torch:
    def __init__(self, model, options):
        torch.set_flush_denormal(True)  # before there are threads, which inherit it
        if "threads" in options:
            torch.set_num_threads(int(options["threads"]))
        torch.manual_seed(1)
        self.compiled = "compiled" in options
        self.half = "bf16" in options
        self.layout = torch.channels_last if "last" in options else torch.contiguous_format
        self.model = MODELS[model]

    def place(self, x):
        return torch.from_numpy(x).permute(0, 3, 1, 2).contiguous(memory_format=self.layout)

    def wait(self, loss):
        return loss.item()

    def build(self, name, shape):
        return network(self.model[name], shape).to(memory_format=self.layout)

    def fast(self, f):
        if self.half:
            f = torch.autocast("cpu", torch.bfloat16)(f)
        return torch.compile(f) if self.compiled else f

    def adam(self, *modules):
        rate, *betas = self.model["adam"]
        parameters = [p for m in modules for p in m.parameters()]
        return torch.optim.Adam(parameters, rate, tuple(betas), **({"fused": True} if self.compiled else {}))

    def vae(self):
        encoder, decoder = self.build("encoder", PICTURE), self.build("decoder", (self.model["latent"],))

        def loss(x):
            mu, logvar = encoder(x).chunk(2, 1)
            z = mu + (0.5 * logvar).exp() * torch.randn_like(mu)
            nll = F.binary_cross_entropy_with_logits(decoder(z), x, reduction="sum")
            kl = 0.5 * (mu * mu + logvar.exp() - logvar - 1).sum()
            return (nll + kl) / len(x)
        return encoder, decoder, self.fast(loss)

    def step(self):
        if "generator" in self.model:
            return self.gan_step()
        encoder, decoder, loss = self.vae()
        adam = self.adam(encoder, decoder)

        def step(x):
            value = loss(x)
            adam.zero_grad()
            value.backward()
            adam.step()
            return value
        return step

    def gan_step(self):
        latent = self.model["latent"]
        generator, discriminator = self.build("generator", (latent,)), self.build("discriminator", PICTURE)
        adams = [self.adam(m) for m in (discriminator, generator)]
        draw = self.fast(generator)
        judge = self.fast(lambda x, fake: F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(fake)).mean())
        fool = self.fast(lambda fake: F.softplus(-discriminator(fake)).mean())

        def step(x):
            fake = draw(torch.randn(len(x), latent))
            value = judge(x, fake.detach())
            adams[0].zero_grad()
            value.backward()
            adams[0].step()
            adams[1].zero_grad()
            fool(fake).backward()
            adams[1].step()
            return value
        return step

    def losses(self, data):
        """A function that returns the mean loss of all batches."""
        _, _, loss = self.vae()

        def mean():
            with torch.no_grad():
                return sum(loss(x).item() for x in data) / len(data)
        return mean

    def samples(self, n, batch):
        """A function that draws n pictures."""
        _, decoder, _ = self.vae()
        draw = self.fast(lambda z: decoder(z).sigmoid())

        def pictures():
            with torch.no_grad():
                return torch.cat([draw(z) for z in torch.randn(n, self.model["latent"]).split(batch)])
        return pictures

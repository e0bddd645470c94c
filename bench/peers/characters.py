"""Training steps of a variational autoencoder of characters in PyTorch: see bench/characters.go."""
import time

import torch
from torch import nn
from torch.nn.functional import cross_entropy


class TextVAE(nn.Module):
    def __init__(self, words, embedding, units, latent):
        super().__init__()
        self.seen, self.told = nn.Embedding(words, embedding), nn.Embedding(words + 1, embedding)
        self.reader = nn.GRU(embedding, units, bidirectional=True)
        self.code = nn.Linear(2 * units, 2 * latent)
        self.start = nn.Linear(latent, units)
        self.writer = nn.GRU(embedding + latent, units)
        self.out = nn.Linear(units, words)
        self.words, self.latent = words, latent

    def forward(self, x, known, before):
        """The negative ELBO of tokens x (steps, batch), those where known is 0 being padding."""
        h = self.reader(self.seen(x))[0]
        h = (h * known[..., None]).sum(0) / known.sum(0)[:, None]
        mu, logvar = self.code(h).chunk(2, -1)
        z = mu + torch.exp(logvar / 2) * torch.randn_like(mu)
        told = torch.cat([self.told(before), z.expand(x.shape[0], -1, -1)], -1)
        y = self.writer(told, torch.tanh(self.start(z))[None])[0]
        nll = cross_entropy(self.out(y).flatten(0, 1), x.flatten(), reduction="none")
        kl = (mu.square() + logvar.exp() - logvar - 1).sum() / 2
        return ((nll * known.flatten()).sum() + kl) / x.shape[1]


def characters(batch, steps, words, embedding, units, latent, threads, compiled):
    """Seconds of a step with Adam: the best of seven windows of a quarter of a second."""
    torch.set_flush_denormal(True)  # before there are threads, which inherit it
    torch.set_num_threads(threads)
    model = TextVAE(words, embedding, units, latent)
    rule = torch.optim.Adam(model.parameters(), lr=0.001)
    loss = torch.compile(model) if compiled else model
    x = torch.randint(words, (steps, batch))
    lengths = steps // 2 + torch.arange(batch) % (steps // 2)
    known = (torch.arange(steps)[:, None] < lengths).float()
    before = torch.cat([torch.full((1, batch), words), x[:-1]])

    def step():
        rule.zero_grad()
        loss(x, known, before).backward()
        rule.step()

    def window(seconds):
        begin, count = time.perf_counter(), 0
        while (spent := time.perf_counter() - begin) < seconds:
            step()
            count += 1
        return spent / count
    window(1)
    return {"seconds": min(window(0.25) for _ in range(7))}

"""The models in JAX, with a whole step under jit.

Options: none. The arrays of the state are donated, so that a step updates them in place. Moving means
of batch normalisation are left out, as a step has no use for them.
"""
import math

import jax
from jax import numpy as jnp
from networks import BATCH, MODELS, PICTURE

NHWC = ("NHWC", "HWIO", "NHWC")
SIMPLE = {
    "relu": jax.nn.relu,
    "leaky": lambda x: jax.nn.leaky_relu(x, 0.2),
    "flatten": lambda x: x.reshape(len(x), -1),
}


def initial(layers, shape, key):
    """The weights of the layers on inputs of a shape (h, w, c) or (n,): a pair for each, empty for those without."""
    weights = []
    for kind, *sizes in layers:
        key, use = jax.random.split(key)
        if kind == "dense":
            weights.append((jax.random.normal(use, (shape[0], sizes[0])) * shape[0] ** -0.5, jnp.zeros(sizes[0])))
            shape = (sizes[0],)
        elif kind in ("conv", "up"):
            weights.append((jax.random.normal(use, (4, 4, shape[2], sizes[0])) * (16 * shape[2]) ** -0.5, jnp.zeros(sizes[0])))
            h, w, _ = shape
            shape = (h // 2, w // 2, sizes[0]) if kind == "conv" else (2 * h, 2 * w, sizes[0])
        elif kind == "norm":
            weights.append((jnp.ones(shape[2]), jnp.zeros(shape[2])))
        else:
            weights.append(())
            shape = {"flatten": (math.prod(shape),), "shape": tuple(sizes)}.get(kind, shape)
    return weights


def apply(layers, weights, x):
    for (kind, *sizes), w in zip(layers, weights):
        if kind == "dense":
            x = x @ w[0] + w[1]
        elif kind == "conv":
            x = jax.lax.conv_general_dilated(x, w[0], (2, 2), "SAME", dimension_numbers=NHWC) + w[1]
        elif kind == "up":
            x = jax.lax.conv_transpose(x, w[0], (2, 2), "SAME", dimension_numbers=NHWC) + w[1]
        elif kind == "norm":
            mean = x.mean((0, 1, 2))
            variance = ((x - mean) ** 2).mean((0, 1, 2))
            x = (x - mean) * (w[0] * jax.lax.rsqrt(variance + 1e-5)) + w[1]
        elif kind == "shape":
            x = x.reshape(len(x), *sizes)
        else:
            x = SIMPLE[kind](x)
    return x


class JAX:
    def __init__(self, model, options):
        self.model = MODELS[model]

    def place(self, x):
        return jnp.asarray(x)

    def wait(self, loss):
        return float(loss)

    def begin(self, name, shape, key):
        weights = initial(self.model[name], shape, key)
        return weights, jax.tree.map(jnp.zeros_like, weights), jax.tree.map(jnp.zeros_like, weights)

    def adam(self, state, gradients, t):
        rate, beta1, beta2 = self.model["adam"]
        weights, m, v = state
        m = jax.tree.map(lambda a, g: beta1 * a + (1 - beta1) * g, m, gradients)
        v = jax.tree.map(lambda a, g: beta2 * a + (1 - beta2) * g * g, v, gradients)
        one, two = rate / (1 - beta1**t), 1 / (1 - beta2**t)
        weights = jax.tree.map(lambda w, a, b: w - one * a / (jnp.sqrt(two * b) + 1e-8), weights, m, v)
        return weights, m, v

    def step(self):
        update, state = self.gan() if "generator" in self.model else self.vae()
        run = jax.jit(update, donate_argnums=0)
        kept = [(state, jnp.float32(1), jax.random.key(2))]

        def step(x):
            kept[0], loss = run(kept[0], x)
            return loss
        return step

    def vae(self):
        encoder, decoder, latent = self.model["encoder"], self.model["decoder"], self.model["latent"]
        keys = jax.random.split(jax.random.key(1))
        parts = [self.begin("encoder", PICTURE, keys[0]), self.begin("decoder", (latent,), keys[1])]

        def loss(weights, x, key):
            mu, logvar = jnp.split(apply(encoder, weights[0], x), 2, 1)
            z = mu + jnp.exp(0.5 * logvar) * jax.random.normal(key, mu.shape)
            y = apply(decoder, weights[1], z)
            nll = (jnp.maximum(y, 0) - y * x + jnp.log1p(jnp.exp(-jnp.abs(y)))).sum()
            return (nll + 0.5 * (mu * mu + jnp.exp(logvar) - logvar - 1).sum()) / BATCH

        def update(kept, x):
            state, t, key = kept
            key, use = jax.random.split(key)
            value, gradients = jax.value_and_grad(loss)([s[0] for s in state], x, use)
            return ([self.adam(s, g, t) for s, g in zip(state, gradients)], t + 1, key), value
        return update, parts

    def gan(self):
        latent = self.model["latent"]
        keys = jax.random.split(jax.random.key(1))
        parts = [self.begin("discriminator", PICTURE, keys[0]), self.begin("generator", (latent,), keys[1])]

        def judge(weights, x):
            return apply(self.model["discriminator"], weights, x)

        def update(kept, x):
            (discriminator, generator), t, key = kept
            key, use = jax.random.split(key)
            z = jax.random.normal(use, (BATCH, latent))
            fake, back = jax.vjp(lambda w: apply(self.model["generator"], w, z), generator[0])
            value, gradients = jax.value_and_grad(
                lambda w: jax.nn.softplus(-judge(w, x)).mean() + jax.nn.softplus(judge(w, fake)).mean())(discriminator[0])
            discriminator = self.adam(discriminator, gradients, t)
            slope = jax.grad(lambda y: jax.nn.softplus(-judge(discriminator[0], y)).mean())(fake)
            generator = self.adam(generator, back(slope)[0], t)
            return ([discriminator, generator], t + 1, key), value
        return update, parts

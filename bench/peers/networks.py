"""The models of bench/*.yaml, as lists of layers that every framework builds in its own way.

A layer is a tuple of its kind and its sizes:

    dense N      an affine map to N values
    conv C       a convolution of 4 by 4 with stride 2 and padding 1 to C channels
    up C         its transpose
    norm         batch normalisation
    relu, leaky  activations; leaky has a slope of 0.2
    flatten      a picture to a vector
    shape H W C  a vector to a picture
"""

MODELS = {
    "mlpvae": {
        "latent": 20,
        "adam": (1e-3, 0.9, 0.999),
        "encoder": [("flatten",), ("dense", 400), ("relu",), ("dense", 40)],
        "decoder": [("dense", 400), ("relu",), ("dense", 784), ("shape", 28, 28, 1)],
    },
    "convvae": {
        "latent": 16,
        "adam": (1e-3, 0.9, 0.999),
        "encoder": [("conv", 32), ("relu",), ("conv", 64), ("relu",), ("flatten",), ("dense", 256), ("relu",), ("dense", 32)],
        "decoder": [("dense", 256), ("relu",), ("dense", 3136), ("relu",), ("shape", 7, 7, 64), ("up", 32), ("relu",), ("up", 1)],
    },
    "dcgan": {
        "latent": 64,
        "adam": (2e-4, 0.5, 0.999),
        "generator": [("dense", 6272), ("shape", 7, 7, 128), ("norm",), ("relu",), ("up", 64), ("norm",), ("relu",), ("up", 1)],
        "discriminator": [("conv", 64), ("leaky",), ("conv", 128), ("norm",), ("leaky",), ("flatten",), ("dense", 1)],
    },
}

PICTURE = (28, 28, 1)
BATCH = 128

"""Compares how well a model denoises with a median filter and non-local means, by scikit-image.

    sample denoise -run runs/dae -n 1000 -sigma 0.3 -split test -o denoised.npz
    python3 bench/denoise.py denoised.npz 0.3

The file has the same examples as they were (originals), with noise (noisy) and as the model made
them (examples). The filters get the noisy ones, the deviation of the noise, and their best options of
those below, chosen by the originals: a favour that the model does not get. Prints the mean PSNR in dB
for values in [0, 1], with its standard error. Values outside are cut off, for all alike. Tested with
numpy 2.4.6 and scikit-image 0.26.0.
"""

import sys

import numpy as np
from skimage.filters import median
from skimage.morphology import disk, footprint_rectangle
from skimage.restoration import denoise_nl_means


def psnr(originals, pictures):
    error = np.square(np.clip(pictures, 0, 1) - originals).mean(axis=(1, 2))
    values = -10 * np.log10(error)
    return values.mean(), values.std(ddof=1) / np.sqrt(len(values))


def each(f, pictures):
    return np.stack([f(p) for p in pictures])


def filters(sigma):
    for name, shape in (("cross", disk(1)), ("3 × 3", footprint_rectangle((3, 3))), ("disk of 2", disk(2))):
        yield "median", name, lambda p, shape=shape: median(p, shape)
    for patch in (3, 5, 7):
        for distance in (7, 11):
            for h in (0.4, 0.6, 0.8, 1.0):
                yield "non-local means", f"patch {patch}, distance {distance}, h {h}σ", \
                    lambda p, patch=patch, distance=distance, h=h: denoise_nl_means(
                        p, patch_size=patch, patch_distance=distance, h=h * sigma, sigma=sigma, fast_mode=False)


def main(file, sigma):
    arrays = np.load(file)
    originals, noisy, clean = (arrays[name].squeeze(-1).astype(np.float64) for name in ("originals", "noisy", "examples"))
    some = slice(0, 100)  # that options are chosen by
    best = {}
    for name, options, f in filters(sigma):
        value, _ = psnr(originals[some], each(f, noisy[some]))
        if name not in best or value > best[name][0]:
            best[name] = value, options, f
    print(f"{len(originals)} pictures, noise of deviation {sigma}: PSNR {'%.2f ± %.2f' % psnr(originals, noisy)} dB")
    for name, (_, options, f) in best.items():
        print(f"{name} ({options}): {'%.2f ± %.2f' % psnr(originals, each(f, noisy))} dB")
    print(f"model: {'%.2f ± %.2f' % psnr(originals, clean)} dB")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))

"""Records what other implementations measure on features drawn here.

PyTorch's and TensorFlow's need an environment each, of Python 3.11:

    python3.11 -m venv .venv-ref-torch
    .venv-ref-torch/bin/pip install torch==2.14.1 torchvision==0.29.1
    .venv-ref-torch/bin/pip install pytorch-fid==0.3.0 \
        torch-fidelity==0.4.0 prdc==0.2 scipy==1.17.1 numpy==2.4.6

    python3.11 -m venv .venv-ref-tf
    .venv-ref-tf/bin/pip install "tensorflow==2.15.*" "tf-keras==2.15.*" \
        "tensorflow-probability==0.23.*" tensorflow-gan==2.1.0 \
        tensorflow-hub "setuptools<82"

SciPy 1.17 warns that 1.18 will lack an argument of `sqrtm` that pytorch-fid
0.3.0 gives.

Each records its part into `constants.json` beside this file, and keeps the
other's:

    .venv-ref-torch/bin/python tests/evaluation/reference/record.py torch
    .venv-ref-tf/bin/python tests/evaluation/reference/record.py tensorflow

No weights are needed: all that is called takes features or logits. Tests import
`random_features` and `random_logits`, which need NumPy alone. What fails, or is
not finite, is recorded as a string.
"""

import argparse
import importlib.metadata
import json
import math
import platform
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[3]
IMAGES = ROOT / "tfgan_zoo" / "data" / "files" / "fashion_mnist_10k.npz"
CONSTANTS = Path(__file__).with_name("constants.json")

NAMES = ("correlated", "wide", "rank_deficient", "collapsed", "pixels")
NEAREST = (3, 5)
BLOCKS = 4
SPLITS = 10
FAILURES = (ArithmeticError, AssertionError, RuntimeError, TypeError)
FAILURES += (ValueError,)


def _mixing(random, dimensions):
    """A matrix that correlates standard normals, and an offset."""
    matrix = random.standard_normal((dimensions, dimensions))
    offset = 0.5 * random.standard_normal(dimensions)
    return matrix / math.sqrt(dimensions), offset


def _correlated(random, number, matrix, offset):
    normals = random.standard_normal((number, len(offset)))
    # Rounded: the last bits of a product depend on the BLAS.
    return np.round(np.maximum(normals @ matrix + offset, 0.0), 6)


def _correlated_pair():
    random = np.random.RandomState(1)
    matrix, offset = _mixing(random, 64)
    change, shift = _mixing(random, 64)
    real = _correlated(random, 2000, matrix, offset)
    matrix = matrix + 0.2 * change
    fake = _correlated(random, 1500, matrix, offset + 0.2 * shift)
    return real, fake


def _wide_pair(seed, real_number, fake_number):
    random = np.random.RandomState(seed)
    scales = 1.0 / np.sqrt(1.0 + np.arange(256))
    real = random.standard_normal((real_number, 256)) * scales
    fake = random.standard_normal((fake_number, 256)) * scales
    return real, 1.2 * fake + 0.1


def _collapsed_pair():
    random = np.random.RandomState(4)
    matrix, offset = _mixing(random, 64)
    real = _correlated(random, 1000, matrix, offset)
    # One after the other: each block of rows has all five.
    fake = np.tile(_correlated(random, 5, matrix, offset), (200, 1))
    return real, fake + 1e-3 * random.standard_normal(fake.shape)


def _pooled(images):
    """Means of 2x2 pixels, flat."""
    squares = images.reshape(len(images), 14, 2, 14, 2)
    return squares.mean(axis=(2, 4)).reshape(len(images), 196)


def _pixels_pair():
    random = np.random.RandomState(5)
    with np.load(IMAGES) as file:
        images = file["images"][:2000] / 255.0
    noise = 0.1 * random.standard_normal(images[1000:].shape)
    noisy = np.clip(images[1000:] + noise, 0.0, 1.0)
    return _pooled(images[:1000]), _pooled(noisy)


def random_features(name):
    """The real and the fake features of a name: float64, a row each."""
    if name == "correlated":
        return _correlated_pair()
    if name == "wide":
        return _wide_pair(2, 1000, 1000)
    if name == "rank_deficient":
        return _wide_pair(3, 100, 120)
    if name == "collapsed":
        return _collapsed_pair()
    if name == "pixels":
        return _pixels_pair()
    raise ValueError(f"no features are named {name!r}")


def random_logits():
    """Logits of ten classes: float64, a row for each of 2000 images."""
    return 3.0 * np.random.RandomState(6).standard_normal((2000, 10))


def equal_numbers(real, fake):
    """The first rows of both, as many as the smaller has."""
    number = min(len(real), len(fake))
    return real[:number], fake[:number]


def attempt(measure, *arguments, **options):
    """What a function returns, as JSON can hold it, or how it failed."""
    try:
        value = float(measure(*arguments, **options))
    except FAILURES as error:
        return f"{type(error).__name__}: {error}"
    return value if math.isfinite(value) else str(value)


def versions(*packages):
    found = {one: importlib.metadata.version(one) for one in packages}
    return {"python": platform.python_version(), **found}


def torch_part():
    """What pytorch-fid, torch-fidelity and prdc say."""
    import torch
    from prdc import compute_prdc
    from pytorch_fid import fid_score
    from torch_fidelity import metric_fid, metric_isc, metric_kid

    def pytorch_fid(real, fake):
        moments = []
        for features in (real, fake):
            moments += [np.mean(features, axis=0)]
            moments += [np.cov(features, rowvar=False)]
        return fid_score.calculate_frechet_distance(*moments)

    def torch_fid(real, fake):
        both = [
            metric_fid.fid_features_to_statistics(torch.from_numpy(features))
            for features in (real, fake)
        ]
        metrics = metric_fid.fid_statistics_to_metric(*both, verbose=False)
        return metrics[metric_fid.KEY_METRIC_FID]

    def torch_kid(real, fake):
        real, fake = equal_numbers(real, fake)
        metrics = metric_kid.kid_features_to_metric(
            torch.from_numpy(real),
            torch.from_numpy(fake),
            kid_subsets=1,
            kid_subset_size=len(real),
            kid_kernel="poly",
            kid_kernel_poly_degree=3,
            kid_kernel_poly_gamma=None,
            kid_kernel_poly_coef0=1,
            verbose=False,
        )
        return metrics[metric_kid.KEY_METRIC_KID_MEAN]

    def torch_score(splits):
        metrics = metric_isc.isc_features_to_metric(
            torch.from_numpy(random_logits()), splits=splits, shuffle=False
        )
        return (
            metrics[metric_isc.KEY_METRIC_ISC_MEAN],
            metrics[metric_isc.KEY_METRIC_ISC_STD],
        )

    found = {"frechet": {}, "kid": {}, "prdc": {}, "score": {}}
    for name in NAMES:
        real, fake = random_features(name)
        found["frechet"][name] = {
            "pytorch-fid": attempt(pytorch_fid, real, fake),
            "torch-fidelity": attempt(torch_fid, real, fake),
        }
        found["kid"][name] = {"torch-fidelity": attempt(torch_kid, real, fake)}
        found["prdc"][name] = {"prdc": {}}
        for nearest in NEAREST:
            four = compute_prdc(real, fake, nearest_k=nearest)
            four = {metric: float(value) for metric, value in four.items()}
            found["prdc"][name]["prdc"][str(nearest)] = four
    value, std = torch_score(SPLITS)
    found["score"]["logits"] = {
        "torch-fidelity": torch_score(1)[0],
        "torch-fidelity splits": {"splits": SPLITS, "value": value, "std": std},
    }
    packages = ("numpy", "scipy", "scikit-learn", "torch", "torchvision")
    packages += ("pytorch-fid", "torch-fidelity", "prdc")
    found["versions"] = {"torch": versions(*packages)}
    return found


def tensorflow_part():
    """What TF-GAN says."""
    import tensorflow as tf
    import tensorflow_gan as tfgan

    def frechet(real, fake, dtype):
        return tfgan.eval.frechet_classifier_distance_from_activations(
            tf.constant(real, dtype), tf.constant(fake, dtype)
        )

    def kernel(real, fake, largest, which):
        measure = tfgan.eval.kernel_classifier_distance_and_std_from_activations
        both = (tf.constant(real), tf.constant(fake))
        return measure(*both, max_block_size=largest)[which]

    found = {"frechet": {}, "kid": {}, "score": {}}
    for name in NAMES:
        real, fake = random_features(name)
        found["frechet"][name] = {
            f"tensorflow-gan {dtype.name}": attempt(frechet, real, fake, dtype)
            for dtype in (tf.float32, tf.float64)
        }
        real, fake = equal_numbers(real, fake)
        size = len(real) // BLOCKS
        found["kid"][name] = {
            "tensorflow-gan": attempt(kernel, real, fake, len(real), 0),
            "tensorflow-gan blocks": {
                "max_block_size": size,
                "value": attempt(kernel, real, fake, size, 0),
                "std": attempt(kernel, real, fake, size, 1),
            },
        }
    score = tfgan.eval.classifier_score_from_logits
    value = attempt(score, tf.constant(random_logits()))
    found["score"]["logits"] = {"tensorflow-gan": value}
    packages = ("numpy", "tensorflow", "tensorflow-probability")
    packages += ("tensorflow-gan",)
    found["versions"] = {"tensorflow": versions(*packages)}
    return found


def merge(old, new):
    """Sets what is new in what is old, at every depth."""
    for key, value in new.items():
        if isinstance(value, dict):
            merge(old.setdefault(key, {}), value)
        else:
            old[key] = value


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=("torch", "tensorflow"))
    part = parser.parse_args().part
    known = json.loads(CONSTANTS.read_text()) if CONSTANTS.exists() else {}
    merge(known, torch_part() if part == "torch" else tensorflow_part())
    CONSTANTS.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()

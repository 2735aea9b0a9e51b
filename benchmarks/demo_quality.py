"""How good an export's clothes are, by a classifier of Fashion-MNIST.

    python benchmarks/demo_quality.py --model=runs/demo/export

Trains a small classifier once (it is kept in --classifier), then prints one
line of JSON: the Frechet distance between the classifier's 64 features of
10,000 generated images and of the 10,000 embedded ones, beside that between two
halves of the embedded ones, and each class's share of the generated images.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from absl import app, flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli.app import import_tensorflow

_MODEL = flags.DEFINE_string("model", "runs/demo/export", "Export's folder.")
_DATASET = flags.DEFINE_string(
    "classifier_dataset", "fashion_mnist_10k", "What the classifier learns."
)
_DATA_DIR = flags.DEFINE_string("data_dir", None, "Where TFDS data sets are.")
_CLASSIFIER = flags.DEFINE_string(
    "classifier", "runs/classifier", "Where classifiers are kept."
)
_COUNT = flags.DEFINE_integer("count", 10_000, "Generated images.")


def _frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """|mu_a - mu_b|^2 + tr(A + B - 2 sqrt(AB)), Heusel et al. 2017, eq. 6."""
    difference = a.mean(0) - b.mean(0)
    covariance_a, covariance_b = np.cov(a.T), np.cov(b.T)
    eigenvalues = np.linalg.eigvals(covariance_a @ covariance_b).real
    root_trace = np.sqrt(np.clip(eigenvalues, 0.0, None)).sum()
    traces = np.trace(covariance_a) + np.trace(covariance_b)
    return float(difference @ difference + traces - 2.0 * root_trace)


def main(argv: list[str]) -> None:
    """Judges and prints."""
    del argv
    import_tensorflow()
    import fashion_classifier

    from tfgan_zoo import data
    from tfgan_zoo.export.sampler import Sampler

    model = fashion_classifier.trained(
        Path(f"{_CLASSIFIER.value}-{_DATASET.value}.h5"),
        data.DataRequest(_DATASET.value, data_dir=_DATA_DIR.value),
    )
    embedded = data.load_examples(data.DataRequest("fashion_mnist_10k"))
    real, labels = embedded.read(np.arange(len(embedded))).values()
    real_features, real_classes = fashion_classifier.classify(model, real)
    fake = Sampler(Path(_MODEL.value)).sample(
        np.arange(_COUNT.value, dtype=np.int64)
    )
    features, classes = fashion_classifier.classify(model, fake)
    shares = np.bincount(classes, minlength=10) / len(classes)
    result = {
        "model": _MODEL.value,
        "images": len(fake),
        "frechet_distance": round(
            _frechet_distance(features, real_features), 2
        ),
        "frechet_distance_of_real_halves": round(
            _frechet_distance(real_features[::2], real_features[1::2]), 2
        ),
        "classifier_dataset": _DATASET.value,
        "classifier_accuracy": round(float(np.mean(real_classes == labels)), 4),
        "class_percent": {
            name: round(100.0 * share, 1)
            for name, share in zip(embedded.spec.class_names, shares)
        },
    }
    print(json.dumps(result))


if __name__ == "__main__":
    app.run(main)

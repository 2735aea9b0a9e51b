"""Makes the embedded data set from the test images of Fashion-MNIST.

python tools/make_fashion_mnist_10k.py DATA_DIR, where DATA_DIR has TFDS's
`fashion_mnist` prepared. The same images give the same file.
"""

from __future__ import annotations

import argparse

import numpy as np
import tensorflow_datasets as tfds

from tfgan_zoo.data import embedded

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


def main() -> None:
    """Writes the file, replacing the one there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data_dir", help="where TFDS keeps its data sets")
    examples = tfds.load(
        "fashion_mnist",
        split="test",
        data_dir=parser.parse_args().data_dir,
        download=False,
        read_config=tfds.ReadConfig(interleave_cycle_length=1),
    )
    pairs = [(e["image"], e["label"]) for e in tfds.as_numpy(examples)]
    images, labels = zip(*pairs)
    path = embedded.path(embedded.FASHION_MNIST)
    np.savez_compressed(
        path,
        images=np.stack(images),
        labels=np.array(labels, np.uint8),
        class_names=np.array(CLASS_NAMES),
    )
    print(f"{path}: {len(labels):,} images, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

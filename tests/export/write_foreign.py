"""Writes the export that another TensorFlow is tested with.

    python tests/export/write_foreign.py

Its name is that of this TensorFlow, its folder `saved_models` beside this file.
"""

import dataclasses
import shutil
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from small_exports import small

from tfgan_zoo.export import saved_model
from tfgan_zoo.export.sampler import Sampler


def main():
    folder = Path(__file__).parent / "saved_models" / tf.__version__
    shutil.rmtree(folder, ignore_errors=True)
    gan, card = small("dcgan")
    random = np.random.RandomState(0)
    for variable in gan.ema_generator.trainable_variables:
        values = random.normal(0.0, 0.7, variable.shape)
        variable.assign(values.astype(np.float32))
    versions = {"tensorflow": tf.__version__}
    card = dataclasses.replace(card, versions=versions)
    served = saved_model.ServedGenerator(gan)
    saved_model.write(served, card, folder / "saved_model")
    np.save(
        folder / "images.npy", Sampler(folder).sample(np.array([0, 1, 2**40]))
    )


if __name__ == "__main__":
    main()

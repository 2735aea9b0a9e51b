"""The binaries. Importing this package quiets TensorFlow, so it comes first."""

import importlib.util
import os

from tfgan_zoo.cli import start

# 3 leaves what ends the process: TensorFlow 2.15 logs errors at every start of
# a machine without a GPU.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

if start.is_command():
    start.prepare()
    if importlib.util.find_spec("tf_keras"):
        # Otherwise TensorFlow imports Keras 3 as well, a second for nothing.
        os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

"""The binaries. Importing this package quiets TensorFlow, so it comes first."""

import os

from tfgan_zoo.cli import start

# 3 leaves what ends the process: TensorFlow 2.15 logs errors at every start of
# a machine without a GPU.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

if start.is_command():
    start.prepare()

"""The flags of `tfgan-evaluate`."""

from __future__ import annotations

from absl import flags

from tfgan_zoo.cli import path_flags

MODEL = path_flags.define_path(
    "model",
    None,
    "Model to evaluate: a folder that tfgan-export wrote, the folder of a "
    "run, a name that tfgan-zoo list shows, or hf://owner/name. Required, "
    "unless --images is given.",
)
IMAGES = path_flags.define_path(
    "images",
    None,
    "Images to evaluate: an .npy or .npz file, or a folder, whose "
    "subfolders may be the classes. Required, unless --model is given.",
)
COMPARE = path_flags.define_path(
    "compare",
    None,
    "Second model, to test whether the two differ by more than noise.",
)
DATASET = path_flags.define_path(
    "dataset",
    None,
    "Real images, named as for tfgan-train. Default: those that the model "
    "was trained on.",
)
DATA_DIR = path_flags.define_path(
    "data_dir",
    None,
    "Where TensorFlow data sets are stored. Default: as in the training; "
    "otherwise $TFDS_DATA_DIR, or ~/tensorflow_datasets.",
)
SPLIT = flags.DEFINE_string(
    "split", "", "Split of the real images. Default: test, if there is one."
)
VALUE_RANGE = flags.DEFINE_string(
    "value_range",
    None,
    "MIN,MAX: the values of black and white in images of more than 8 bits, "
    "real ones and those of --images. Default: as in the training.",
)
METRICS = flags.DEFINE_list(
    "metrics",
    None,
    "Metrics, separated by commas, or all; an unknown name lists them. "
    "Default: those that take seconds.",
)
COUNT = flags.DEFINE_integer(
    "count",
    10_000,
    "Number of samples per repeat; also the largest number of real images.",
    1,
)
REPEATS = flags.DEFINE_integer(
    "repeats",
    5,
    "Number of repeats, with new samples each, for standard errors.",
    1,
)
SEED = flags.DEFINE_integer("seed", 0, "Seed of the samples.", 0)
FEATURES = path_flags.define_path(
    "features",
    None,
    "Feature network: imagenet, for images of any kind; digits, fashion, "
    "cifar10, stacked_digits, inception or keras_inception; or the path of "
    "a SavedModel or Keras model. Default: that of the data set.",
)
FEATURES_PATH = path_flags.define_path(
    "features_path",
    None,
    "File of the feature network, if it is imagenet, inception or "
    "keras_inception. Default: the one installed or downloaded.",
)
FEATURES_SHA256 = flags.DEFINE_string(
    "features_sha256",
    "",
    "SHA-256 that the feature network must have. Default: any.",
)
DOWNLOAD = flags.DEFINE_bool(
    "download", False, "Download data and feature networks that are missing."
)
TRUNCATION = flags.DEFINE_float(
    "truncation",
    None,
    "Truncation of normal latents, in standard deviations, as in tfgan-sample.",
)
CHECKPOINT = flags.DEFINE_enum(
    "checkpoint",
    "newest",
    ["newest", "best"],
    "Checkpoint to evaluate, if --model is a run.",
)
REFERENCE = flags.DEFINE_bool(
    "reference",
    False,
    "Score real images of the training split as well: the best values that "
    "a generator can have.",
)
OUTPUT = path_flags.define_path(
    "output",
    None,
    "JSON file to write; it is replaced if it exists. Default: "
    "evaluation.json, which is never replaced.",
)
TRUST = flags.DEFINE_bool(
    "trust",
    False,
    "Load an export even if it has changed since it was written, and an "
    "export or a feature network even if it could access files, processes or "
    "the network.",
)

"""The flags of `tfgan-sample`."""

from __future__ import annotations

from absl import flags

from tfgan_zoo.cli import path_flags

MODEL = path_flags.define_path(
    "model",
    None,
    "Generator: a folder that tfgan-export wrote, a name that tfgan-zoo list "
    "shows, or hf://owner/name. Required.",
)
OUTPUT = path_flags.define_path(
    "output",
    None,
    "What to write: a PNG file; with --invert, also a .gif file of the "
    "search; with a slash at its end, a folder for shards of single images; "
    "if --input is a folder, a new folder. An existing file is replaced. "
    "Default: samples.png, inverted.png, translated.png or upscaled.png, "
    "which are never replaced.",
)
COUNT = flags.DEFINE_integer(
    "count", 64, "Number of images to generate.", lower_bound=1
)
COLUMNS = flags.DEFINE_integer(
    "columns",
    None,
    "Images per row of the grid. Default: one per class, or a grid as "
    "square as possible if there are no classes.",
    1,
)
SEED = flags.DEFINE_integer(
    "seed",
    0,
    "Seed of the first image; the next one has the next seed.",
    lower_bound=0,
)
SEEDS = flags.DEFINE_list(
    "seeds",
    None,
    "Seeds of all images, separated by commas, instead of --seed and --count.",
)
LABELS = flags.DEFINE_string(
    "labels",
    None,
    "Classes of the images, by number or name, separated by commas. Images, "
    "and the segments of a walk, cycle through them. --invert uses the class "
    "that fits best, and --input takes one class for all images. "
    "Default: all.",
)
flags.DEFINE_alias("label", "labels")
TRUNCATION = flags.DEFINE_float(
    "truncation",
    None,
    "Truncation of normal latents, in standard deviations, such as 1.0: "
    "fewer odd images, but less variety.",
)
WALK = path_flags.define_path(
    "walk",
    None,
    "Write a walk through the latent space, from seed to seed and back to "
    "the first, to this file: .gif, or .png with a row for each segment.",
)
WALK_STOPS = flags.DEFINE_integer(
    "walk_stops", 4, "Number of seeds on the walk.", 1
)
WALK_FRAMES = flags.DEFINE_integer(
    "walk_frames", 16, "Number of images from one seed to the next.", 2
)
WALK_LABELS = flags.DEFINE_bool(
    "walk_labels",
    False,
    "Show all classes side by side, with the same latents.",
)
WALK_LATENT = flags.DEFINE_integer(
    "walk_latent",
    None,
    "Index of the only latent value to change, from its lowest to its "
    "highest value, once for each seed; -1 is the last. Default: all change.",
)
INVERT = path_flags.define_path(
    "invert", None, "Find the latents of this image, of any size."
)
INVERT_STEPS = flags.DEFINE_integer(
    "invert_steps",
    None,
    "Number of steps of the search. Default: 10 from the encoder that "
    "tfgan-encoder added to the model, and 300 from seeds.",
    1,
)
INVERT_STARTS = flags.DEFINE_integer(
    "invert_starts",
    4,
    "Number of seeds per class to start the search from. It, --seed, --seeds "
    "and --truncation search from seeds, even if the model has an encoder.",
    1,
)
INPUT = path_flags.define_path(
    "input",
    None,
    "Image, or folder of images, for a generator that takes images.",
)
FULL_SIZE = flags.DEFINE_bool(
    "full_size",
    False,
    "Translate images at their own size, not at that of the training.",
)
UPSCALE = path_flags.define_path(
    "upscale", None, "The same as --input, for a generator that enlarges."
)
UPSCALE_TIMES = flags.DEFINE_integer(
    "upscale_times", 1, "How many times the generator is applied.", 1, 2
)
SHARD = flags.DEFINE_string(
    "shard",
    "1/1",
    "Which shards to write: 3/8 is the third of eight parts, for eight "
    "processes that share the work.",
)
SHARD_SIZE = flags.DEFINE_integer(
    "shard_size", 10_000, "Number of images per shard.", 1
)
SHARD_FORMAT = flags.DEFINE_enum(
    "shard_format",
    "tfrecord",
    ["tfrecord", "png"],
    "Format of a shard: a TFRecord file of tf.train.Example, or a folder of "
    "PNG files.",
)
TRUST = flags.DEFINE_bool(
    "trust",
    False,
    "Load an export even if it has changed since it was written, or has "
    "operators that could access files, processes or the network.",
)

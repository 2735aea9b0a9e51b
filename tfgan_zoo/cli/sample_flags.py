"""The flags of `tfgan-sample`."""

from __future__ import annotations

from absl import flags

from tfgan_zoo.cli import path_flags

MODEL = path_flags.define_path(
    "model",
    None,
    "Folder that tfgan-export wrote, or a name of tfgan-zoo list.",
)
OUTPUT = path_flags.define_path(
    "output",
    None,
    "PNG file to write, overwritten if it exists; by default samples.png, "
    "inverted.png, translated.png or upscaled.png, which are not; with "
    "--invert also .gif, of the search; or, with a slash at its end, a folder "
    "for shards of single images; a new folder if --input is one.",
)
COUNT = flags.DEFINE_integer(
    "count", 64, "Number of images to generate.", lower_bound=1
)
COLUMNS = flags.DEFINE_integer(
    "columns",
    None,
    "Images per row of the grid. By default, a conditional model gets a column "
    "per class, and the grid of any other is as square as possible.",
    1,
)
SEED = flags.DEFINE_integer(
    "seed", 0, "Seed of the first image.", lower_bound=0
)
SEEDS = flags.DEFINE_list(
    "seeds", None, "Seeds of all images, separated by commas."
)
LABELS = flags.DEFINE_string(
    "labels",
    None,
    "Classes, by number or name, separated by commas; by default all. Images "
    "and the legs of a walk cycle through them; --invert uses the class that "
    "fits best, and --input takes one class for all images.",
)
flags.DEFINE_alias("label", "labels")
TRUNCATION = flags.DEFINE_float(
    "truncation",
    None,
    "Truncation of normal latents, in standard deviations, such as 1.0: fewer "
    "odd images, but less variety.",
)
WALK = path_flags.define_path(
    "walk",
    None,
    "File of a walk from seed to seed and back to the first: .gif, or .png, "
    "with a row for each leg.",
)
WALK_STOPS = flags.DEFINE_integer(
    "walk_stops", 4, "Number of seeds that a walk passes.", 1
)
WALK_FRAMES = flags.DEFINE_integer(
    "walk_frames", 16, "Number of images from one seed to the next.", 2
)
WALK_LABELS = flags.DEFINE_bool(
    "walk_labels", False, "Show all classes side by side, with equal latents."
)
WALK_LATENT = flags.DEFINE_integer(
    "walk_latent",
    None,
    "Index of a latent value: only this one changes, from its lowest to its "
    "highest value, once for each seed. -1 is the last.",
)
INVERT = path_flags.define_path(
    "invert", None, "Image whose latents to find, of any size."
)
INVERT_STEPS = flags.DEFINE_integer(
    "invert_steps", 300, "Steps of the search.", 1
)
INVERT_STARTS = flags.DEFINE_integer(
    "invert_starts", 4, "Number of seeds per class to start from.", 1
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
    "upscale", None, "As --input, for a generator that enlarges."
)
UPSCALE_TIMES = flags.DEFINE_integer(
    "upscale_times", 1, "Times that the generator is applied: 1 or 2.", 1, 2
)
SHARD = flags.DEFINE_string(
    "shard",
    "1/1",
    "Which part of the shards to write: 3/8 is the third of eight processes "
    "that share the work.",
)
SHARD_SIZE = flags.DEFINE_integer(
    "shard_size", 10_000, "Number of images per shard.", 1
)
SHARD_FORMAT = flags.DEFINE_enum(
    "shard_format",
    "tfrecord",
    ["tfrecord", "png"],
    "Format of a shard: a file of tf.train.Example, or a folder of PNG files.",
)
TRUST = flags.DEFINE_bool(
    "trust",
    False,
    "Load a model whose files have changed since they were exported, or that "
    "holds operators which could touch files, processes or the network.",
)

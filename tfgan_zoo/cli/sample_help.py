"""What `tfgan-sample --help` says beside the flags' own texts."""

USAGE = """
Usage: tfgan-sample --model=NAME|PATH [FLAGS]

  tfgan-sample --model=DIR --count=64 --seed=0 --output=grid.png
  tfgan-sample --model=DIR --labels=sandal,bag --truncation=1.0
  tfgan-sample --model=DIR --walk=walk.gif --walk_stops=4
  tfgan-sample --model=DIR --invert=image.png --output=inverted.png
  tfgan-sample --model=DIR --input=drawings/ --output=pictures/
  tfgan-sample --model=DIR --upscale=image.png --upscale_times=2
  tfgan-sample --model=DIR --count=1000000 --output=shards/ --shard=3/8

Writes a grid of images that an exported generator samples. Their seeds count
up from --seed, and an image depends on its seed alone, not on --count.

With --walk it writes an animation between images. With --invert it finds the
latents whose image is nearest to a given one. With an --output that ends in a
slash it writes single images in shards, and the same command resumes where it
was stopped.

A generator that takes images gets those of --input, of any size. A generator
that enlarges takes them at their own size. For one that translates they are
scaled to the size of its training and padded with white; the padding is cut
off the output.
"""

SECTIONS = {
    "Model and output": ("model", "output", "trust"),
    "Samples": (
        "count",
        "seed",
        "seeds",
        "labels",
        "label",
        "truncation",
        "columns",
    ),
    "Walks": (
        "walk",
        "walk_stops",
        "walk_frames",
        "walk_labels",
        "walk_latent",
    ),
    "Inversion": ("invert", "invert_steps", "invert_starts"),
    "Generators that take images": (
        "input",
        "full_size",
        "upscale",
        "upscale_times",
    ),
    "Shards of single images": ("shard", "shard_size", "shard_format"),
}

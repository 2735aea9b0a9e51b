"""What `tfgan-evaluate --help` says beside the flags' own texts."""

USAGE = """
Usage: tfgan-evaluate --model=NAME|PATH [FLAGS]
       tfgan-evaluate --images=PATH --dataset=NAME [FLAGS]

  tfgan-evaluate --model=runs/demo/export
  tfgan-evaluate --model=runs/a --compare=runs/b
  tfgan-evaluate --images=samples.npy --dataset=mnist --download

Compares the samples of a model, or images made by any program, with real
images. The outputs of a generator that takes images are compared with held-out
targets. Prints a table, and writes a JSON file with each value, its standard
error and the protocol. Works offline for digits, clothes and CIFAR-10, and with
--features=imagenet for images of any kind.
"""

SECTIONS = {
    "What is evaluated": (
        "model",
        "images",
        "compare",
        "checkpoint",
        "truncation",
        "trust",
    ),
    "Real images": ("dataset", "split", "data_dir", "download", "value_range"),
    "Metrics": ("metrics", "count", "repeats", "seed", "reference"),
    "Feature network": ("features", "features_path", "features_sha256"),
    "Output": ("output",),
}

"""Values that flags may get: plausible ones, and odd ones."""

from __future__ import annotations

import dataclasses
import random

LONG = "a" * 300
ODD_TEXTS = (
    "",
    " ",
    "\t",
    "\u00e9",
    "e\u0301",
    "\u540d\u524d",
    "\u202e",
    "\udcff",  # a byte that is not UTF-8
    LONG,
    LONG * 20,
    "..",
    ".",
    "~",
    "~/x",
    "~nobody-here/x",
    "%s",
    "{}",
    "{0}",
    "nan",
    "none",
    "None",
    "null",
    "help",
    "all",
    "true",
    "-1",
    "0",
    ",",
    "a,b",
    "a,,b",
    "a\nb",
    "--x",
    "=",
    "*",
    "x.png",
    "x.gif",
    "x.json",
    "x.html",
    "x/",
    "x/y/z.png",
    "https://example.org/x.zip",
    "http://example.org/x",
    "file:///etc/passwd",
    "gs://bucket/x",
    "s3://bucket/x",
    "C:\\x\\y",
    "mnist",
    "dcgan-mnist",
    "mlp-mnist",
    "acgan-mnist",
    "upsampler-fashion_mnist",
)
# What `files.write` leaves in every input's `in`.
ODD_PATHS = (
    "in",
    "in/empty",
    "in/empty.png",
    "in/empty.json",
    "in/text.json",
    "in/text.png",
    "in/missing/x",
    "in/missing.json",
    "in/pipe",
    "in/pipe.json",
    "in/loop",
    "in/loop.json",
    "in/dangling",
    "in/text.json/x",
    "in/text.json/x.json",
    "in/folder.png",
    "in/folder.json",
    "/dev/null",
    "/dev/full",
    "/dev/zero",
    "/dev/null/x.png",
    "/dev/null/x.json",
    "/proc/self/mem",
    "/proc/self/x.png",
    "/proc/self/x.json",
)
_INTEGERS = ("0", "1", "2", "3", "5", "8")
_ODD_INTEGERS = (
    "-1",
    "-0",
    "1e3",
    "1.5",
    "0x10",
    "1_000",
    "\u0663",  # 3 in Arabic
    "\uff12",  # 2, full width
    "\u00b2",  # a superscript, which is a digit and no decimal
    " 2",
    "2147483647",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "1" + "0" * 400,
    "1" * 5000,
    "",
    "nan",
    "true",
    "two",
)
_FLOATS = ("0", "0.5", "1", "2e-4", "0.999", "10")
_ODD_FLOATS = (
    "-0.0",
    "-1",
    "1e-320",
    "1e-45",
    "1e38",
    "1e309",
    "-1e309",
    "nan",
    "-nan",
    "inf",
    "-inf",
    "1,5",
    "0x1p3",
    "1" + "0" * 400,
    "",
    "one",
)
_BOOLS = ("=true", "=false", "=True", "=1", "=0", "=yes", "=2", "=", "=None")

_KNOWN: dict[str, tuple[str, ...]] = {
    "model": (
        "dcgan",
        "mlp",
        "toy",
        "acgan",
        "wgan_gp",
        "sngan",
        "r3gan",
        "upsampler",
    ),
    "dataset": ("fashion_mnist_10k", "ring8", "grid25", "xor", "mnist"),
    "latents": ("normal", "truncated", "uniform"),
    "batch_feature": (
        "none",
        "minibatch_stddev",
        "minibatch_discrimination",
        "batch_similarity_l2",
    ),
    "loss": (
        "minimax",
        "non_saturating",
        "least_squares",
        "wasserstein",
        "hinge",
        "relativistic",
        "relativistic_least_squares",
        "relativistic_hinge",
        "relativistic_pairing",
        "moment_matching",
    ),
    "penalty": ("none", "gradient_penalty", "dragan", "r1", "r2", "r1_r2"),
    "constraint": ("none", "weight_clipping", "smooth_bound"),
    "update": ("alternating", "joint"),
    "generator_optimizer": ("adam", "rmsprop", "sgd", "lamb", "yogi"),
    "discriminator_optimizer": ("adam", "rmsprop", "sgd", "adabelief"),
    "learning_rate_decay": ("none", "linear", "cosine"),
    "augmentation": ("none", "diffaugment", "ada"),
    "diffaugment_policy": ("color", "color,cutout", "translation"),
    "precision": ("auto", "float32", "mixed_bfloat16", "mixed_float16"),
    "evaluate_metric": ("frechet_distance", "precision", "kernel_distance"),
    "evaluate_features": ("digits", "fashion", "inception"),
    "features": ("digits", "fashion", "cifar10", "inception", "stacked_digits"),
    "metrics": ("all", "frechet_distance", "precision,recall", "linear"),
    "on_failure": ("warn", "stop", "restore"),
    "strategy": ("mirrored", "one_device", "multi_worker_mirrored", "tpu"),
    "labels": ("0", "1,2", "Bag", "sandal, bag", "99"),
    "label": ("0", "T-shirt/top"),
    "seeds": ("0", "1,2,3", "1,1"),
    "split": ("train", "test", "train[:10]", "validation"),
    "tflite": ("float32", "float16,int8", "dynamic", "int8_uint8", ""),
    "shard": ("1/1", "1/2", "2/2", "3/2", "0/0"),
    "output": ("out.png", "out.json", "out.gif", "out/", "out.html"),
    "output_dir": ("out", "a/b/c", "~/out"),
    "walk": ("walk.gif", "walk.png"),
    "web": ("page",),
    "host": ("127.0.0.1", "::1", "localhost", "0.0.0.0"),
}


@dataclasses.dataclass(frozen=True)
class Flag:
    """A flag of a binary, as absl knows it.

    Attributes:
        name: without dashes.
        kind: bool, integer, float, enum, list, string and the like.
        choices: of an enum.
    """

    name: str
    kind: str
    choices: tuple[str, ...] = ()


def format_flag(rng: random.Random, flag: Flag) -> str:
    """Returns a flag as it stands on a command line, plausible or odd."""
    if flag.kind == "bool":
        plain = (f"--{flag.name}", f"--no{flag.name}")
        odd = tuple(f"--{flag.name}{value}" for value in _BOOLS)
        return rng.choice(plain + odd + (f"--no{flag.name}=1",))
    return f"--{flag.name}={_value(rng, flag)}"


def _value(rng: random.Random, flag: Flag) -> str:
    is_odd = rng.random() < 0.6
    if flag.kind == "integer":
        return rng.choice(_ODD_INTEGERS if is_odd else _INTEGERS)
    if flag.kind == "float":
        return rng.choice(_ODD_FLOATS if is_odd else _FLOATS)
    known = _KNOWN.get(flag.name, flag.choices)
    if known and not is_odd:
        return rng.choice(known)
    pools = [ODD_TEXTS, ODD_PATHS, _ODD_INTEGERS, _ODD_FLOATS]
    if known:
        pools.append(tuple(_respelled(rng, one) for one in known))
    return rng.choice(rng.choice(pools))


def _respelled(rng: random.Random, known: str) -> str:
    return rng.choice(
        (known.upper(), f" {known}", f"{known} ", f"{known},", known[:-1])
        + (f"{known}\u0301", f"{known},{known}", f"-{known}")
    )

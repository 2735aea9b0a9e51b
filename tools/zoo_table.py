"""Prints the table of architectures that docs/zoo.md shows.

python tools/zoo_table.py
"""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tfgan_zoo import models

# gandlf had examples, not architectures.
_IN_GANDLF = {
    "acgan": "`examples/mnist_gan.py`, supervised",
    "dcgan": "`examples/mnist_gan.py`",
    "mlp": "`examples/mnist_gan.py --lite`",
    "toy": "`examples/xor.py`",
    "upsampler": "`examples/upsample_gan.py`",
}


def rows() -> list[str]:
    """Returns the lines of the table."""
    lines = [
        "| name | for | labels | sizes | parameters | paper | in gandlf as |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in models.descriptions():
        cells = [
            f"`{one.name}`",
            one.purpose,
            "yes" if one.conditional else "-",
            one.sizes,
            f"{one.generator_parameters:,} + {one.discriminator_parameters:,}",
            one.paper,
            _IN_GANDLF.get(one.name, "-"),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


if __name__ == "__main__":
    print("\n".join(rows()))

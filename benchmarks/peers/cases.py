"""The trainings that are compared."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Case:
    """One architecture at one size.

    Attributes:
        model: name in the zoo.
        image_shape: (height, width, channels).
        width, batch_size: as of a recipe.
        discriminator_steps: for each generator step.
        steps: generator steps a round.
    """

    model: str
    image_shape: tuple[int, int, int]
    width: int
    batch_size: int
    discriminator_steps: int = 1
    steps: int = 10

    @property
    def base(self) -> int:
        """The side of the smallest feature map."""
        return 7 if self.image_shape[0] == 28 else 4

    @property
    def doublings(self) -> int:
        """How often its sides are doubled to make the image's."""
        return (self.image_shape[0] // self.base).bit_length() - 1


CASES = {
    "dcgan_28": Case("dcgan", (28, 28, 1), 64, 256, steps=20),
    "dcgan_64": Case("dcgan", (64, 64, 3), 64, 64, steps=5),
    "wgan_gp_32": Case("wgan_gp", (32, 32, 3), 64, 64, 5, steps=4),
    "sngan_32": Case("sngan", (32, 32, 3), 32, 64, 5, steps=3),
    # To see in seconds that a peer works; its speeds say nothing.
    "smoke": Case("dcgan", (28, 28, 1), 4, 8, steps=1),
}
COMPARED = [name for name in CASES if name != "smoke"]
LATENT_DIM = 100
# All of them use Adam by these.
LEARNING_RATE, BETA_1, BETA_2 = 2e-4, 0.5, 0.999
PRECISIONS = ("float32", "bfloat16")
# Images that a round of sampling draws, by the size of its batches.
SAMPLES = {1: 128, 16: 512, 64: 1024, 256: 2048}
EXAMPLES = 4096

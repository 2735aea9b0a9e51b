"""The recipes by which others train, for time_to_quality.py."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Recipe:
    """A recipe for 28 x 28 pixels.

    Attributes:
        networks: "dcgan" of the zoo's and pytorch/examples' layers, or those
            of TensorFlow's "tutorial" or of "keras_io".
        width, latent_dim, batch_size: as of the zoo.
        generator_rate, discriminator_rate, beta_1, beta_2: of Adam.
        loss: "bce", or "relativistic" (Jolicoeur-Martineau 2018,
            arXiv:1807.00734, there called RaSGAN).
        r1_weight: of R1 in every eighth step, times eight; 0 for none.
        ema_decay: of the generator that samples; 0 for none.
        is_bfloat16: whether networks compute in it.
    """

    networks: str = "dcgan"
    width: int = 64
    latent_dim: int = 100
    batch_size: int = 64
    generator_rate: float = 2e-4
    discriminator_rate: float = 2e-4
    beta_1: float = 0.5
    beta_2: float = 0.999
    loss: str = "bce"
    r1_weight: float = 0.0
    ema_decay: float = 0.0
    is_bfloat16: bool = False


R1_EVERY = 8
# As the demo, and as the generators that ship: `tools/pretraining/recipes.py`.
_DEMO = Recipe(
    generator_rate=8e-4,
    discriminator_rate=4e-4,
    ema_decay=0.999,
    is_bfloat16=True,
)
_BEST = Recipe(
    width=48,
    latent_dim=16,
    generator_rate=1.5e-3,
    discriminator_rate=1e-3,
    beta_2=0.99,
    loss="relativistic",
    r1_weight=1.0,
    ema_decay=0.999,
    is_bfloat16=True,
)
RECIPES = {
    # pytorch/examples, dcgan/main.py.
    "examples": Recipe(),
    # tensorflow.org, tutorials/generative/dcgan.
    "tutorial": Recipe(
        "tutorial",
        batch_size=256,
        generator_rate=1e-4,
        discriminator_rate=1e-4,
        beta_1=0.9,
    ),
    # keras.io, examples/generative/dcgan_overriding_train_step.
    "keras_io": Recipe(
        "keras_io",
        latent_dim=128,
        batch_size=32,
        generator_rate=1e-4,
        discriminator_rate=1e-4,
        beta_1=0.9,
    ),
    "demo": _DEMO,
    "best": _BEST,
}

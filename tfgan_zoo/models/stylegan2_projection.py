"""StyleGAN2 by class, as in the code of Karras et al. 2020 (arXiv:1912.04958).

The mapping network gets an embedding of the label beside the latents, and the
discriminator's logit is the one of the label, a product of the features and an
embedding (Miyato & Koyama 2018, arXiv:1802.05637, without its other term). All
else is as in `stylegan2`, with its differences.
"""

from __future__ import annotations

from tfgan_zoo.architecture import Architecture
from tfgan_zoo.models import stylegan2

RECIPE = stylegan2.RECIPE

StyleGAN2Projection = Architecture(
    name="stylegan2_projection",
    purpose="class-conditional StyleGAN2 with a projection discriminator",
    recipe=RECIPE,
    generator=stylegan2.Generator,
    discriminator=stylegan2.Discriminator,
    conditional=True,
)

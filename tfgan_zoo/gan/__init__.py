"""Any two networks, trained against each other."""

from tfgan_zoo.gan.model import GAN

__all__ = ["GAN"]

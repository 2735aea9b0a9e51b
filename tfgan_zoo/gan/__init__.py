"""Any two networks, trained against each other."""

from tfgan_zoo.gan.base import BaseGAN
from tfgan_zoo.gan.model import GAN
from tfgan_zoo.gan.translation import TranslationGAN

__all__ = ["GAN", "BaseGAN", "TranslationGAN"]

"""PyTorch's training on real images, for time_to_quality.py."""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch.nn import functional

from benchmarks.peers import pytorch, snapshots
from benchmarks.peers.cases import Case
from benchmarks.peers.quality import R1_EVERY, Recipe
from benchmarks.peers.snapshots import BATCH, to_pixels


class _Training:
    def __init__(self, recipe: Recipe, seed: int, images: np.ndarray) -> None:
        torch.manual_seed(seed)
        case = Case("dcgan", (28, 28, 1), recipe.width, recipe.batch_size)
        self.recipe = recipe
        self.generator = pytorch.dcgan_generator(case, recipe.latent_dim)
        self.discriminator = pytorch.convolutions(case, norm=True)
        for network in (self.generator, self.discriminator):
            network.apply(_initialise)
        self.average = copy.deepcopy(self.generator).eval()
        betas = recipe.beta_1, recipe.beta_2
        self.optimizers = [
            torch.optim.Adam(network.parameters(), lr=rate, betas=betas)
            for network, rate in (
                (self.generator, recipe.generator_rate),
                (self.discriminator, recipe.discriminator_rate),
            )
        ]
        floats = images.astype(np.float32) / 127.5 - 1.0
        self.images = torch.from_numpy(np.moveaxis(floats, -1, 1).copy())
        self.steps = 0

    def step(self) -> None:
        recipe = self.recipe
        rows = torch.randint(len(self.images), [recipe.batch_size])
        real = self.images[rows]
        fake = self._generate(self.generator, recipe.batch_size)
        loss = self._loss(self._judge(real), self._judge(fake.detach()))
        if recipe.r1_weight and self.steps % R1_EVERY == 0:
            loss = loss + R1_EVERY * recipe.r1_weight * self._r1(real)
        self._update(1, loss)
        of_fake = self._judge(fake)
        if recipe.loss == "bce":
            loss = functional.softplus(-of_fake).mean()
        else:
            loss = self._loss(of_fake, self._judge(real).detach())
        self._update(0, loss)
        if recipe.ema_decay:
            self._move_average(recipe.ema_decay)
        self.steps += 1

    def draw(self) -> np.ndarray:
        """Returns samples, uint8 [500, 28, 28, 1]."""
        network = self.average if self.recipe.ema_decay else self.generator
        network.eval()
        with torch.no_grad():
            made = self._generate(network, BATCH).numpy()
        self.generator.train()
        return to_pixels(np.moveaxis(made, 1, -1))

    def _cast(self) -> torch.autocast:
        return torch.autocast("cpu", torch.bfloat16, self.recipe.is_bfloat16)

    def _generate(self, network: torch.nn.Module, count: int) -> torch.Tensor:
        with self._cast():
            latents = torch.randn(count, self.recipe.latent_dim)
            return network(latents).float()

    def _judge(self, images: torch.Tensor) -> torch.Tensor:
        with self._cast():
            return self.discriminator(images).float()

    def _loss(self, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        if self.recipe.loss == "relativistic":
            real, fake = real - fake.mean(), fake - real.mean()
        losses = functional.softplus(-real), functional.softplus(fake)
        return losses[0].mean() + losses[1].mean()

    def _r1(self, real: torch.Tensor) -> torch.Tensor:
        real = real.clone().requires_grad_(True)
        logits = self.discriminator(real)
        (slope,) = torch.autograd.grad(logits.sum(), real, create_graph=True)
        return slope.square().flatten(1).sum(1).mean() / 2.0

    def _update(self, place: int, loss: torch.Tensor) -> None:
        self.optimizers[place].zero_grad()
        loss.backward()
        self.optimizers[place].step()

    def _move_average(self, decay: float) -> None:
        pairs = zip(
            self.average.state_dict().values(),
            self.generator.state_dict().values(),
        )
        with torch.no_grad():
            for old, new in pairs:
                if old.is_floating_point():
                    old.lerp_(new, 1.0 - decay)


def _initialise(layer: torch.nn.Module) -> None:
    """As pytorch/examples do."""
    name = type(layer).__name__
    if "Conv" in name or "Linear" in name:
        torch.nn.init.normal_(layer.weight, 0.0, 0.02)
    elif "BatchNorm" in name:
        torch.nn.init.normal_(layer.weight, 1.0, 0.02)


if __name__ == "__main__":
    snapshots.train(_Training)

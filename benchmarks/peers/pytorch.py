"""PyTorch, by the recipe of pytorch/examples, eager or compiled.

Its own networks: the zoo's, layer by layer. Batches lie in memory as floats.
"""

from __future__ import annotations

import sys
from typing import Any, Callable

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from benchmarks.peers import protocol
from benchmarks.peers.cases import (
    BETA_1,
    BETA_2,
    CASES,
    EXAMPLES,
    LATENT_DIM,
    LEARNING_RATE,
    Case,
)


class _Reshape(nn.Module):
    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.reshape(len(x), *self.shape)


def dcgan_generator(case: Case, latent_dim: int = LATENT_DIM) -> nn.Module:
    """Returns the layers of the zoo's generator."""
    base, doublings = case.base, case.doublings
    channels = case.width << (doublings - 1)
    layers: list[nn.Module] = [
        nn.Linear(latent_dim, base * base * channels, bias=False),
        _Reshape(channels, base, base),
        nn.BatchNorm2d(channels),
        nn.ReLU(True),
    ]
    for _ in range(1, doublings):
        layers += [
            nn.ConvTranspose2d(channels, channels // 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(channels // 2),
            nn.ReLU(True),
        ]
        channels //= 2
    last = nn.ConvTranspose2d(channels, case.image_shape[2], 4, 2, 1)
    return nn.Sequential(*layers, last, nn.Tanh())


def convolutions(case: Case, *, norm: bool) -> nn.Module:
    """Returns the layers of the zoo's discriminator."""
    channels = case.image_shape[2]
    layers: list[nn.Module] = []
    for level in range(case.doublings):
        out = case.width << level
        layers.append(nn.Conv2d(channels, out, 4, 2, 1, bias=not norm))
        if norm and level:
            layers.append(nn.BatchNorm2d(out))
        layers.append(nn.LeakyReLU(0.2, True))
        channels = out
    flat = channels * case.base**2
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(flat, 1, bias=norm), nn.Flatten(0)
    )


class _GeneratorBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.main = nn.Sequential(
            nn.BatchNorm2d(inputs),
            nn.ReLU(True),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(True),
            nn.Conv2d(outputs, outputs, 3, 1, 1),
        )
        self.beside = nn.Sequential(
            nn.Upsample(scale_factor=2),
            nn.Conv2d(inputs, outputs, 1, bias=False),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.main(x) + self.beside(x)


class _DiscriminatorBlock(nn.Module):
    def __init__(
        self, inputs: int, outputs: int, *, halve: bool, first: bool
    ) -> None:
        super().__init__()
        within = outputs if first else inputs
        layers: list[nn.Module] = [] if first else [nn.ReLU()]
        layers += [
            spectral_norm(nn.Conv2d(inputs, within, 3, 1, 1)),
            nn.ReLU(True),
            spectral_norm(nn.Conv2d(within, outputs, 3, 1, 1)),
        ]
        beside: list[nn.Module] = []
        if halve or inputs != outputs:
            one = nn.Conv2d(inputs, outputs, 1, bias=False)
            beside.append(spectral_norm(one))
        if halve:
            layers.append(nn.AvgPool2d(2))
            beside.append(nn.AvgPool2d(2))
        self.main, self.beside = nn.Sequential(*layers), nn.Sequential(*beside)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.main(x) + self.beside(x)


class _SumPool(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x).sum((2, 3))


def _sngan_generator(case: Case) -> nn.Module:
    channels = 2 * case.width
    blocks = [_GeneratorBlock(channels, channels) for _ in range(3)]
    return nn.Sequential(
        nn.Linear(LATENT_DIM, 16 * channels),
        _Reshape(channels, 4, 4),
        *blocks,
        nn.BatchNorm2d(channels),
        nn.ReLU(True),
        nn.Conv2d(channels, case.image_shape[2], 3, 1, 1),
        nn.Tanh(),
    )


def _sngan_discriminator(case: Case) -> nn.Module:
    width = case.width
    blocks = [
        _DiscriminatorBlock(
            width if i else case.image_shape[2], width, halve=i < 2, first=not i
        )
        for i in range(4)
    ]
    logit = spectral_norm(nn.Linear(width, 1, bias=False))
    return nn.Sequential(*blocks, _SumPool(), logit, nn.Flatten(0))


_NETWORKS: dict[str, Callable[[Case], tuple[nn.Module, nn.Module]]] = {
    "dcgan": lambda case: (
        dcgan_generator(case),
        convolutions(case, norm=True),
    ),
    "wgan_gp": lambda case: (
        dcgan_generator(case),
        convolutions(case, norm=False),
    ),
    "sngan": lambda case: (_sngan_generator(case), _sngan_discriminator(case)),
}

# (real or fake logits) -> loss; the generator's takes those of fakes.
_bce = nn.functional.binary_cross_entropy_with_logits
_LOSSES: dict[str, tuple[Callable[..., Any], ...]] = {
    "dcgan": (
        lambda real: _bce(real, torch.ones_like(real)),
        lambda fake: _bce(fake, torch.zeros_like(fake)),
        lambda fake: _bce(fake, torch.ones_like(fake)),
    ),
    "wgan_gp": (
        lambda real: -real.mean(),
        lambda fake: fake.mean(),
        lambda fake: -fake.mean(),
    ),
    "sngan": (
        lambda real: torch.relu(1 - real).mean(),
        lambda fake: torch.relu(1 + fake).mean(),
        lambda fake: -fake.mean(),
    ),
}


def _gradient_penalty(
    discriminator: nn.Module, real: torch.Tensor, fake: torch.Tensor
) -> torch.Tensor:
    share = torch.rand(len(real), 1, 1, 1)
    between = (share * real + (1 - share) * fake).requires_grad_(True)
    logits = discriminator(between).float()
    (slope,) = torch.autograd.grad(logits.sum(), between, create_graph=True)
    return 10.0 * ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()


def _make(name: str, precision: str, mode: str) -> protocol.Training:
    case = CASES[name]
    generator, discriminator = _NETWORKS[case.model](case)
    parameters = sum(
        p.numel()
        for network in (generator, discriminator)
        for p in network.parameters()
    )
    optimizers = [
        torch.optim.Adam(
            network.parameters(), lr=LEARNING_RATE, betas=(BETA_1, BETA_2)
        )
        for network in (generator, discriminator)
    ]
    if mode == "compile":
        generator = torch.compile(generator)
        discriminator = torch.compile(discriminator)
    height, width, channels = case.image_shape
    images = torch.rand(EXAMPLES, channels, height, width) * 2 - 1
    of_real, of_fake, of_generator = _LOSSES[case.model]
    cast = torch.autocast("cpu", torch.bfloat16, precision == "bfloat16")

    def discriminate(batch: torch.Tensor) -> torch.Tensor:
        with cast:
            return discriminator(batch).float()

    def discriminator_step(real: torch.Tensor) -> torch.Tensor:
        optimizers[1].zero_grad()
        of_real(discriminate(real)).backward()
        with cast:
            fake = generator(torch.randn(len(real), LATENT_DIM)).float()
        of_fake(discriminate(fake.detach())).backward()
        if case.model == "wgan_gp":
            _gradient_penalty(discriminator, real, fake.detach()).backward()
        optimizers[1].step()
        return fake

    def run_steps(steps: int) -> None:
        for _ in range(steps):
            for _ in range(case.discriminator_steps):
                rows = torch.randint(EXAMPLES, [case.batch_size])
                fake = discriminator_step(images[rows])
            optimizers[0].zero_grad()
            of_generator(discriminate(fake)).backward()
            optimizers[0].step()

    def draw(latents: torch.Tensor) -> Any:
        images = generator(latents).permute(0, 2, 3, 1).float()
        scaled = images.add(1).mul_(127.5).round_().clamp_(0, 255)
        return scaled.to(torch.uint8).contiguous().numpy()

    def sample(count: int, batch: int) -> None:
        generator.eval()
        with torch.no_grad(), cast:
            for _ in range(0, count, batch):
                draw(torch.randn(batch, LATENT_DIM))
        generator.train()

    return protocol.Training(
        parameters,
        lambda steps: protocol.timed(lambda: run_steps(steps)),
        lambda *counts: protocol.timed(lambda: sample(*counts)),
    )


if __name__ == "__main__":
    protocol.serve(lambda: _make(*sys.argv[1:4]))

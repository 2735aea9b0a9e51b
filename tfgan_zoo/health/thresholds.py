"""The limits of the doctor's rules, and where each comes from.

Unless a line says otherwise, a limit was set on recorded trainings, failed and
healthy ones (`benchmarks/doctor.py`, seeds 0, 1, 2 and 100), where it parts the
two, and held against other seeds: docs/results/doctor.md. Who changes one runs
`python benchmarks/doctor.py --table` again.

Distances are shares of the start's, see `quality.distance`; diversity, drift,
gaps and contrast are shares of the same among real images, see `SIGNALS`.
"""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """From where on a finding is likely, and from where on sure."""

    likely: float
    sure: float


# How far a training is.

# Examinations of a training of unknown length: the default of 5,000 steps,
# examined every 100.
EXAMINATIONS = 50
# Of fewer values, a trend is chance.
FEWEST_VALUES = 5
# Before these shares of a training, healthy ones look like failed ones: they
# do not converge, their samples are alike, they do not obey their labels.
EARLY = 0.1
LEARNT = 0.12
LABELS_LEARNT = 0.25
# Moving averages with Keras' usual momentum of 0.99 hold 22 % of the start
# after so many steps.
MOVING_STEPS = 150

# How good the samples are: absolute distance, of which a batch of real images
# has some 0.01 by chance; and shares of an earlier distance.
FAR = 0.08
STALLED, COMING = 0.9, 0.8

# Vanishing gradients: share of pairs told apart, slope of the generator's loss
# by its logits (0.5 at a logit of 0, by its formula), and gradient norm as a
# share of the largest, for logs without a slope.
VANISHED_SEPARATION = 0.98
VANISHED_SLOPE = Limits(0.03, 0.003)
VANISHED_NORM = Limits(1e-3, 1e-4)

# Discriminator too strong: share of pairs told apart, distance; and its loss
# where nothing else is known, twice -log 0.99: real and generated images.
STRONG_SEPARATION = 0.99
STRONG_DISTANCE = Limits(0.4, 0.7)
STRONG_LOSS = 0.02

# Discriminator too weak: share of pairs told apart, 0.5 by chance; distance.
WEAK_SEPARATION = Limits(0.6, 0.52)
WEAK_DISTANCE = Limits(0.6, 0.8)

# Divergence: distance beyond the start's; or distance, absolute and by the
# best one; logits' size, which no loss asks for; Frechet distance by the best.
BEYOND_START = Limits(1.3, 2.0)
DIVERGED_DISTANCE = Limits(0.35, 0.6)
DIVERGED_FROM_BEST = Limits(2.5, 4.0)
RUNAWAY_LOGIT, RUNAWAY_DISTANCE = 1000.0, 0.5
WORSE_SCORE = Limits(2.0, 4.0)

# Oscillation: what a sample changes by between examinations. At 1 it is as
# good as another image.
DRIFT = Limits(0.7, 1.0)

# A network that does not move: a weight in float32 is rounded to 6e-8 of
# itself, and a norm sums up many.
STANDS_STILL = 1e-6

# Mode collapse, and a partial one: diversity, and share of samples with a near
# copy. An untrained generator's samples are alike too: as long as the best
# distance is above NOT_BEGUN in the first half, nothing has collapsed.
COLLAPSED_DIVERSITY = Limits(0.35, 0.2)
COLLAPSED_COPIES = 0.9
REPEATED_COPIES = Limits(0.75, 0.8)
REPEATED_DIVERSITY = 0.5
NOT_BEGUN, NOT_BEGUN_UNTIL = 0.85, 0.5
# Growing: by the first of seven values, and by the highest one before.
GROWING, NEAR_HIGHEST = 1.1, 0.95

# Missing classes: share of all that is many; how few have come back of late;
# and the absolute distance below which a class that a network misses is one
# that samples lack, not one that it cannot see.
MANY_CLASSES = 0.3
COMING_BACK = 0.85
NEAR = 0.04

# Labels that are ignored: accuracy by that of chance, 1 / classes; without it,
# what another label changes; growth of that in six examinations.
IGNORED_ACCURACY = Limits(1.25, 1.15)
IGNORED_EFFECT = Limits(0.05, 0.02)
GROWING_EFFECT = 1.5

# Overfitting: share of pairs in which a training image is preferred to a
# held-out one, 0.5 without memory.
MEMORY = Limits(0.72, 0.85)

# Translations, `benchmarks/doctor.py` with `pix2pix` and `cyclegan`: how far
# apart those of two sources are, of two real images; how often one is nearer
# to its target, 0.5 by chance; differences from the source, of the target's;
# variety of colours, of the targets'; and by what noise of less than one grey
# level multiplies the distance after a cycle.
SOURCE_EFFECT = Limits(0.1, 0.03)
SOURCE_MATCH = Limits(0.6, 0.55)
COPIED_DISTANCE = Limits(0.3, 0.1)
COLOR_VARIETY = Limits(0.1, 0.04)
# Before these shares of a training, translations are without colours, and soft;
# colours come late, and then fast: growth in six examinations.
COLORS_LEARNT, DETAIL_LEARNT = 0.2, 0.3
GROWING_VARIETY = 1.3
# Of a few sources, statistics vary more than of many latents.
TRANSLATION_BATCH_NORM_GAP = Limits(0.5, 0.8)
CYCLE_NOISE_EFFECT = Limits(1.5, 2.5)

# Inference beside training, samples' detail, and their contrast.
BATCH_NORM_GAP = Limits(0.3, 0.6)
BLURRED = Limits(0.5, 0.3)
FLAT_CONTRAST = Limits(0.05, 0.01)

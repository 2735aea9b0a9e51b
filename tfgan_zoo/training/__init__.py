"""Training: the loop, its callbacks, checkpoints and the run folder."""

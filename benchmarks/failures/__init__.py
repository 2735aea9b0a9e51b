"""Trainings that fail on purpose, and trainings that do not."""

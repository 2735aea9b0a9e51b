"""Exports: SavedModel, TFLite, and the proof that they agree."""

"""Exports on the Hugging Face Hub: loaded from there, and pushed."""

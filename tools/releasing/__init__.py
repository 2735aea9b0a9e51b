"""What `tools/release.py` does, in parts."""

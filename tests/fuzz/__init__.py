"""Fuzzing of every entry point: `make fuzz`. See `__main__.py`."""

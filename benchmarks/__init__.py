"""Measurements of speed, as ratios side by side: `python -m benchmarks`."""

"""Benchmarks: ratios that hold on noisy machines. `make bench` runs them all."""

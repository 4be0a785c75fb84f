"""Huiyin beside another help desk, in one run on one machine: `python -m bench.peers`."""

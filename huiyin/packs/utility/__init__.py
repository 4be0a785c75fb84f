"""Utilities: service levels, and what a new house needs to begin with. The first is power supply."""

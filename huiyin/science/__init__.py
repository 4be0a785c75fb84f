"""Measures: plain functions of numbers, importable alone. Nothing of Django and no other part of Huiyin is loaded.

They need the extra `analysis` (numpy, scipy), and are run in processes of their own, never in the web server or a
sweep.
"""

"""Huiyin 回音: every customer voice gets an answer."""

__version__ = "0.1.0"

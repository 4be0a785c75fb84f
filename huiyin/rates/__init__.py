"""Rates: how many of those due were done in time, kept, solved at once, satisfied; every figure opens its rows."""

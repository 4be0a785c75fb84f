"""Imports as rows: uploaded files on their way in, what became of them, and mappings of columns that are kept."""

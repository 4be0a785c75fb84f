"""The case: its timeline, its workflow, hand-overs, commitments, texts, files and search."""

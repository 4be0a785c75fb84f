"""The desk: pages for members of staff."""

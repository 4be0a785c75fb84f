"""The public hotline: sorting, dispatching to the units of a city, signing, review, return visit."""

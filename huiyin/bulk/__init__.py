"""One verb for many cases: queued for ten seconds, in which it can be taken back, then done case by case."""

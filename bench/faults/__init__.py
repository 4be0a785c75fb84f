"""Is anything lost or doubled when processes are killed? `python -m bench.faults --rounds 100 --database SQLite`."""

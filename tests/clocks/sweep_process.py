"""One worker of `test_sweep_processes.py`: sweeps the given database at the given instant."""

import sys
from datetime import datetime

import django

django.setup()

from huiyin.clocks import actions  # noqa: E402 (after the setup)

print("ready", flush=True)
sys.stdin.readline()
print(actions.sweep(datetime.fromisoformat(sys.argv[1])))

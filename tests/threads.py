"""Several people at the same moment, each in a thread with a connection of its own."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from django.db import connections

from huiyin.cases.actions import BadInput
from huiyin.cases.timeline import Stale
from huiyin.cases.workflow import NotAllowed


def at_once(*acts: Callable[[], object]) -> Counter[str]:
    """Run them in threads that start together; how they ended, by the name of the exception, or `done`."""
    ready, ends = threading.Barrier(len(acts)), Counter[str]()

    def run(act: Callable[[], object]) -> None:
        ready.wait()
        try:
            act()
        except (NotAllowed, Stale, BadInput) as error:
            ends[type(error).__name__] += 1
        else:
            ends["done"] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ends

"""What is counted when memory is measured."""

from __future__ import annotations

import os
import subprocess
import sys

from bench import memory


def test_a_process_counts_with_those_it_has_started() -> None:
    alone = memory.held(os.getpid())
    waiting = "input()"
    with subprocess.Popen([sys.executable, "-c", waiting], stdin=subprocess.PIPE) as child:
        assert child.pid in set(memory.family(os.getpid()))
        assert memory.held(child.pid) > 0
        assert memory.held(os.getpid()) > memory.held(child.pid)
        child.communicate(b"\n")
    assert child.pid not in set(memory.family(os.getpid()))
    assert alone > 0

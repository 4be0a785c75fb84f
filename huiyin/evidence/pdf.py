"""A document as PDF, set by `paper.py` in a process that ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

COMMAND = [sys.executable, "-m", "huiyin.evidence.paper"]
_LONGEST = 120
"""Seconds: a case of a thousand events takes two."""
_WHY = {3: "font", 4: "typst"}
"""Exit status of `paper.py` → what is missing."""


class NoPaper(Exception):
    """The PDF can't be made; `why` is `font`, `typst` or `other`, the text is what Typst said."""

    def __init__(self, why: str, text: str = "") -> None:
        super().__init__(text or why)
        self.why = why


def pdf_of(document: Mapping[str, Any]) -> bytes:
    """The PDF. Raises `NoPaper`."""
    try:
        done = subprocess.run(
            COMMAND,
            input=json.dumps(document, ensure_ascii=False).encode(),
            capture_output=True,
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NoPaper("other", f"Typst took longer than {_LONGEST} s.") from error
    if done.returncode:
        raise NoPaper(_WHY.get(done.returncode, "other"), done.stderr.decode(errors="replace")[-2000:])
    return done.stdout

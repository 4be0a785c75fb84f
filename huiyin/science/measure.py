"""What a measure is: one record each, which documentation and screens print."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """`question`: what it answers; `formula`: in plain letters; `unit`; `source`: where the formula comes from;
    `holds`: what has to be so for it to mean anything."""

    name: str
    question: str
    formula: str
    unit: str
    source: str
    holds: str

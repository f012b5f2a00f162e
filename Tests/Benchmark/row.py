"""One line of the table, and how long and how often is measured."""

import statistics
from dataclasses import dataclass


@dataclass
class Row:
    """One line of the table."""
    what: str
    value: float | None
    unit: str
    bar: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def passed(self):
        if self.bar is None or self.value is None:
            return None
        return self.value >= self.bar if self.at_least else self.value <= self.bar


@dataclass
class Plan:
    """How long and how often."""
    rounds: int = 5
    seconds: float = 2.0
    open_seconds: float = 4.0
    streams: int = 5000
    tls_streams: int = 500
    hold: float = 3.0
    keys: int = 1_000_000

    @staticmethod
    def quick():
        return Plan(rounds=1, seconds=0.7, open_seconds=1.5, streams=500, tls_streams=50, hold=1.0,
                    keys=50_000)


def complaint(results):
    """What the note says when requests failed that should not; `results` by target."""
    bad = {target: sum(one.errors for one in many) for target, many in results.items()}
    return "".join(f"; {count} ERRORS of {target}" for target, count in bad.items()
                   if count and target != "refusal")


def median(values):
    return statistics.median(values) if values else None

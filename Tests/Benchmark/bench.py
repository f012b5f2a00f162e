#!/usr/bin/env python3
"""`make bench`: the table of README.md, in one interleaved run.

bench.py [--quick] [--json] [--only NAME[,NAME]] [--rounds N] [--seconds S]

Everything shares this machine's cores and speaks over loopback: shares and CPU times are what
counts, not requests a second. It starts all it needs on free ports, in a folder of its own, and
removes it.
"""

import argparse
import json
import signal
import sys

from bench_site import BIN, Site
from report import as_json, machine, table
from row import Plan
from rows import all_measures


def arguments(measures):
    parser = argparse.ArgumentParser(description="The benchmark of the gateway.")
    parser.add_argument("--quick", action="store_true", help="one short round, fewer streams")
    parser.add_argument("--json", action="store_true", help="JSON in place of the table")
    parser.add_argument("--only", default=",".join(measures), help=f"of {', '.join(measures)}")
    parser.add_argument("--rounds", type=int, help="how many rounds; medians are shown")
    parser.add_argument("--seconds", type=float, help="how long each load runs")
    return parser.parse_args()


def main():
    measures = all_measures()
    options = arguments(measures)
    plan = Plan.quick() if options.quick else Plan()
    plan.rounds = options.rounds or plan.rounds
    plan.seconds = options.seconds or plan.seconds
    wanted = options.only.split(",")
    unknown = [name for name in wanted if name not in measures]
    if unknown:
        raise SystemExit(f"--only {','.join(unknown)}: one of {', '.join(measures)}")
    for name in ("lockkeeper", "provider-simulator", "load-generator"):
        if not (BIN / name).exists():
            raise SystemExit(f"no {BIN / name}: run `make build` first")
    # Whatever ends this process lets the `with` below clean up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with Site() as site:
        for count in range(plan.rounds):
            for name in wanted:
                for measure in measures[name]:
                    print(f"\rround {count + 1} of {plan.rounds}: {name:<12}", end="",
                          file=sys.stderr, flush=True)
                    measure.measure(site, plan)
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    rows = [row for name in wanted for measure in measures[name] for row in measure.rows()]
    if options.json:
        print(json.dumps(as_json(rows, plan, options.quick), indent=2))
    else:
        print("\n".join(f"{name}: {value}" for name, value in machine().items()))
        rounds = "1 round" if plan.rounds == 1 else f"medians of {plan.rounds} rounds"
        print(f"{rounds}{', quick' if options.quick else ''}, everything on the same cores\n")
        print(table(rows))
    missed = [row for row in rows if row.passed is False]
    # A quick run is a smoke test: its figures are too few to judge by.
    sys.exit(1 if missed and not options.quick else 0)


if __name__ == "__main__":
    main()

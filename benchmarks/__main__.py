"""Read the command line, start the database and hand over to the run; ends with 0 unless something broke."""

from __future__ import annotations

import argparse
import sys

from benchmarks.ground import Ground, PostgresGround, SqliteGround
from devtools.processes import heed_signals

SIZES = (1_000, 10_000, 100_000)
QUICK_SIZES = (1_000, 10_000)


def main() -> int:
    """Measure and print; the figures are judged in the table, never by the exit code."""
    options = _options()
    heed_signals()
    ground: Ground = SqliteGround() if options.sqlite else PostgresGround()
    try:
        ground.start()
        # Django reads its settings once, so that nothing of it may be imported before the database is chosen.
        import django

        django.setup()
        from benchmarks import running

        broken = running.run(ground, options.sizes, parts=options.only, thorough=not options.quick)
    finally:
        ground.stop()
    return 1 if broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 dev.py bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 and 10,000 tasks and fewer runs: under a minute")
    parser.add_argument("--sizes", type=_sizes, help="numbers of open tasks, such as 1000,10000,100000")
    parser.add_argument("--sqlite", action="store_true", help="on SQLite instead of PostgreSQL")
    known = "parts: sweep, feed, pages, export, seed, messages"
    parser.add_argument("--only", type=lambda text: text.split(","), help=known)
    options = parser.parse_args()
    options.sizes = options.sizes or (QUICK_SIZES if options.quick else SIZES)
    return options


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(sorted({int(part) for part in text.split(",")}))
    except ValueError:
        sizes = ()
    if not sizes or sizes[0] < 100:
        raise argparse.ArgumentTypeError(f"“{text}” should be whole numbers from 100 on, such as 1000,10000.")
    return sizes


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

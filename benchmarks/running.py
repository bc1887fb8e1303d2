"""Run the parts of the benchmark one after the other and print what they found."""

from __future__ import annotations

import os
import platform
import traceback
from collections.abc import Callable, Sequence
from unittest import mock

from django.conf import settings

from benchmarks import export, feed, messages, pages, seed, sweep
from benchmarks.ground import Ground
from benchmarks.measuring import seconds
from benchmarks.patterns import NOW
from benchmarks.stage import Stage
from benchmarks.table import say, shown
from tracker import clock

PARTS: dict[str, Callable[[Stage], None]] = {
    "sweep": sweep.measure,
    "feed": feed.measure,
    "pages": pages.measure,
    "export": export.measure,
    "seed": seed.measure,
    "messages": messages.measure,
}


def run(ground: Ground, sizes: tuple[int, ...], *, parts: Sequence[str] | None, thorough: bool) -> list[str]:
    """Measure the parts, all of them unless named, and print the table; return the names of the parts that broke.

    `thorough` takes more runs of each. A part that breaks is told where it did, and the others are measured.
    """
    unknown = set(parts or ()) - set(PARTS)
    if unknown:
        raise SystemExit(f"There is no part “{sorted(unknown)[0]}”. The parts are: {', '.join(PARTS)}.")
    # As they lie, without collecting them first.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    stage = Stage(ground, sizes, thorough)

    broken: list[str] = []

    def everything() -> None:
        stage.prepare()
        for name, measure in PARTS.items():
            if parts and name not in parts:
                continue
            say(f"{name} …")
            try:
                measure(stage)
            except Exception:
                say(traceback.format_exc())
                broken.append(name)

    with mock.patch.object(clock, "now", return_value=NOW):
        took = seconds(everything)
    print(f"\n{ground.conditions}; Python {platform.python_version()}, {os.cpu_count()} processors\n")
    print(stage.table.text())
    print(f"\n{stage.table.totals()} Measured in {shown(took)}.")
    if broken:
        print(f"Broken, see above: {', '.join(broken)}.")
    return broken

"""Measure loading the whole gazette on a fresh database beside the bare inserts of the rows it makes."""

from __future__ import annotations

import io

from django.apps import apps
from django.core.management import call_command
from django.db import models

from benchmarks.measuring import bare_insert, count_rows, newest_keys, rows_above, seconds, warm_up
from benchmarks.stage import Stage
from benchmarks.table import Line, shown


def measure(stage: Stage) -> None:
    """Load the shipped seed, a second time as well, and insert the same rows barely."""
    stage.table.group("seed")
    runs = 3 if stage.thorough else 1
    stage.fresh_empty()
    before = newest_keys(_tables())
    _load()
    rows = rows_above(before)
    loads, again, bare = [], [], []
    for _ in range(runs):
        stage.fresh_empty()
        loads.append(seconds(_load))
        again.append(seconds(_load))
        stage.fresh_empty()
        warm_up(rows)
        bare.append(seconds(lambda: bare_insert(rows)))
    load, inserted = min(loads), min(bare)
    what = f"load-seed of the whole gazette, {count_rows(rows):,} rows"
    stage.table.add(Line(what, shown(load), shown(inserted), load / inserted, 20))
    second = min(again)
    stage.table.add(Line("a second load, which changes nothing", shown(second), shown(load), second / load))


def _load() -> None:
    call_command("load_seed", "--apply", verbosity=0, stdout=io.StringIO())


def _tables() -> list[type[models.Model]]:
    """Return every table of the product, those between two others included, in an order that references allow."""
    return [
        model
        for app in apps.get_app_configs()
        if app.name.startswith("tracker.")
        for model in app.get_models(include_auto_created=True)
        if model._meta.managed
    ]

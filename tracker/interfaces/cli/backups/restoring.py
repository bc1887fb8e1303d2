"""Restore a backup, or hold a drill: unpack, put the database in place, compare it with the manifest, verify the chain."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader

from tracker.audit.actors import system
from tracker.audit.selectors import verify_chain
from tracker.interfaces.cli.backups import archive, stores
from tracker.interfaces.cli.backups.archive import Contents, Manifest
from tracker.interfaces.cli.backups.faults import BackupFault
from tracker.interfaces.cli.backups.making import uploaded_files
from tracker.messaging.services import pause_dispatcher

Say = Callable[[str], object]
# Restoring itself writes into this one.
SWITCHES = "messaging_switch"


@dataclass(frozen=True, slots=True)
class Proved:
    """Hold what a restored database was found to hold: rows, files, and audit entries with the head of their chain."""

    rows: int
    files: int
    entries: int
    head: str


def restore(path: Path, *, replace: bool, now: datetime, say: Say) -> Proved:
    """Put a backup in the place of this installation's data, with all sending paused.

    The whole archive is checked before anything is touched. Raises `BackupFault`: for an archive that is damaged, made on
    another kind of database or by a newer version; when others are connected; and, unless `replace`, when there are data
    already.
    """
    store = stores.store()
    with _unpacked(path, store, say) as (folder, manifest):
        if not replace and (store.is_used() or any(uploaded_files())):
            raise BackupFault(
                "There are data here already. Back them up first; then restore with --replace to put the backup in their "
                "place."
            )
        if others := store.others():
            raise BackupFault(
                f"{others} other connections to the database are open. Stop the web, the workers and the beat first, so "
                "that nothing is sent or written in between."
            )
        say("putting the database in place …")
        store.load(folder / archive.DATABASE)
        say("putting the files in place …")
        files = _place_files(folder)
        proved = _prove(DEFAULT_DB_ALIAS, manifest, files=files, ignoring={SWITCHES}, say=say)
        pause_dispatcher(reason=f"restored from {path.name}", by=system("restore"), now=now)
    return proved


def drill(path: Path, *, say: Say) -> Proved:
    """Restore a backup into a scratch database, prove it, and throw it away; this installation is not touched."""
    store = stores.store()
    with _unpacked(path, store, say) as (folder, manifest):
        say("restoring into a scratch database …")
        with store.scratch(folder / archive.DATABASE) as alias:
            files = sum(part.name != archive.DATABASE for part in manifest.parts)
            return _prove(alias, manifest, files=files, ignoring=set(), say=say)


@contextmanager
def _unpacked(path: Path, store: stores.Store, say: Say) -> Iterator[tuple[Path, Manifest]]:
    """Unpack an archive for a while, having seen that it can be restored here."""
    with tempfile.TemporaryDirectory(prefix="tracker-restore-") as name:
        say(f"checking {path} …")
        folder = Path(name)
        manifest = archive.unpack(path, folder)
        if manifest.vendor != store.vendor:
            raise BackupFault(
                f"The backup was made on {manifest.vendor}, and TRACKER_DATABASE_URL names a {store.vendor} database. "
                "Name a database of that kind."
            )
        known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
        newer = [name for name in manifest.contents.migrations if name not in known]
        if newer:
            raise BackupFault(
                f"The backup was made by a newer version, which knows the migration {newer[0]}. Install that version or a "
                "later one first."
            )
        yield folder, manifest


def _place_files(folder: Path) -> int:
    """Copy the unpacked files to where uploads lie; a file of the same name is replaced, others stay."""
    source, root = folder / archive.FILES, Path(settings.MEDIA_ROOT)
    placed = 0
    for path in sorted(source.rglob("*")):
        if path.is_file():
            target = root / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            placed += 1
    return placed


def _prove(alias: str, manifest: Manifest, *, files: int, ignoring: set[str], say: Say) -> Proved:
    """Compare a restored database with the manifest, bring it up to date, and walk the audit chain."""
    say("comparing it with the manifest …")
    found = stores.contents(alias)
    _compare(found, manifest.contents, ignoring)
    call_command("migrate", database=alias, interactive=False, verbosity=0)
    connections[alias].close()
    say("verifying the audit chain …")
    report = verify_chain(using=alias)
    if not report.whole:
        where = f"at entry {report.broken_at}" if report.broken_at else "at its end"
        raise BackupFault(f"The audit chain is broken {where}: {report.reason}. Take an older backup and find out why.")
    return Proved(sum(found.tables.values()), files, report.entries, report.head)


def _compare(found: Contents, expected: Contents, ignoring: set[str]) -> None:
    wrong = [
        f"{name} holds {found.tables.get(name, 0)} rows instead of {count}"
        for name, count in expected.tables.items()
        if found.tables.get(name) != count and name not in ignoring
    ]
    if wrong:
        raise BackupFault(f"What was restored is not what was backed up: {'; '.join(wrong[:5])}.")
    if (found.audit_entries, found.audit_head) != (expected.audit_entries, expected.audit_head):
        raise BackupFault("What was restored is not what was backed up: the audit chain has another head.")

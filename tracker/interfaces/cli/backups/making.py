"""Make a backup: the database of one moment, then the uploaded files, then the manifest."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from tracker.interfaces.cli.backups import archive, stores
from tracker.interfaces.cli.backups.archive import Manifest
from tracker.interfaces.cli.backups.faults import BackupFault
from tracker.rules.civil import SHANGHAI

NAME = re.compile(r"tracker-\d{8}-\d{6}\.tar\.gz")


def back_up(folder: Path, *, real_now: datetime) -> tuple[Path, Manifest]:
    """Write a backup into a folder and return its path and manifest; nothing half-made is left under its name.

    The database comes first: files are only ever added, so those it speaks of are there when they are copied. Raises
    `BackupFault`.
    """
    store = stores.store()
    path = folder / f"tracker-{real_now.astimezone(SHANGHAI):%Y%m%d-%H%M%S}.tar.gz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".tracker-backup-", dir=folder) as name:
            scratch = Path(name)
            contents = store.dump(scratch / archive.DATABASE)
            with archive.packing(scratch / path.name) as packer:
                packer.add(archive.DATABASE, scratch / archive.DATABASE)
                for inside, file in uploaded_files():
                    packer.add(inside, file)
                manifest = Manifest(
                    made_at=real_now.isoformat(),
                    vendor=store.vendor,
                    contents=contents,
                    parts=tuple(packer.parts),
                )
                packer.finish(manifest)
            with (scratch / path.name).open("rb") as written:
                os.fsync(written.fileno())
            os.replace(scratch / path.name, path)
    except OSError as error:
        raise BackupFault(f"The backup cannot be written to {folder}: {error.strerror or error}.") from error
    return path, manifest


def uploaded_files() -> Iterator[tuple[str, Path]]:
    """Yield every uploaded file with its name in an archive."""
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"{archive.FILES}/{path.relative_to(root).as_posix()}", path


def forget_old(folder: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups of a folder and return those removed; other files stay."""
    found = sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))
    old = found[:-keep] if keep else []
    for path in old:
        path.unlink()
    return old

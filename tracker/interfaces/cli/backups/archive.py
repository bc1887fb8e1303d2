"""Pack a backup into one archive and unpack it again, checking every byte against the manifest.

The archive is a gzipped tar: `database`, then `files/…` as uploaded, then `manifest.json`, which is written last because
it counts what went before. An archive that lacks it was not finished.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from tracker.interfaces.cli.backups.faults import BackupFault

FORMAT = 1
DATABASE = "database"
MANIFEST = "manifest.json"
FILES = "files"
BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """Hold one file of the archive: its name in it, its size in bytes and its SHA-256 as hex digits."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """Say what a database held at the moment it was copied: rows by table, its migrations, and the audit chain's head."""

    tables: dict[str, int]
    migrations: tuple[str, ...]
    audit_entries: int
    audit_head: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Describe a backup: when it was made, of which kind of database, and what is in it."""

    made_at: str
    vendor: str
    contents: Contents
    parts: tuple[Part, ...] = field(default_factory=tuple)

    def as_json(self) -> bytes:
        """Return the manifest as it stands in the archive."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Read a manifest. Raises `BackupFault` for one that is of another format or not whole."""
        try:
            value: dict[str, Any] = json.loads(text)
            if value.pop("format") != FORMAT:
                raise BackupFault("The backup is of another format; restore it with the version that made it.")
            contents = value.pop("contents")
            migrations = tuple(contents.pop("migrations"))
            parts = tuple(Part(**part) for part in value.pop("parts"))
            return cls(contents=Contents(migrations=migrations, **contents), parts=parts, **value)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupFault(f"The backup's manifest cannot be read: {error}") from error


class Packer:
    """Write parts into an archive one after the other, the manifest last."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.parts: list[Part] = []

    def add(self, name: str, path: Path) -> None:
        """Add a file under a name, as many bytes as it has now."""
        with path.open("rb") as source:
            reader = _Hashing(source)
            self._tar.addfile(_entry(name, os.fstat(source.fileno()).st_size), reader)
        self.parts.append(Part(name, reader.size, reader.sha.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest."""
        text = manifest.as_json()
        self._tar.addfile(_entry(MANIFEST, len(text)), io.BytesIO(text))


@contextmanager
def packing(path: Path) -> Iterator[Packer]:
    """Give what writes an archive at `path`, readable by its owner only."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
        yield Packer(tar)


def unpack(path: Path, folder: Path) -> Manifest:
    """Unpack an archive into an empty folder and return its manifest; every part is as the manifest says.

    Raises `BackupFault` for an archive that is cut off, changed, or holds what it should not.
    """
    found: dict[str, Part] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(path, "r:gz") as tar:
            for entry in tar:
                source = tar.extractfile(entry)
                if source is None or not _is_ours(entry.name):
                    raise BackupFault(f"The backup holds “{entry.name}”, which is no part of one.")
                if entry.name == MANIFEST:
                    manifest = Manifest.from_json(source.read())
                else:
                    found[entry.name] = _unpack_one(entry.name, source, folder)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BackupFault(f"{path} cannot be read as a backup: {error}") from error
    if manifest is None:
        raise BackupFault(f"{path} was not finished: its manifest is missing. Take an older backup.")
    if found != {part.name: part for part in manifest.parts}:
        names = sorted({part.name for part in manifest.parts}.symmetric_difference(found)) or sorted(
            part.name for part in manifest.parts if found[part.name] != part
        )
        raise BackupFault(f"The backup is damaged: {', '.join(names[:5])} is not as it was when the backup was made.")
    return manifest


def _unpack_one(name: str, source: IO[bytes], folder: Path) -> Part:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    reader = _Hashing(source)
    with target.open("xb") as file:
        while block := reader.read(BLOCK):
            file.write(block)
    return Part(name, reader.size, reader.sha.hexdigest())


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name in {DATABASE, MANIFEST} or (len(parts) > 1 and parts[0] == FILES and ".." not in parts)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


class _Hashing:
    """Read from a file, counting and hashing what is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.sha = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self.sha.update(block)
        self.size += len(block)
        return block

"""A backup holds everything, proves itself, and is never put in the place of data by accident."""

from __future__ import annotations

import errno
import io
import os
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import Settings

from devtools.paths import ROOT
from tests import factories as make
from tests.audit.test_chain import unguarded
from tests.elsewhere import working_on
from tests.factories import NOW
from tests.messaging.making import item
from tests.servers import postgres_programs
from tests.surroundings import SURROUNDINGS
from tracker.audit.actors import Role, system
from tracker.audit.models import AuditEntry, JobRun
from tracker.audit.selectors import verify_chain
from tracker.audit.services import record
from tracker.commitments import services
from tracker.commitments.models import Evidence, Task
from tracker.interfaces.cli.backups import archive, making, stores
from tracker.messaging.selectors import paused

pytestmark = [pytest.mark.core, pytest.mark.django_db(transaction=True)]

Drill = Callable[[Path], "subprocess.CompletedProcess[str]"]
POSTGRES = not SURROUNDINGS.on_sqlite
on_postgres = pytest.mark.skipif(not POSTGRES, reason="SQLite needs no program and no server.")


@pytest.fixture(autouse=True)
def surroundings(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep uploads in a folder of the test's own, and find PostgreSQL's programs."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    monkeypatch.setenv("PATH", f"{postgres_programs()}:{os.environ['PATH']}")


@pytest.fixture
def task() -> Task:
    """Give a task with a report, its evidence in a file, and audit entries for both."""
    unit = make.unit("蔡村乡人民政府")
    task = make.task(unit)
    by = make.person(Role.LIAISON, unit)
    file = ContentFile("正文".encode(), "关于设立机构的通知.txt")
    evidence = [services.EvidenceDraft(Evidence.Kind.FILE, "通知", file)]
    services.apply_to_close(task=task, unit=unit, text="已设立", evidence=evidence, by=by, now=NOW)
    return task


@pytest.fixture
def backup(task: Task, tmp_path: Path) -> Path:
    """Give a backup of an installation with one task."""
    call_command("backup", str(tmp_path / "backups"))
    (path,) = (tmp_path / "backups").iterdir()
    return path


@pytest.fixture
def elsewhere(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """Work on a new machine: an empty database and no uploads."""
    settings.MEDIA_ROOT = tmp_path / "other-uploads"
    if not POSTGRES:
        with working_on(f"sqlite:///{tmp_path / 'other.sqlite3'}"):
            yield
        return
    name = f"other_{os.getpid()}"
    server = SURROUNDINGS.database_url
    maintenance = urlsplit(server)._replace(path="/postgres").geturl()
    with psycopg.connect(maintenance, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")  # type: ignore[arg-type]
        try:
            with working_on(urlsplit(server)._replace(path=f"/{name}").geturl()):
                yield
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


def test_what_was_backed_up_is_there_on_another_machine_and_nothing_is_sent(
    backup: Path, task: Task, elsewhere: None, settings: Settings
) -> None:
    entries = 2
    call_command("restore", str(backup))
    restored = Task.objects.get(pk=task.pk)
    assert (restored.key, restored.state) == (task.key, "awaiting_review")
    evidence = Evidence.objects.get()
    assert evidence.file.read().decode() == "正文"
    assert Path(evidence.file.path).is_relative_to(settings.MEDIA_ROOT)
    switch = paused()
    assert switch is not None and switch.reason == f"restored from {backup.name}"
    report = verify_chain()
    assert report.whole and report.entries == entries
    last = AuditEntry.objects.order_by("-pk")[0]
    assert (last.action, last.source) == ("messaging.paused", "restore")


def test_a_restored_database_goes_on_growing(backup: Path, task: Task, elsewhere: None) -> None:
    call_command("restore", str(backup))
    services.review(task=Task.objects.get(pk=task.pk), decision="closed", by=make.person(Role.SUPERVISION), now=NOW)
    assert verify_chain().whole
    with pytest.raises(Exception, match="never changed"):
        AuditEntry.objects.update(actor_name="x")


def test_a_backup_is_readable_by_its_owner_only_and_recorded_as_a_run(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    run = JobRun.objects.get(job="backup")
    assert run.ok and run.counts["file"] == str(backup) and run.counts["files"] == 1


def test_data_already_there_are_not_replaced_unless_told(backup: Path, task: Task) -> None:
    Task.objects.update(title="改过的")
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(backup))
    assert Task.objects.get().title == "改过的"
    connection.close()
    call_command("restore", str(backup), "--replace")
    assert Task.objects.get().title == task.title


@pytest.fixture
def drill(child_environment: dict[str, str]) -> Drill:
    """Give a function that holds a drill in a process of its own, as an operator would."""

    def run(path: Path) -> subprocess.CompletedProcess[str]:
        environment = {**child_environment, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "django", "restore", str(path), "--drill"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return run


def test_a_drill_proves_the_backup_and_touches_nothing(backup: Path, drill: Drill) -> None:
    before = stores.contents("default")
    done = drill(backup)
    assert done.returncode == 0, done.stderr
    assert f"1 audit entries, whole. Head: {verify_chain().head}" in done.stdout
    assert stores.contents("default") == before
    assert paused() is None


def test_a_drill_with_a_backup_of_a_falsified_chain_names_the_break(task: Task, tmp_path: Path, drill: Drill) -> None:
    first = AuditEntry.objects.order_by("pk")[0]
    unguarded("UPDATE audit_auditentry SET actor_name = 'x' WHERE id = %s", first.pk)
    call_command("backup", str(tmp_path / "backups"))
    (path,) = (tmp_path / "backups").iterdir()
    done = drill(path)
    assert done.returncode != 0 and f"broken at entry {first.pk}" in done.stderr


def repacked(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Write the archive anew, each part as `change` has it; None leaves it out."""
    target = path.with_name("changed.tar.gz")
    with tarfile.open(path) as source, tarfile.open(target, "w:gz") as tar:
        for entry in source:
            content = source.extractfile(entry)
            assert content is not None
            data = change(entry.name, content.read())
            if data is not None:
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
    return target


def with_another_database(name: str, data: bytes) -> bytes:
    return data[:-1] + b"?" if name == archive.DATABASE else data


def without_manifest(name: str, data: bytes) -> bytes | None:
    return None if name == archive.MANIFEST else data


def without_files(name: str, data: bytes) -> bytes | None:
    return None if name.startswith(archive.FILES) else data


def of_another_kind(name: str, data: bytes) -> bytes:
    return data.replace(connection.vendor.encode(), b"oracle") if name == archive.MANIFEST else data


def of_a_newer_version(name: str, data: bytes) -> bytes:
    return data.replace(b'"audit.0001_initial"', b'"audit.9999_later"') if name == archive.MANIFEST else data


def of_another_format(name: str, data: bytes) -> bytes:
    return data.replace(b'"format": 1', b'"format": 2') if name == archive.MANIFEST else data


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (with_another_database, "database is not as it was"),
        (without_files, "is not as it was"),
        (without_manifest, "was not finished"),
        (of_another_kind, "Name a database of that kind"),
        (of_a_newer_version, "Install that version"),
        (of_another_format, "another format"),
    ],
)
def test_an_archive_that_does_not_fit_is_refused_before_anything_is_touched(
    backup: Path, task: Task, change: Callable[[str, bytes], bytes | None], says: str
) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("restore", str(repacked(backup, change)), "--replace")
    assert Task.objects.get().title == task.title and paused() is None


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "files/../../outside", "something"])
def test_an_archive_that_holds_what_is_no_part_of_a_backup_is_refused(backup: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "foreign.tar.gz"
    with tarfile.open(target, "w:gz") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 1
        tar.addfile(entry, io.BytesIO(b"x"))
    with pytest.raises(CommandError, match="no part of one"):
        call_command("restore", str(target), "--drill")
    assert not (tmp_path / "outside").exists()


def test_an_archive_cut_off_is_refused(backup: Path) -> None:
    cut = backup.with_name("cut.tar.gz")
    cut.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    with pytest.raises(CommandError, match=r"cannot be read as a backup|was not finished"):
        call_command("restore", str(cut), "--drill")


def test_a_full_disk_ends_in_a_sentence_and_leaves_no_half_backup(
    task: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object, name: str, path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive.Packer, "add", full)
    with pytest.raises(CommandError, match="No space left on device"):
        call_command("backup", str(tmp_path / "backups"))
    assert list((tmp_path / "backups").iterdir()) == []
    assert "No space left" in JobRun.objects.get(job="backup", ok=False).error


def test_only_the_newest_backups_are_kept_and_nothing_else_is_removed(tmp_path: Path) -> None:
    names = [f"tracker-2023060{day}-090000.tar.gz" for day in range(1, 6)]
    for name in [*names, "notes.txt", "tracker-old.tar.gz"]:
        (tmp_path / name).touch()
    assert [path.name for path in making.forget_old(tmp_path, keep=2)] == names[:3]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*names[3:], "notes.txt", "tracker-old.tar.gz"])
    assert making.forget_old(tmp_path, keep=0) == []


@on_postgres
def test_without_pg_dump_the_command_says_what_to_install(
    task: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="pg_dump was not found"):
        call_command("backup", str(tmp_path / "backups"))


@on_postgres
def test_a_restore_waits_until_nobody_else_is_connected(backup: Path) -> None:
    address = urlsplit(SURROUNDINGS.database_url)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    with psycopg.connect(address), pytest.raises(CommandError, match="1 other connections"):
        call_command("restore", str(backup), "--replace")


def test_what_is_written_while_the_backup_runs_is_in_it_wholly_or_not_at_all(
    task: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drill: Drill
) -> None:
    real = archive.Packer.add

    def meanwhile(self: archive.Packer, name: str, path: Path) -> None:
        with transaction.atomic():
            record(by=system("test"), now=NOW, action="org.renamed", obj=task)
        real(self, name, path)

    monkeypatch.setattr(archive.Packer, "add", meanwhile)
    call_command("backup", str(tmp_path / "backups"))
    (path,) = (tmp_path / "backups").iterdir()
    done = drill(path)
    assert done.returncode == 0, done.stderr
    assert verify_chain().entries == 3, "one with the task, and one with each part of the archive"
    assert "1 audit entries, whole" in done.stdout


def test_an_operator_pauses_resumes_and_retries(task: Task, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="--reason"):
        call_command("dispatcher", "pause")
    call_command("dispatcher", "pause", "--reason", "邮件服务器维护")
    assert "Sending is paused: 邮件服务器维护" in capsys.readouterr().out
    call_command("dispatcher", "resume")
    assert "Sending is on." in capsys.readouterr().out
    post = make.post(task.lead)
    make.user(post)
    item(task, post)
    call_command("dispatcher", "retry")
    assert "To be tried again: 0." in capsys.readouterr().out

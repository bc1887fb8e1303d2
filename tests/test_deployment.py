"""What runs the product for real: the compose file, the image, and the names they share with the settings."""

from __future__ import annotations

import fnmatch
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from devtools.paths import ROOT

COMPOSE = ROOT / "docker-compose.yml"
SETTINGS = ROOT / "tracker" / "config" / "settings.py"
ONE_SHOT = {"migrate"}
OURS = {"beat", "dispatcher", "migrate", "web", "worker"}


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]
    return loaded


def option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


def test_compose_file_agrees_with_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_part_is_there(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == OURS | {"postgres", "redis"}


def test_every_service_that_stays_is_watched_and_started_again(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        if name in ONE_SHOT:
            assert service["restart"] == "no"
        else:
            assert service["restart"] == "unless-stopped", name
            assert "test" in service["healthcheck"], name


def test_our_services_start_only_when_the_database_is_up_to_date(services: dict[str, dict[str, Any]]) -> None:
    for name in OURS - ONE_SHOT:
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert services[name]["depends_on"]["postgres"] == {"condition": "service_healthy"}
        assert services[name]["depends_on"]["redis"] == {"condition": "service_healthy"}


def test_secrets_come_from_files_only(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        for variable in service.get("environment", {}):
            if re.search(r"PASSWORD|SECRET|KEY|TOKEN", variable):
                assert variable.endswith("_FILE"), f"{name} is given {variable} in the open"


def test_redis_evicts_nothing_and_keeps_a_log(services: dict[str, dict[str, Any]]) -> None:
    command = services["redis"]["command"]
    assert option(command, "--maxmemory-policy") == "noeviction"
    assert option(command, "--appendonly") == "yes"


def test_database_and_broker_are_not_reachable_from_outside(services: dict[str, dict[str, Any]]) -> None:
    for name in ("postgres", "redis"):
        assert services[name]["networks"] == ["inside"]
        assert "ports" not in services[name]
    assert yaml.safe_load(COMPOSE.read_text("utf-8"))["networks"]["inside"] == {"internal": True}


def test_there_is_one_beat_and_no_worker_with_a_beat_of_its_own(services: dict[str, dict[str, Any]]) -> None:
    celery = {name: service["command"] for name, service in services.items() if "celery" in service.get("command", [])}
    assert [name for name, command in celery.items() if "beat" in command] == ["beat"]
    assert "deploy" not in services["beat"] and "scale" not in services["beat"]
    for command in celery.values():
        assert not {"-B", "--beat"} & set(command)


def test_every_queue_has_a_worker(services: dict[str, dict[str, Any]]) -> None:
    from tracker.config.celery import app

    app.loader.import_default_modules()
    served = {option(services[name]["command"], "--queues") for name in ("worker", "dispatcher")}
    assert served == {queue.name for queue in app.conf.task_queues}
    routed = {route["queue"] for route in app.conf.task_routes.values()}
    assert routed <= served
    assert set(app.conf.task_routes) <= set(app.tasks), "a route names a job that does not exist"


def test_commands_name_the_application_there_is(services: dict[str, dict[str, Any]]) -> None:
    for name in ("beat", "dispatcher", "worker"):
        assert option(services[name]["command"], "--app") == "tracker.config.celery"
    assert "tracker.config.wsgi:application" in (ROOT / "Dockerfile").read_text("utf-8")
    assert (ROOT / "tracker" / "config" / "wsgi.py").exists()


def test_every_variable_set_is_one_that_the_settings_read(services: dict[str, dict[str, Any]]) -> None:
    known = set(re.findall(r'"(TRACKER_[A-Z_]+)"', SETTINGS.read_text("utf-8")))
    given = {variable for name in OURS for variable in services[name]["environment"]}
    given |= set(re.findall(r"\b(TRACKER_[A-Z_]+)=", (ROOT / "Dockerfile").read_text("utf-8")))
    assert {variable.removesuffix("_FILE") for variable in given} <= known


def test_the_image_runs_without_privileges(services: dict[str, dict[str, Any]]) -> None:
    last_stage = (ROOT / "Dockerfile").read_text("utf-8").rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER tracker$", last_stage, re.MULTILINE)
    for name in OURS:
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["read_only"] is True


def test_the_image_is_given_everything_it_copies() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    admitted = [line[1:] for line in ignored if line.startswith("!")]
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    for source in " ".join(copied).split():
        assert (ROOT / source).exists(), source
        assert any(fnmatch.fnmatch(source, pattern) for pattern in admitted), f".dockerignore keeps out {source}"


def test_the_image_can_copy_the_database_it_runs_on(services: dict[str, dict[str, Any]]) -> None:
    server = services["postgres"]["image"].removeprefix("postgres:")
    client = re.search(r"postgresql-client-(\d+)", (ROOT / "Dockerfile").read_text("utf-8"))
    assert client is not None and client[1] == server


def test_the_operations_guide_explains_every_setting_and_no_other() -> None:
    named = re.compile(r"TRACKER_[A-Z_]+[A-Z]")
    calls = r"(?:env|flag|listed|number|clock_time)\(\s*\"(TRACKER_[A-Z_]+)\""
    read = set(re.findall(calls, SETTINGS.read_text("utf-8")))
    guide = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert read and set(named.findall(guide)) == read


def test_the_operations_guide_names_commands_that_exist() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text("utf-8")
    known = {name.replace("_", "-") for name in get_commands()}
    named = set(re.findall(r"\btracker ([a-z][a-z_-]+[a-z])\b", guide))
    assert {name for name in named if name.replace("_", "-") not in known} <= {"and", "for", "does"}

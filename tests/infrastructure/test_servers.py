"""The servers the other tests stand on."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import psycopg
import pytest
import redis

from tests.servers import PostgresServer, SmtpServer, ValkeyServer
from tests.surroundings import SURROUNDINGS
from tests.waiting import wait_until


@pytest.fixture
def message() -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "office@example.org", "unit@example.org", "关于提醒"
    letter.set_content("正文")
    return letter


def test_postgres_keeps_committed_rows_when_it_is_killed_and_started_again(own_postgres: PostgresServer) -> None:
    with psycopg.connect(own_postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE unit AS SELECT '县住建局' AS name")
    own_postgres.kill()
    own_postgres.start()
    with psycopg.connect(own_postgres.url("postgres")) as connection:
        assert connection.execute("SELECT name FROM unit").fetchall() == [("县住建局",)]


def test_postgres_can_search_by_trigrams(own_postgres: PostgresServer) -> None:
    with psycopg.connect(own_postgres.url("postgres")) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        row = connection.execute("SELECT show_trgm('住建局') <> '{}'").fetchone()
    assert row == (True,)


def test_valkey_refuses_to_evict_and_forgets_all_when_it_stops(own_valkey: ValkeyServer) -> None:
    with own_valkey.client() as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        client.set("bell", "rung")
    own_valkey.kill()
    with own_valkey.client() as client, pytest.raises(redis.ConnectionError):
        client.ping()
    own_valkey.start()
    with own_valkey.client() as client:
        assert client.get("bell") is None


def test_smtp_server_keeps_what_it_accepts(smtp: SmtpServer, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", smtp.port) as client:
        client.send_message(message)
    assert [letter["Subject"] for letter in smtp.messages] == ["关于提醒"]
    assert smtp.recipients == [["unit@example.org"]]


def test_smtp_server_refuses_as_told(smtp: SmtpServer, message: EmailMessage) -> None:
    smtp.answers["unit@example.org"] = "550 no such person"
    with smtplib.SMTP("127.0.0.1", smtp.port) as client, pytest.raises(smtplib.SMTPRecipientsRefused):
        client.send_message(message)
    smtp.answers.clear()
    smtp.data_answers.append("421 later")
    with smtplib.SMTP("127.0.0.1", smtp.port) as client, pytest.raises(smtplib.SMTPDataError):
        client.send_message(message)
    assert smtp.messages == []


def test_another_process_sees_what_the_test_committed(child_environment, launch) -> None:  # type: ignore[no-untyped-def]
    from django.contrib.contenttypes.models import ContentType

    ContentType.objects.create(app_label="witness", model="witness")
    code = (
        "import django; django.setup()\n"
        "from django.contrib.contenttypes.models import ContentType\n"
        "print('seen', ContentType.objects.filter(app_label='witness').count())"
    )
    process = launch("-c", code, environment=child_environment)
    assert process.wait(60) == 0, process.log_tail()
    assert process.log_tail().splitlines()[-1] == "seen 1"


def test_a_wait_in_vain_says_what_it_waited_for() -> None:
    with pytest.raises(AssertionError, match="until pigs fly"):
        wait_until(lambda: False, "pigs fly", seconds=0)


def test_no_server_listens_on_the_network() -> None:
    if SURROUNDINGS.postgres is not None:
        assert "host=/" in SURROUNDINGS.database_url
    if SURROUNDINGS.valkey is not None:
        assert SURROUNDINGS.redis_url.startswith("unix:///")

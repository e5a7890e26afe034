"""Processes that die, and several that send at the same time. With real transactions."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from accounts.models import User
from accounts.notices import delivering, outbox
from accounts.notices.choices import DeliveryState
from accounts.notices.models import Delivery, Notice
from alerts.models import Case
from tests.alerts.factories import open_case
from tests.cast import hire, plant_territories
from tests.child_process import environment_of_the_test
from tests.notices.conftest import NOON

ROOT = Path(__file__).parents[2]

BEGIN = """
import datetime as dt, sys, time
import django; django.setup()
from django.conf import settings
from accounts.notices import delivering, mails
NOON = dt.datetime.fromisoformat({noon!r})
settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
settings.EMAIL_FILE_PATH = {folder!r}
"""

KILLED = """
def stop(message):
    print("marked", flush=True)
    time.sleep(60)
mails._send = stop
delivering.run(NOON)
"""

SENDS = """
send = mails._send
def slowly(message):
    time.sleep(0.2)
    return send(message)
mails._send = slowly
print("ready", flush=True)
sys.stdin.readline()
delivering.run(NOON)
"""


@pytest.fixture
def told(transactional_db: None) -> list[User]:
    """Four people, each told of a red case."""
    territories = plant_territories()
    people = [hire(name, territories) for name in ("alice", "bob", "dora", "fay")]
    User.objects.update(time_zone="Asia/Shanghai")
    case: Case = open_case(territories["CN-EAST-1"], severity=3)
    outbox.tell(
        users=[person.pk for person in people], kind="warnings.assigned", key="red", at=NOON, subject="case", about_id=case.pk,
        severity=3,
    )  # fmt: skip
    return people


def start(program: str, folder: Path) -> subprocess.Popen[str]:
    text = BEGIN.format(noon=NOON.isoformat(), folder=str(folder)) + program
    return subprocess.Popen(
        [sys.executable, "-c", text], cwd=ROOT, env=environment_of_the_test(), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def mails_in(folder: Path) -> int:
    return sum(path.read_text(encoding="utf-8").count("\nTo: ") for path in folder.iterdir())


def test_kill_9_between_the_mark_and_the_mail_sends_no_second(
    told: list[User], tmp_path: Path, mailoutbox: list
) -> None:
    child = start(KILLED, tmp_path)
    assert child.stdout is not None
    assert any(line == "marked\n" for line in iter(child.stdout.readline, ""))
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    child.stdin.close()
    assert Delivery.objects.filter(state=DeliveryState.SENDING).count() == 1

    # The others get theirs; what was marked is never sent by anybody.
    delivering.run(NOON)
    delivering.run(NOON + delivering.LEASE * 2)
    assert len(mailoutbox) == 3
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["SENT", "SENT", "SENT", "UNSURE"]
    # It stays in the inbox.
    assert Notice.objects.unread().count() == 4


def test_three_workers_at_once_send_each_mail_once(told: list[User], tmp_path: Path) -> None:
    children = [start(SENDS, tmp_path) for _ in range(3)]
    for child in children:
        assert child.stdout is not None
        assert any(line == "ready\n" for line in iter(child.stdout.readline, ""))
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    for child in children:
        child.communicate(timeout=120)
    assert mails_in(tmp_path) == 4
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}

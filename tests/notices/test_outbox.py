"""The outbox: once a person and event, only what was committed, and whatever becomes of the broker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from accounts.models import TerritoryAssignment, User
from accounts.notices import delivering, outbox
from accounts.notices.choices import Channel, DeliveryState, MailWhen, PushWhen
from accounts.notices.delivering import run
from accounts.notices.kinds import Wishes
from accounts.notices.models import Delivery, Notice
from accounts.notices.wishes import say
from alerts.models import Case
from tests.alerts.factories import TODAY
from tests.factories import AssignmentFactory
from tests.notices.conftest import NIGHT, NOON
from visits.models import Leave

pytestmark = pytest.mark.django_db
Tell = Callable[..., Notice]


def morning(day: int) -> dt.datetime:
    """Seven in Shanghai."""
    return dt.datetime(2026, 3, day - 1, 23, tzinfo=dt.UTC)


def states(user: User) -> list[tuple[str, str]]:
    return list(Delivery.objects.filter(notice__user=user).order_by("pk").values_list("channel", "state"))


def test_nobody_is_told_twice(tell: Tell, alice: User) -> None:
    tell(alice, key="fire")
    tell(alice, key="fire")
    assert Notice.objects.count() == 1


def test_what_was_rolled_back_is_told_to_nobody(tell: Tell, alice: User) -> None:
    with transaction.atomic():
        tell(alice)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_red_is_mailed_at_once_even_at_night(tell: Tell, alice: User, mailoutbox: list[Any]) -> None:
    tell(alice, at=NIGHT)
    run(NIGHT)
    run(NIGHT)
    (mail,) = mailoutbox
    assert mail.to == [alice.email]
    assert states(alice) == [(Channel.MAIL, DeliveryState.SENT)]


def test_what_is_not_red_waits_for_the_morning_mail(tell: Tell, alice: User, mailoutbox: list[Any]) -> None:
    tell(alice, severity=2)
    tell(alice, severity=1)
    run(NOON)
    run(NIGHT)
    assert mailoutbox == []
    run(morning(12))
    run(morning(12))
    (mail,) = mailoutbox
    assert mail.subject == "2 notices for March 12, 2026"


def test_at_night_what_is_sent_at_once_waits_until_seven(tell: Tell, alice: User, mailoutbox: list[Any]) -> None:
    tell(alice, kind="warnings.assigned", severity=2, at=NIGHT)
    run(NIGHT)
    assert mailoutbox == []
    run(morning(12) - dt.timedelta(minutes=1))
    assert mailoutbox == []
    run(morning(12))
    assert len(mailoutbox) == 1


def test_nothing_is_sent_after_it_was_solved(tell: Tell, alice: User, case: Case, mailoutbox: list[Any]) -> None:
    tell(alice, severity=2)
    run(NOON)
    outbox.settle("case", [case.pk], at=NOON)
    tell(alice, key="later", severity=3)
    Notice.objects.filter(key="later").update(over_at=NOON)
    run(morning(12))
    assert mailoutbox == []
    assert states(alice) == [(Channel.DIGEST, DeliveryState.DROPPED)]


def test_what_was_read_is_not_in_the_morning_mail(tell: Tell, alice: User, mailoutbox: list[Any]) -> None:
    tell(alice, severity=2)
    run(NOON)
    Notice.objects.update(read_at=NOON)
    run(morning(12))
    assert mailoutbox == []


def test_what_she_no_longer_sees_is_not_sent(tell: Tell, alice: User, mailoutbox: list[Any]) -> None:
    tell(alice)
    TerritoryAssignment.objects.filter(user=alice).delete()
    run(NOON)
    assert mailoutbox == []


def test_many_at_once_become_one_mail(tell: Tell, alice: User, mailoutbox: list[Any]) -> None:
    for _each in range(30):
        tell(alice)
    run(NOON)
    (mail,) = mailoutbox
    assert mail.subject == "30 new notices"
    assert "And 10 more in the inbox." in mail.body


def test_wishes_rule_over_roles(tell: Tell, alice: User, mailoutbox: list[Any]) -> None:
    say(alice, {"warnings.opened": Wishes(False, MailWhen.NEVER, PushWhen.NEVER)}, on=TODAY)
    notice = tell(alice)
    run(NOON)
    notice.refresh_from_db()
    assert (notice.in_inbox, mailoutbox, states(alice)) == (False, [], [])
    # As her role brings it is not kept, so that it follows the role.
    say(alice, {"warnings.opened": Wishes()}, on=TODAY)
    assert not alice.notice_wishes.exists()


def test_who_only_reads_gets_no_mail(tell: Tell, rory: User, mailoutbox: list[Any]) -> None:
    User.objects.update(time_zone="Asia/Shanghai")
    tell(rory)
    run(NOON)
    assert mailoutbox == []


def test_leave_waits_until_she_is_back(tell: Tell, alice: User, mailoutbox: list[Any]) -> None:
    Leave.objects.create(user=alice, period=(TODAY, TODAY + dt.timedelta(days=9)))
    tell(alice, severity=2, kind="warnings.assigned")
    run(NOON)
    run(morning(19))
    assert mailoutbox == []
    run(morning(20))
    assert len(mailoutbox) == 1


def test_red_reaches_who_is_on_leave_when_nobody_stands_in(tell: Tell, alice: User, mailoutbox: list[Any]) -> None:
    Leave.objects.create(user=alice, period=(TODAY, TODAY + dt.timedelta(days=9)))
    tell(alice)
    run(NOON)
    assert len(mailoutbox) == 1


def test_who_stands_in_is_told_in_her_place(
    tell: Tell, alice: User, bob: User, charlie: User, mailoutbox: list[Any]
) -> None:
    User.objects.update(time_zone="Asia/Shanghai")
    AssignmentFactory(
        user=charlie, territory=alice.assignments.get().territory, covers_for=alice,
        period=(TODAY, dt.date(2100, 1, 1)),
    )  # fmt: skip
    tell(alice)
    run(NOON)
    assert Notice.objects.get(user=charlie).facts["for"] == "Alice"
    assert [channel for channel, _state in states(alice)] == [Channel.DIGEST]
    (mail,) = mailoutbox
    assert mail.to == [charlie.email]
    assert "You get this in place of Alice." in mail.body


# --- Faults ------------------------------------------------------------------------------------------------------------------


def test_a_dead_broker_loses_nothing(
    tell: Tell,
    alice: User,
    mailoutbox: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    from kombu.exceptions import OperationalError

    from accounts.notices import tasks

    def refuse(**_options: Any) -> None:
        raise OperationalError("nobody there")

    monkeypatch.setattr(tasks.deliver, "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        tell(alice)
    assert mailoutbox == []
    # The broker is back, and beat sweeps.
    monkeypatch.setattr(delivering.timezone, "now", lambda: NOON)
    tasks.sweep()
    assert len(mailoutbox) == 1


def test_a_mail_server_that_does_not_answer_is_tried_again(
    tell: Tell, alice: User, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.mail.backends.locmem import EmailBackend

    def refuse(_self: object) -> None:
        raise ConnectionRefusedError

    tell(alice)
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "open", refuse)
        run(NOON)
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.tries, delivery.error) == (
            DeliveryState.WAITING,
            1,
            "ConnectionRefusedError: ",
        )
        run(NOON)
    assert Delivery.objects.get().tries == 1
    run(delivery.next_at)
    assert len(mailoutbox) == 1
    assert states(alice) == [(Channel.MAIL, DeliveryState.SENT)]


def test_a_line_that_breaks_after_the_mail_left_sends_no_second(
    tell: Tell, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.mail.backends.locmem import EmailBackend

    sent = []

    def breaks(_self: object, messages: list[Any]) -> int:
        sent.extend(messages)
        raise ConnectionResetError

    monkeypatch.setattr(EmailBackend, "send_messages", breaks)
    tell(alice)
    for hours in range(5):
        run(NOON + dt.timedelta(hours=hours))
    assert len(sent) == 1
    assert states(alice) == [(Channel.MAIL, DeliveryState.UNSURE)]


def test_what_a_dead_worker_has_marked_is_not_sent_again(tell: Tell, alice: User, mailoutbox: list[Any]) -> None:
    tell(alice)
    while delivering.route_some(NOON):
        pass
    assert len(delivering.claim(Channel.MAIL, NOON)) == 1
    run(NOON + dt.timedelta(minutes=1))
    assert states(alice) == [(Channel.MAIL, DeliveryState.SENDING)]
    run(NOON + delivering.LEASE + dt.timedelta(minutes=1))
    assert states(alice) == [(Channel.MAIL, DeliveryState.UNSURE)]
    assert mailoutbox == []


def test_an_error_in_the_words_of_one_stops_no_other(
    tell: Tell, alice: User, bob: User, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from accounts.notices import mails

    write = mails._single

    def fails(delivery: Delivery, each: Any, user: User) -> Any:
        if user == alice:
            raise ZeroDivisionError
        return write(delivery, each, user)

    User.objects.update(time_zone="Asia/Shanghai")
    monkeypatch.setattr(mails, "_single", fails)
    tell(alice, at=NOON)
    tell(bob, at=NOON)
    run(NOON)
    assert [mail.to for mail in mailoutbox] == [[bob.email]]

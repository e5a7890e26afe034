"""Who is told of what happens with a case."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import Notice, Territory, User
from accounts.notices.routing import route_some
from accounts.notices.shown import shown
from alerts import actions
from alerts.models import Case, CaseWatcher, Cause
from alerts.telling.events import NEAR_HOURS
from alerts.telling.watching import watch_deadlines
from dealers.models import Dealer
from sales.figures import rebuild_figures
from sales.models import Receivable
from tests.alerts.factories import TODAY, night, noon, open_case, rule
from tests.factories import DealerFactory

pytestmark = pytest.mark.django_db
AT = noon(TODAY)


@pytest.fixture
def case(territories: dict[str, Territory], alice: User, bob: User, dora: User) -> Case:
    """Alice's; Dora watches."""
    made = open_case(territories["CN-EAST-1"], owner=alice)
    CaseWatcher.objects.create(case=made, user=dora, since=AT)
    return made


def told() -> dict[str, set[str]]:
    """By kind the names of those who were told."""
    found: dict[str, set[str]] = {}
    for notice in Notice.objects.exclude(user=None).select_related("user"):
        found.setdefault(notice.kind, set()).add(notice.user.name)
    return found


def words(user: User) -> list[str]:
    return [row.words.title for row in shown(Notice.objects.filter(user=user).order_by("pk"), user)]


def overdue_dealer(territory: Territory, days: int = 20) -> Dealer:
    dealer: Dealer = DealerFactory(territory=territory, completeness=100, verified_on=TODAY)
    Receivable.objects.create(
        dealer=dealer, number="R-1", issued_on=TODAY - dt.timedelta(days=60), due_on=TODAY - dt.timedelta(days=days),
        amount=100, open_amount=100,
    )  # fmt: skip
    return dealer


def test_the_night_tells_the_owner_and_who_watches_once(
    territories: dict[str, Territory], alice: User, bob: User, fay: User
) -> None:
    rule("overdue")
    overdue_dealer(territories["CN-EAST-1"])
    rebuild_figures(TODAY)
    for _again in range(2):
        night(TODAY)
    case = Case.objects.get()
    watchers = set(case.watchers.values_list("user__name", flat=True))
    assert told() == {"warnings.opened": {case.owner.name} | watchers}
    notice = Notice.objects.filter(user=case.owner).get()
    assert (notice.subject, notice.about_id, notice.severity) == ("case", case.pk, case.severity)


def test_many_new_cases_of_one_night_are_one_notice_and_red_ones_stay_by_themselves(
    territories: dict[str, Territory], alice: User, bob: User
) -> None:
    rule("overdue", watchers=["MANAGER"])
    place = territories["CN-EAST-1"]
    dealers = [overdue_dealer(place, days) for days in (20, 20, 20, 5, 40)]
    rebuild_figures(TODAY)
    for _again in range(2):
        night(TODAY)
    red = Case.objects.get(severity=3)
    for person in (alice, bob):
        kinds = Notice.objects.filter(user=person).order_by("kind").values_list("kind", "about_id", "severity")
        assert list(kinds) == [("warnings.opened", red.pk, 3), ("warnings.opened_many", None, 2)]
    (row,) = shown(Notice.objects.filter(user=bob, kind="warnings.opened_many"), bob)
    assert (row.words.title, row.words.text) == ("4 new warnings", "orange: 3, yellow: 1 · Overdue: 4")
    assert row.target().endswith("?whose=mine")
    # The night after one of them has paid, then all: told is what is left, and in the end nothing.
    for day, paid in ((1, dealers[:1]), (2, dealers), (3, dealers)):
        Receivable.objects.filter(dealer__in=paid).update(open_amount=0)
        on = TODAY + dt.timedelta(days=day)
        rebuild_figures(on)
        night(on)
        (notice,) = Notice.objects.filter(user=bob, kind="warnings.opened_many")
        left = "3 new warnings" if day == 1 else "The new warnings of that night are solved"
        assert shown([notice], bob)[0].words.title == left
    assert notice.over_at is not None


def test_a_night_that_is_rolled_back_told_nobody(
    territories: dict[str, Territory], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alerts import night as nights

    rule("overdue")
    overdue_dealer(territories["CN-EAST-1"])
    rebuild_figures(TODAY)

    def breaks(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(nights, "_record", breaks)
    with pytest.raises(ZeroDivisionError):
        night(TODAY)
    assert not Notice.objects.exists()


def test_when_it_recovers_what_was_told_is_over(territories: dict[str, Territory], alice: User) -> None:
    rule("overdue")
    dealer = overdue_dealer(territories["CN-EAST-1"])
    rebuild_figures(TODAY)
    night(TODAY)
    dealer.receivables.update(open_amount=0)
    rebuild_figures(TODAY + dt.timedelta(days=1))
    night(TODAY + dt.timedelta(days=1))
    assert Notice.objects.filter(kind="warnings.opened", over_at=None).count() == 0
    assert Notice.objects.filter(kind="warnings.solved", user=alice).count() == 1


def test_who_did_it_is_not_told(case: Case, alice: User, bob: User) -> None:
    actions.note(case_id=case.pk, text="He pays on Friday.", by=alice, at=AT, on=TODAY)
    assert told() == {"warnings.progress": {"Dora"}}


def test_a_new_owner_is_told_by_whom(case: Case, bob: User, alice: User) -> None:
    actions.assign(case_id=case.pk, to=alice, by=bob, at=AT, on=TODAY)
    assert told() == {"warnings.assigned": {"Alice"}}
    (row,) = shown(Notice.objects.all(), alice)
    assert row.words.text.startswith("Bob gave it to you.")


def test_a_task_is_told_to_whom_it_is_given(case: Case, alice: User, bob: User) -> None:
    actions.plan_task(case_id=case.pk, title="Call the bank", owner=alice, due_on=TODAY, by=bob, at=AT, on=TODAY)
    assert told() == {"warnings.task": {"Alice"}}
    assert shown(Notice.objects.all(), alice)[0].words.text == "Call the bank"


def test_a_mention_reaches_who_does_not_watch_and_nobody_who_does_not_see(
    case: Case, alice: User, bob: User, charlie: User
) -> None:
    actions.note(
        case_id=case.pk, text="@Bob, please call. @charlie@example.com too, @nobody", by=alice, at=AT, on=TODAY
    )
    assert told() == {"warnings.mentioned": {"Bob"}, "warnings.progress": {"Dora"}}
    assert words(bob) == [f"Alice wrote to you: Overdue, {case.dealer.name}"]


def test_a_mentioned_watcher_is_told_once(case: Case, alice: User, dora: User) -> None:
    actions.note(case_id=case.pk, text="@Dora look", by=alice, at=AT, on=TODAY)
    assert told() == {"warnings.mentioned": {"Dora"}}


def test_a_dismissed_case_takes_back_what_was_told(case: Case, alice: User, bob: User) -> None:
    actions.assign(case_id=case.pk, to=alice, by=bob, at=AT, on=TODAY)
    actions.dismiss(case_id=case.pk, reason="Paid yesterday", by=bob, at=AT, on=TODAY)
    assert Notice.objects.get(kind="warnings.assigned").over_at == AT
    assert told()["warnings.solved"] == {"Alice", "Dora"}
    assert Notice.objects.filter(kind="warnings.solved", over_at=None).count() == 2


def test_a_reopened_case_is_told_again(case: Case, alice: User, bob: User) -> None:
    cause = Cause.objects.filter(kinds=[], active=True).first() or Cause.objects.create(code="test")
    actions.find_cause(case_id=case.pk, cause=cause.code, by=alice, at=AT, on=TODAY)
    actions.resolve(case_id=case.pk, resolution="Paid", by=alice, at=AT, on=TODAY)
    actions.reopen(case_id=case.pk, reason="The cheque bounced", by=bob, at=AT, on=TODAY)
    assert told()["warnings.reopened"] == {"Alice", "Dora"}
    assert Notice.objects.filter(kind="warnings.reopened", over_at=None).count() == 2
    assert Notice.objects.filter(kind="warnings.solved", over_at=None).exists()


def test_a_major_event_is_told_at_once_to_all_concerned(
    territories: dict[str, Territory], alice: User, bob: User, dora: User, fay: User
) -> None:
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    actions.enter_major_event(dealer=dealer, kind="FIRE", happened_on=TODAY, by=alice, at=AT, on=TODAY)
    found = told()
    assert found["warnings.major_event"] == {"Bob", "Dora", "Fay"}
    assert found["warnings.task"] == {"Fay"}
    assert "warnings.opened" not in found
    assert Notice.objects.filter(kind="warnings.major_event").first().severity == 3


def test_a_deadline_that_is_near_is_told_once_and_passed_up_afterwards(case: Case, alice: User, bob: User) -> None:
    due = case.pass_up_at
    assert watch_deadlines(at=due - dt.timedelta(hours=NEAR_HOURS, minutes=1), on=TODAY) == 0
    for minutes in (0, 60):
        watch_deadlines(at=due - dt.timedelta(hours=NEAR_HOURS) + dt.timedelta(minutes=minutes), on=TODAY)
    assert told() == {"warnings.deadline": {"Alice"}}
    for _again in range(2):
        watch_deadlines(at=due, on=TODAY)
    assert told()["warnings.passed_up"] == {"Alice", "Bob"}
    assert "It was passed to Bob." in shown(Notice.objects.filter(user=bob), bob)[0].words.text


def test_credit_is_told_only_to_who_may_read_it(
    territories: dict[str, Territory], case: Case, rory: User, alice: User
) -> None:
    """Who watches without the right finds nothing in her inbox."""
    CaseWatcher.objects.create(case=case, user=rory, since=AT)
    actions.note(case_id=case.pk, text="He pays on Friday.", by=alice, at=AT, on=TODAY)
    assert not Notice.objects.visible_to(rory).exists()
    assert words(rory) == []


def test_ten_thousand_events_take_few_statements(
    territories: dict[str, Territory], alice: User, django_assert_max_num_queries: object
) -> None:
    from alerts.models import CaseEvent
    from alerts.telling.events import tell_of

    made = open_case(territories["CN-EAST-1"], owner=alice)
    events = CaseEvent.objects.bulk_create(
        CaseEvent(case=made, did="WORSENED", at=AT, on=TODAY) for _number in range(10_000)
    )
    with django_assert_max_num_queries(8):
        tell_of([event.pk for event in events], at=AT)
    assert Notice.objects.count() == 10_000
    with django_assert_max_num_queries(20):
        assert route_some(AT) == 500

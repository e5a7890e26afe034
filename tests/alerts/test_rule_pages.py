"""The pages of rules: a version drafted, tried on the past, switched on; what is refused says what would be right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Territory, User
from alerts import kinds, trials
from alerts.choices import TrialState
from alerts.defaults import ensure_rules
from alerts.models import AlertRule, ChurnCard, FigureHistory, QuietPeriod, RuleGroup, RuleTrial, RuleVersion
from alerts.rule_words import changes, limit_rows
from alerts.rulebook import rulebook, scopes_within
from crm.base.models import Company
from crm.base.periods import add_months, month_start
from tests.alerts.factories import open_case, rule
from tests.factories import AssignmentFactory, DealerFactory, UserFactory

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def overdue(territories: dict[str, Territory]) -> AlertRule:
    ensure_rules()
    return AlertRule.objects.get(kind="overdue", territory=None, dealer_kinds=[], tiers=[])


def today() -> dt.date:
    return Company.get().today()


def typed(**changed: Any) -> dict[str, Any]:
    """What the form of an overdue rule sends when nothing is changed but `changed`; limits by level."""
    values = {
        "active_from": (today() + dt.timedelta(days=1)).isoformat(), "on": "on", "owned_by": "REPRESENTATIVE",
        "watchers": ["MANAGER", "FINANCE"], "margin": "5", "acknowledge_hours_yellow": "72",
        "acknowledge_hours_orange": "48", "acknowledge_hours_red": "24", "cause_days": "3", "yellow_days": "14",
        "red_days": "5", "recovery_days": "30", "note": "", "limit-days-yellow": "1", "limit-days-orange": "16",
        "limit-days-red": "31",
    }  # fmt: skip
    return values | {
        f"limit-days-{key}" if key in ("yellow", "orange", "red") else key: each for key, each in changed.items()
    }


def test_the_list_says_what_each_kind_watches_and_which_ones_sleep(
    client_of: ClientOf, ada: User, overdue: AlertRule, territories: dict[str, Territory]
) -> None:
    version = overdue.versions.get()
    open_case(territories["CN-EAST-1"], version=version)
    page = client_of(ada).get(reverse("alerts:rules"))
    lines = {kind.code: those for kind, those in page.context["kinds"]}
    (line,) = lines["overdue"]
    assert (line.running, line.version, line.scope) == (1, version, "everywhere, for all dealers")
    assert [(row.yellow, row.orange, row.red) for row in line.limits] == [
        ("from 1 day", "from 16 days", "from 31 days")
    ]
    asleep = {kind.code: str(kind.waits_for) for kind in page.context["asleep"]}
    assert set(asleep) == {kind.code for kind in kinds.registered() if kind.dormant}
    assert all(asleep.values())


def test_a_version_is_drafted_kept_and_compared(client_of: ClientOf, dora: User, overdue: AlertRule) -> None:
    client, address = client_of(dora), reverse("alerts:edit_rule", args=[overdue.pk])
    form = client.get(address).context["form"]
    assert form["limit-days-orange"].value() == 16
    sent = client.post(address, typed(orange="8", note="Earlier") | {"do": "keep"})
    assert sent.status_code == 302
    draft = overdue.versions.get(published_at=None)
    assert draft.thresholds == {"days": {"yellow": "1", "orange": "8", "red": "31"}}
    # The second time the same draft is changed.
    client.post(address, typed(orange="9") | {"do": "keep"})
    draft = overdue.versions.get(published_at=None)
    page = client.get(reverse("alerts:rule", args=[overdue.pk]))
    assert page.context["draft_changes"] == [("orange", "from 16 days", "from 9 days")]
    # Nothing of it counts yet.
    assert RuleVersion.objects.on(today() + dt.timedelta(days=9)).get(rule=overdue) != draft


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"orange": "0"}, "limit-days-orange", "Yellow begins at 1 day: write 1 day or more here."),
        ({"orange": "", "red": "0"}, "limit-days-red", "Yellow begins at 1 day: write 1 day or more here."),
        ({"yellow": "1.5"}, "limit-days-yellow", "decimal place"),
        ({"yellow": "soon"}, "limit-days-yellow", "number"),
        ({"yellow": "", "orange": "", "red": ""}, None, "Without any limit"),
        ({"active_from": "2020-01-01"}, "active_from", "the first possible day is"),
        ({"acknowledge_hours_red": "0"}, "acknowledge_hours_red", "1"),
    ],
)
def test_what_is_refused_says_what_would_be_right(
    client_of: ClientOf, dora: User, overdue: AlertRule, changed: dict[str, str], field: str | None, message: str
) -> None:
    answer = client_of(dora).post(reverse("alerts:edit_rule", args=[overdue.pk]), typed(**changed) | {"do": "publish"})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert message in str(errors[field] if field else errors["__all__"])
    assert overdue.versions.count() == 1


def test_a_limit_that_falls_is_checked_the_other_way_round(
    client_of: ClientOf, dora: User, territories: dict[str, Territory]
) -> None:
    ensure_rules()
    progress = AlertRule.objects.get(kind="progress", territory=None)
    address = reverse("alerts:edit_rule", args=[progress.pk])
    values = {name: each for name, each in typed().items() if not name.startswith("limit")}
    values |= {"parameter-min_elapsed": "25", "parameter-late_from": "67", "do": "keep"}
    refused = client_of(dora).post(address, values | {"limit-pace-yellow": "90", "limit-pace-orange": "95"})
    assert "write 90% or less" in str(refused.context["form"].errors["limit-pace-orange"])
    client_of(dora).post(address, values | {"limit-pace-yellow": "90", "limit-pace-orange": "80.5"})
    draft = progress.versions.get(published_at=None)
    assert draft.thresholds["pace"] == {"yellow": "0.9", "orange": "0.805", "red": None}
    assert draft.parameters == {"min_elapsed": "0.25", "late_from": "0.67"}


def test_a_day_that_is_taken_names_the_next_free_one(client_of: ClientOf, dora: User, overdue: AlertRule) -> None:
    client, address = client_of(dora), reverse("alerts:edit_rule", args=[overdue.pk])
    assert client.post(address, typed(orange="8") | {"do": "publish"}).status_code == 302
    again = client.post(address, typed(orange="9") | {"do": "publish"})
    assert "the next free day is" in str(again.context["form"].errors["active_from"])
    # The page offers that day by itself.
    assert client.get(address).context["form"]["active_from"].value() == today() + dt.timedelta(days=2)


def test_a_rule_is_switched_off_and_on_again(client_of: ClientOf, dora: User, overdue: AlertRule) -> None:
    client, address = client_of(dora), reverse("alerts:switch_rule", args=[overdue.pk])
    client.post(address, {"on": "0"})
    later = today() + dt.timedelta(days=1)
    off = RuleVersion.objects.on(later).get(rule=overdue)
    assert (off.on, off.active_from, off.published_by) == (False, later, dora)
    assert rulebook(later).everywhere["overdue"].limits == {}
    assert rulebook(today()).everywhere["overdue"].limits
    client.post(address, {"on": "1"})
    assert RuleVersion.objects.on(later + dt.timedelta(days=1)).get(rule=overdue).on
    history = client.get(reverse("alerts:rule", args=[overdue.pk])).context["history"]
    assert [each[1] for each in history] == [[("switched on", "no", "yes")], [("switched on", "yes", "no")], []]


def test_a_rule_for_some_dealers(
    client_of: ClientOf, dora: User, overdue: AlertRule, territories: dict[str, Territory]
) -> None:
    client, address = client_of(dora), reverse("alerts:new_rule", args=["overdue"])
    assert client.get(address).context["form"]["limit-days-red"].value() == 31
    scope = {"territory": str(territories["CN"].pk), "tiers": ["A", "-"], "dealer_kinds": ["AGENT"]}
    assert client.post(address, typed(red="20") | scope | {"do": "publish"}).status_code == 302
    made = AlertRule.objects.get(territory=territories["CN"])
    assert (made.tiers, made.dealer_kinds, made.created_by) == (["", "A"], ["AGENT"], dora)
    assert [each.pk for each in scopes_within(overdue, today() + dt.timedelta(days=1))] == [made.pk]
    again = client.post(address, typed(red="21") | scope | {"do": "keep"})
    assert again.context["scope_form"].there == made
    assert AlertRule.objects.filter(kind="overdue").count() == 2


def test_a_rule_for_a_country(
    client_of: ClientOf, dora: User, overdue: AlertRule, territories: dict[str, Territory]
) -> None:
    """Patches below are in the country of the territory above them that names one."""
    for code in ("CN", "JP"):
        Territory.objects.filter(code=code).update(country=code)
    client, address = client_of(dora), reverse("alerts:new_rule", args=["overdue"])
    page = client.get(address)
    assert page.context["scope_form"].fields["countries"].choices == [("CN", "CN"), ("JP", "JP")]
    crossed = {"territory": str(territories["JP-KANTO"].pk), "countries": ["CN"], "do": "publish"}
    assert "The territory lies in JP" in client.post(address, typed() | crossed).content.decode()
    late_dealers(territories["CN-EAST-1"])
    tomorrow = today() + dt.timedelta(days=1)
    everywhere = overdue.versions.get()
    assert trials.try_out(everywhere, on=tomorrow).opened == 3

    assert client.post(address, typed(red="20") | {"countries": ["CN"], "do": "publish"}).status_code == 302

    made = RuleVersion.objects.get(rule__countries=["CN"])
    assert client.get(reverse("alerts:rule", args=[made.rule_id])).context["scope"] == "CN"
    groups = {
        code: RuleGroup.objects.create(territory_id=territories[code].pk, kind="FRANCHISEE").pk
        for code in ("CN-EAST-1", "JP-KANTO-1")
    }
    book = rulebook(tomorrow)
    counts = {code: book.books[book.book_of[pk]]["overdue"].version_id for code, pk in groups.items()}
    assert counts == {"CN-EAST-1": made.pk, "JP-KANTO-1": everywhere.pk}
    assert book.everywhere["overdue"].version_id == everywhere.pk
    # Tried on the past, each rule is held against its own dealers; a rule of a patch within counts before that of the country.
    assert [trials.try_out(version, on=tomorrow).opened for version in (everywhere, made)] == [0, 3]
    patch = AlertRule(kind="overdue", territory=territories["CN-EAST-1"])
    assert trials.counting_now(patch, tomorrow) == made


def test_a_refused_version_leaves_no_rule_behind(client_of: ClientOf, dora: User, overdue: AlertRule) -> None:
    answer = client_of(dora).post(
        reverse("alerts:new_rule", args=["overdue"]), typed(orange="0") | {"tiers": ["A"], "do": "publish"}
    )
    assert answer.status_code == 422
    assert AlertRule.objects.filter(kind="overdue").count() == 1


def test_who_leads_a_country_writes_its_rules_only(
    client_of: ClientOf, overdue: AlertRule, territories: dict[str, Territory]
) -> None:
    director = UserFactory(language="en")
    AssignmentFactory(user=director, territory=territories["CN"], role="DIRECTOR")
    client = client_of(director)
    assert client.get(reverse("alerts:rule", args=[overdue.pk])).status_code == 200
    assert client.get(reverse("alerts:edit_rule", args=[overdue.pk])).status_code == 403
    assert client.post(reverse("alerts:switch_rule", args=[overdue.pk]), {"on": "0"}).status_code == 403
    address = reverse("alerts:new_rule", args=["overdue"])
    offered = {each.code for each in client.get(address).context["scope_form"].fields["territory"].queryset}
    assert offered == {"CN", "CN-EAST", "CN-EAST-1", "CN-EAST-2"}
    everywhere = client.post(address, typed() | {"tiers": ["A"], "do": "keep"})
    assert "territory" in everywhere.context["scope_form"].errors
    assert client.post(address, typed() | {"territory": str(territories["CN"].pk), "do": "publish"}).status_code == 302


def test_quiet_periods_come_and_go(client_of: ClientOf, dora: User, overdue: AlertRule) -> None:
    client, address = client_of(dora), reverse("alerts:add_quiet", args=[overdue.pk])
    days = {"starts_on": "2026-02-14", "ends_on": "2026-02-14", "reason": "New Year"}
    refused = client.post(address, days)
    assert refused.status_code == 422
    assert "or later" in str(refused.context["quiet_form"].errors["ends_on"])
    assert client.post(address, days | {"ends_on": "2026-02-21"}).status_code == 302
    period = QuietPeriod.objects.get(rule=overdue)
    assert rulebook(dt.date(2026, 2, 20)).everywhere["overdue"].quiet
    client.post(reverse("alerts:drop_quiet", args=[period.pk]))
    assert not rulebook(dt.date(2026, 2, 20)).everywhere["overdue"].quiet


def test_a_draft_is_thrown_away_with_a_rule_that_never_said_anything(
    client_of: ClientOf, dora: User, overdue: AlertRule
) -> None:
    client = client_of(dora)
    client.post(reverse("alerts:new_rule", args=["overdue"]), typed() | {"tiers": ["A"], "do": "keep"})
    draft = RuleVersion.objects.get(published_at=None)
    client.post(reverse("alerts:drop_draft", args=[draft.pk]))
    assert list(AlertRule.objects.filter(kind="overdue")) == [overdue]
    published = overdue.versions.get()
    client.post(reverse("alerts:drop_draft", args=[published.pk]))
    assert overdue.versions.get() == published


def late_dealers(place: Territory) -> None:
    """Three dealers were late in the last year: 10, 20 and 40 days on the first of a month."""
    first = month_start(today())
    for back, days in ((5, 10), (4, 20), (3, 40)):
        dealer, day = DealerFactory(territory=place), add_months(first, -back)
        for on, due in (
            (day - dt.timedelta(days=3), day - dt.timedelta(days=days)),
            (day + dt.timedelta(days=3), None),
        ):
            FigureHistory.objects.create(dealer=dealer, on=on, oldest_due_on=due)


def test_a_stricter_rule_is_tried_and_switched_on(
    client_of: ClientOf, ada: User, overdue: AlertRule, territories: dict[str, Territory]
) -> None:  # fmt: skip
    late_dealers(territories["CN-EAST-1"])
    # What counts warns of the last one only.
    loose = rule_like(overdue, {"days": {"yellow": None, "orange": None, "red": "31"}})
    client, address = client_of(ada), reverse("alerts:edit_rule", args=[overdue.pk])
    asked = client.post(address, typed(yellow="5", orange="15", red="31") | {"do": "try"})
    trial = RuleTrial.objects.get()
    page = reverse("alerts:trial", args=[trial.pk])
    assert asked["Location"] == page
    # Nobody has taken it up; the page may be reloaded as often as one likes.
    assert 'hx-trigger="every 1s"' in client.get(page).content.decode()
    assert trials.run(trial.pk)
    assert not trials.run(trial.pk)
    shown = client.get(page)
    assert (shown.context["tried"].opened, shown.context["as_it_is"].opened) == (3, 1)
    assert shown.context["changes"] == [
        ("yellow", "not watched", "from 5 days"),
        ("orange", "not watched", "from 15 days"),
    ]
    assert sum(shown.context["chart"]["series"][0]["values"]) == 3
    assert "every 1s" not in shown.content.decode()
    part = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="trial"')

    client.post(reverse("alerts:publish_version", args=[trial.version_id]))

    counts = RuleVersion.objects.on(today() + dt.timedelta(days=1)).get(rule=overdue)
    assert (counts.pk, counts.published_by) == (trial.version_id, ada)
    assert RuleVersion.objects.on(today()).get(rule=overdue) == loose


def rule_like(found: AlertRule, thresholds: dict[str, Any]) -> RuleVersion:
    return RuleVersion.objects.create(
        rule=found,
        active_from=dt.date(2021, 1, 1),
        thresholds=thresholds,
        published_at=timezone.now(),
        watchers=["MANAGER", "FINANCE"],
        recovery_days=30,
    )


def test_a_try_out_is_asked_for_once_and_says_when_the_draft_has_changed(
    client_of: ClientOf, ada: User, overdue: AlertRule
) -> None:
    client, address = client_of(ada), reverse("alerts:edit_rule", args=[overdue.pk])
    client.post(address, typed(orange="8") | {"do": "try"})
    client.post(address, typed(orange="8") | {"do": "try"})
    trial = RuleTrial.objects.get()
    client.post(address, typed(orange="9") | {"do": "keep"})
    trials.run(trial.pk)
    page = client.get(reverse("alerts:trial", args=[trial.pk]))
    # The answer is of the terms that were asked about, and is not switched on from here.
    assert page.context["changes"] == [("orange", "from 16 days", "from 8 days")]
    assert page.context["changed"]
    assert reverse("alerts:publish_version", args=[trial.version_id]) not in page.content.decode()


def test_a_try_out_that_breaks_says_so_and_can_be_asked_for_again(
    client_of: ClientOf, ada: User, overdue: AlertRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(ada)
    client.post(reverse("alerts:try_version", args=[overdue.versions.get().pk]))
    trial = RuleTrial.objects.get()

    def broken(*_args: object, **_options: object) -> None:
        raise ValueError("no such figure")

    with monkeypatch.context() as patch:
        patch.setattr(trials, "try_out", broken)
        trials.run(trial.pk)
    trial.refresh_from_db()
    assert (trial.state, trial.error) == (TrialState.FAILED, "ValueError: no such figure")
    assert "no such figure" in client.get(reverse("alerts:trial", args=[trial.pk])).content.decode()
    client.post(reverse("alerts:try_again", args=[trial.pk]))
    second = RuleTrial.objects.exclude(pk=trial.pk).get()
    trials.run(second.pk)
    second.refresh_from_db()
    assert second.state == TrialState.DONE


def test_one_that_nobody_takes_up_is_asked_for_again(client_of: ClientOf, ada: User, overdue: AlertRule) -> None:
    trial = trials.ask(version=overdue.versions.get(), by=ada, at=timezone.now() - dt.timedelta(minutes=2), on=today())
    client = client_of(ada)
    page = client.get(reverse("alerts:trial", args=[trial.pk]))
    assert reverse("alerts:try_again", args=[trial.pk]) in page.content.decode()
    client.post(reverse("alerts:try_again", args=[trial.pk]))
    assert RuleTrial.objects.count() == 1
    trials.report(trial.pk, 0.4)
    running = client.get(reverse("alerts:trial", args=[trial.pk]))
    assert (running.context["share"], running.context["waits"]) == (0.4, False)


def test_dealers_of_a_narrower_rule_are_left_out(territories: dict[str, Territory], overdue: AlertRule) -> None:
    late_dealers(territories["CN-EAST-1"])
    tried = trials.from_json(trials.as_json(trials.try_out(overdue.versions.get(), on=today())))
    assert tried.opened == 3
    rule("overdue", dealer_kinds=["FRANCHISEE"])
    assert trials.try_out(overdue.versions.get(), on=today()).opened == 0
    narrower = AlertRule.objects.get(dealer_kinds=["FRANCHISEE"])
    assert trials.try_out(narrower.versions.get(), on=today()).opened == 3


def test_a_new_rule_is_compared_with_the_one_around_it(overdue: AlertRule, territories: dict[str, Territory]) -> None:
    found = AlertRule.objects.create(kind="overdue", territory=territories["CN-EAST"], tiers=["A"])
    assert trials.counting_now(found, today()) == overdue.versions.get()
    around = rule("overdue", territory=territories["CN"])
    rule("overdue", territory=territories["JP"])
    rule("overdue", tiers=["B"])
    assert trials.counting_now(found, today()) == around


def test_what_changed_between_two_versions_is_said_in_words() -> None:
    kind = kinds.get("credit_use")
    assert kind is not None
    was = RuleVersion(thresholds={"use": {"yellow": "0.80", "red": "1.00"}}, watchers=["MANAGER"])
    now = RuleVersion(
        thresholds={"use": {"yellow": "0.75", "red": "1.00"}}, watchers=["MANAGER", "FINANCE"], cause_days=2
    )
    assert [(row.yellow, row.orange, row.red) for row in limit_rows(was, kind)] == [("from 80%", "", "above 100%")]
    assert changes(was, now, kind) == [
        ("yellow", "from 80%", "from 75%"),
        ("watched by", "market manager", "market manager, finance"),
        ("working days to find the cause", "3 days", "2 days"),
    ]
    assert changes(None, now, kind) == []


def test_the_back_office_chooses_the_card_of_churn(client_of: ClientOf, ada: User) -> None:
    ada.is_superuser = True
    ada.save()
    scores = {"auc": 0.75, "precision": 0.3, "shipped_auc": 0.74, "shipped_precision": 0.31}
    first, second = (
        ChurnCard.objects.create(fitted_at=timezone.now(), card={}, in_use=used, **scores) for used in (True, False)
    )
    address = reverse("admin:alerts_churncard_changelist")
    client = client_of(ada)
    both = client.post(address, {"action": "use", "_selected_action": [first.pk, second.pk]}, follow=True)
    assert "Choose one card." in both.content.decode()
    client.post(address, {"action": "use", "_selected_action": [second.pk]})
    assert ChurnCard.objects.get(in_use=True) == second
    client.post(address, {"action": "use_the_shipped", "_selected_action": [second.pk]})
    assert not ChurnCard.objects.filter(in_use=True).exists()
    assert client.get(reverse("admin:alerts_ruletrial_changelist")).status_code == 200

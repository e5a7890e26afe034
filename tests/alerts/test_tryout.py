"""A rule tried on the past, and published."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Territory, User
from alerts.actions import dismiss
from alerts.models import AlertRule, Case, FigureHistory, RuleVersion
from alerts.publishing import RuleRefused, draft_of, make_rule, publish
from alerts.tryout import TryOut, try_out
from crm.base.periods import add_months
from dealers.models import Dealer
from sales.models import DealerMonth
from sales.partitions import SUMS
from tests.alerts.factories import TODAY, noon, open_case, rule
from tests.cast import sign_in
from tests.factories import DealerFactory, TerritoryFactory
from visits.brief import of_dealers

pytestmark = pytest.mark.django_db

FIRST = dt.date(2023, 1, 1)


def bought(dealer: Dealer, first: dt.date, last: dt.date) -> None:
    """Ten units on the 20th of each month."""
    months = []
    month = first
    while month <= last:
        months.append(month)
        month = add_months(month, 1)
    with connection.cursor() as cursor:
        SUMS.ensure(cursor, months)
    DealerMonth.objects.bulk_create(
        DealerMonth(
            dealer=dealer, kind="SELL_IN", month=month, quantity_e3=10_000, amount_e4=1_000_000, records=1,
            last_on=month.replace(day=20),
        )
        for month in months
    )  # fmt: skip


def tried(**thresholds: Any) -> TryOut:
    version = rule("churn", thresholds=thresholds, territory=TerritoryFactory(), published_at=None)
    version.rule.territory = None
    return try_out(version, on=TODAY)


def test_what_a_rule_would_have_opened_and_how_early() -> None:
    """The last order on 20 June 2025, one a month before: 1.4 intervals on 1 August, 2.4 on 1 September. The dealer is lost
    120 days after its last order, on 18 October. Another one goes on buying."""
    leaves, stays = DealerFactory(), DealerFactory()
    bought(leaves, FIRST, dt.date(2025, 6, 1))
    bought(stays, FIRST, dt.date(2026, 2, 1))

    usual, strict = tried(interval={"yellow": "1.5"}), tried(interval={"yellow": "1.2"})

    assert (usual.opened, usual.losses, usual.warned, usual.lead_days) == (1, 1, 1, 47)
    assert [month.month for month in usual.months if month.opened] == [dt.date(2025, 9, 1)]
    assert (strict.warned, strict.lead_days) == (1, 78)
    assert len(usual.months) == 24
    assert usual.right == 1
    assert usual.seen == 1


def test_a_rule_that_cries_wolf_says_so() -> None:
    """Who pauses for two months each year is not lost."""
    dealer = DealerFactory()
    for year in (2023, 2024, 2025):
        bought(dealer, dt.date(year, 1, 1), dt.date(year, 9, 1))
    result = tried(interval={"yellow": "1.5"})
    assert result.opened >= 2
    assert result.losses == 1
    assert result.right is not None
    assert result.right < 1


def test_a_stricter_rule_for_debts_on_what_was_kept_night_by_night() -> None:
    dealer = DealerFactory()
    for on, due in ((dt.date(2025, 5, 3), dt.date(2025, 5, 2)), (dt.date(2025, 6, 10), None)):
        FigureHistory.objects.create(dealer=dealer, on=on, oldest_due_on=due)

    usual = try_out(rule("overdue"), on=TODAY)
    late_only = try_out(
        draft_of(AlertRule.objects.get(kind="overdue"), TODAY, thresholds={"days": {"red": "31"}}), on=TODAY
    )

    # On 1 June 30 days past due: orange.
    assert [(month.month, month.orange) for month in usual.months if month.opened] == [(dt.date(2025, 6, 1), 1)]
    assert late_only.opened == 0


def test_what_no_history_tells_is_said(territories: dict[str, Territory], bob: User) -> None:
    case = open_case(territories["CN-EAST-1"], kind="profile")
    dismiss(case_id=case.pk, reason="Nothing", by=bob, at=noon(TODAY), on=TODAY)
    result = try_out(rule("profile"), on=TODAY)
    assert (result.told, result.months) == (False, ())
    assert (result.judged.cases, result.judged.dismissed_share) == (1, 1.0)


@pytest.mark.parametrize(
    "kind",
    ["churn", "loading", "stock", "progress", "overdue", "credit_use", "visit_overdue", "concentration", "expiry"],
)
def test_every_history_can_be_asked(kind: str) -> None:
    DealerFactory()
    result = try_out(rule(kind), on=TODAY)
    assert (result.told, result.opened, len(result.months)) == (True, 0, 24)


def test_a_version_is_published_by_who_may_and_never_for_the_past(alice: User, dora: User) -> None:
    with pytest.raises(RuleRefused):
        make_rule(kind="overdue", by=alice)
    with pytest.raises(RuleRefused):
        make_rule(kind="weather", by=dora)
    made = make_rule(kind="overdue", by=dora, tiers=["A"])
    assert make_rule(kind="overdue", by=dora, tiers=["A"]) == made
    draft = draft_of(made, TODAY, thresholds={"days": {"yellow": "1", "red": "8"}})
    values: dict[str, Any] = {"by": dora, "at": noon(TODAY), "on": TODAY}
    with pytest.raises(RuleRefused, match="later day"):
        publish(version=draft_of(made, TODAY - dt.timedelta(days=1)), **values)
    with pytest.raises(RuleRefused, match="stricter"):
        publish(version=draft_of(made, TODAY, thresholds={"days": {"yellow": "9", "red": "8"}}), **values)

    publish(version=draft, **values)

    assert RuleVersion.objects.on(TODAY).get(rule=made) == draft
    with pytest.raises(RuleRefused, match="already"):
        publish(version=draft, **values)
    with pytest.raises(RuleRefused, match="Another version"):
        publish(version=draft_of(made, TODAY), **values)
    # What is not said anew stays as it was.
    assert draft_of(made, TODAY).thresholds == {"days": {"yellow": "1", "red": "8"}}


def test_open_warnings_stand_in_the_brief_the_worst_first(
    territories: dict[str, Territory], alice: User, charlie: User
) -> None:
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    open_case(territories["CN-EAST-1"], dealer=dealer, severity=2)
    open_case(territories["CN-EAST-1"], dealer=dealer, kind="profile", severity=1,
              latest={"measure": "complete", "figure": 60, "limit": 80})  # fmt: skip
    ended = open_case(territories["CN-EAST-1"], dealer=dealer, kind="stock")
    Case.objects.filter(pk=ended.pk).update(state="DISMISSED", dismissed_because="Nothing", ended_at=noon(TODAY))
    parts = of_dealers([dealer], user=alice, on=TODAY)[dealer.pk]
    warnings = next(part for part in parts if part.key == "warnings")
    assert [(item.tone, item.text) for item in warnings.items] == [
        ("orange", "Overdue: The oldest open item is 21 days past due; this level begins at 16 days."),
        ("yellow", "Profile incomplete or stale: The profile is complete to 60 of 100; less than 80 is too little."),
    ]
    assert not any(part.key == "warnings" for part in of_dealers([dealer], user=charlie, on=TODAY)[dealer.pk])


def test_the_back_office_writes_a_version_and_keeps_it(client: Client, ada: User) -> None:
    ada.is_superuser = True
    ada.save()
    sign_in(client, ada)
    version = rule("overdue", tiers=["A"])
    url = reverse("admin:alerts_ruleversion_add")
    fields = {
        "rule": version.rule_id, "active_from": "2099-01-01", "on": "on", "parameters": "{}", "owned_by": "MANAGER",
        "watchers": "FINANCE", "margin": "0.050", "acknowledge_hours_yellow": 72, "acknowledge_hours_orange": 48,
        "acknowledge_hours_red": 24, "cause_days": 3, "yellow_days": 14, "red_days": 5, "recovery_days": 30,
    }  # fmt: skip
    refused = client.post(url, {**fields, "thresholds": '{"days": {"yellow": "9", "red": "8"}}'})
    assert refused.status_code == 200
    assert b"stricter" in refused.content

    sent = client.post(url, {**fields, "thresholds": '{"days": {"yellow": "1", "red": "8"}}', "publish_now": "on"})

    assert sent.status_code == 302, sent.content
    made = RuleVersion.objects.get(active_from=dt.date(2099, 1, 1))
    assert (made.published_by, made.margin, made.watchers) == (ada, Decimal("0.050"), ["FINANCE"])
    page = client.get(reverse("admin:alerts_ruleversion_change", args=[made.pk]))
    assert b'name="_save"' not in page.content
    for name in ("alertrule", "case", "cause", "kindnight", "lossreview", "majorevent", "limitexcess", "lossterms"):
        assert client.get(reverse(f"admin:alerts_{name}_changelist")).status_code == 200, name
    assert client.get(reverse("admin:alerts_alertrule_add")).status_code == 200
    assert client.get(reverse("admin:alerts_alertrule_change", args=[version.rule_id])).status_code == 200
    case = open_case(TerritoryFactory())
    assert client.get(reverse("admin:alerts_case_change", args=[case.pk])).status_code == 200

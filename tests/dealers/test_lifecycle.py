from decimal import Decimal

import pytest

from dealers.choices import DealerStatus as S
from dealers.lifecycle import STEPS, Facts, Guard, Refusal, judge, offered, step

FINE = Facts(has_contact=True, has_running_contract=True, open_balance=Decimal(0), trading_sub_dealers=0)


def verdict(from_status, to_status, *, reason="because", facts=FINE, is_manager=True, is_director=False):
    return judge(
        from_status=from_status,
        to_status=to_status,
        reason=reason,
        facts=facts,
        is_manager=is_manager,
        is_director=is_director,
    )


@pytest.mark.parametrize(
    ("from_status", "to_status", "who", "expected"),
    [
        (S.PROSPECT, S.TRIAL, "rep", None),
        (S.PROSPECT, S.ACTIVE, "rep", Refusal.NEEDS_MANAGER),
        (S.TRIAL, S.ACTIVE, "manager", None),
        (S.ACTIVE, S.AT_RISK, "rep", None),
        (S.ACTIVE, S.SUSPENDED, "rep", Refusal.NEEDS_MANAGER),
        (S.ACTIVE, S.TERMINATED, "manager", Refusal.NO_SUCH_STEP),
        (S.SUSPENDED, S.RECOVERING, "manager", None),
        (S.SUSPENDED, S.ACTIVE, "manager", Refusal.NO_SUCH_STEP),
        (S.PHASE_OUT, S.TERMINATED, "manager", None),
        (S.TERMINATED, S.ACTIVE, "manager", Refusal.NO_SUCH_STEP),
        (S.TERMINATED, S.PROSPECT, "manager", None),
        (S.ACTIVE, S.ACTIVE, "manager", Refusal.NO_SUCH_STEP),
    ],
)
def test_steps(from_status, to_status, who, expected):
    assert verdict(from_status, to_status, is_manager=who == "manager").refusal is expected


@pytest.mark.parametrize(
    ("to_status", "reason", "expected"),
    [(S.SUSPENDED, "", Refusal.NEEDS_REASON), (S.SUSPENDED, "  ", Refusal.NEEDS_REASON), (S.SUSPENDED, "late", None)],
)
def test_bad_news_needs_a_reason(to_status, reason, expected):
    assert verdict(S.ACTIVE, to_status, reason=reason).refusal is expected


@pytest.mark.parametrize(
    ("facts", "director", "reason", "refusal", "set_aside"),
    [
        ({"open_balance": Decimal("0.01")}, False, "closed", Refusal.GUARD, ()),
        ({"open_balance": Decimal("0.01")}, True, "written off", None, (Guard.BALANCE_SETTLED,)),
        ({"open_balance": Decimal("0.01")}, True, "", Refusal.NEEDS_REASON, ()),
        ({"open_balance": Decimal("-5")}, False, "closed", None, ()),
        ({"trading_sub_dealers": 2}, False, "closed", Refusal.GUARD, ()),
        ({"trading_sub_dealers": 2}, True, "moved next month", None, (Guard.NO_TRADING_SUB_DEALERS,)),
    ],
)
def test_terminating(facts, director, reason, refusal, set_aside):
    given = Facts(**{**{name: getattr(FINE, name) for name in Facts.__slots__}, **facts})
    found = verdict(S.PHASE_OUT, S.TERMINATED, facts=given, is_director=director, reason=reason)
    assert (found.refusal, found.set_aside) == (refusal, set_aside)


def test_nobody_trades_without_somebody_to_call():
    facts = Facts(has_contact=False, has_running_contract=True, open_balance=Decimal(0), trading_sub_dealers=0)
    found = verdict(S.PROSPECT, S.TRIAL, facts=facts, is_director=True)
    assert found.refusal is Refusal.GUARD
    assert found.unmet == (Guard.CONTACT_KNOWN,)


def test_every_status_has_a_way_on_and_none_leads_to_itself():
    assert set(STEPS) == set(S)
    for status, steps in STEPS.items():
        assert steps, status
        assert status not in {each.to for each in steps}
        assert len({each.to for each in steps}) == len(steps)


def test_every_status_can_be_reached_from_prospect():
    reached, frontier = {S.PROSPECT}, [S.PROSPECT]
    while frontier:
        for each in STEPS[frontier.pop()]:
            if each.to not in reached:
                reached.add(each.to)
                frontier.append(each.to)
    assert reached == set(S)


def test_a_representative_is_offered_only_her_steps():
    assert [each.to for each in offered(S.ACTIVE, is_manager=False)] == [S.AT_RISK]
    assert step(S.ACTIVE, S.TERMINATED) is None

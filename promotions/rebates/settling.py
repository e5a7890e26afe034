"""Settling rebates: proposed by one person, decided by another, credited, exported. Nothing is settled twice."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Territory, User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.models import Company
from crm.base.sql import load
from promotions import ledger
from promotions.models import RebateAccrual, RebateProgramme, RebateSettlement
from promotions.rebates import posting
from promotions.rebates.choices import ProgrammeState, SettlementState


class SettlementRefused(Exception):
    """Why a step is not taken, as a sentence for the person who asked."""


@transaction.atomic
def publish(*, programme: RebateProgramme, by: User, at: dt.datetime) -> None:
    """Let the programme count. Raises SettlementRefused for what is missing; a published one is left as it is."""
    programme = RebateProgramme.objects.select_for_update().get(pk=programme.pk)
    if programme.state != ProgrammeState.DRAFT:
        raise SettlementRefused(_("The programme is published already."))
    if programme.agent_margin is None or programme.sub_dealer_margin is None:
        raise SettlementRefused(
            _("Say first what margin the agent and the sub-dealer keep: a policy is published with both.")
        )
    if not programme.bands.exists():
        raise SettlementRefused(_("The programme has no bands: it would pay nothing."))
    programme.state, programme.published_at, programme.published_by = ProgrammeState.PUBLISHED, at, by
    programme.save(update_fields=["state", "published_at", "published_by"])


@transaction.atomic
def propose(
    *, programme: RebateProgramme, territory: Territory, by: User, on: dt.date, at: dt.datetime
) -> RebateSettlement:
    """Propose to credit all that is owed and not settled to the dealers of the territory. Raises SettlementRefused."""
    if programme.state != ProgrammeState.PUBLISHED:
        raise SettlementRefused(_("The programme is not published."))
    if on < programme.ends_on:
        raise SettlementRefused(
            _("The programme runs until %(day)s; it is settled afterwards.")
            % {"day": programme.ends_on - dt.timedelta(days=1)}
        )
    # Who proposes for an overlapping territory waits here, and then sees the first proposal.
    RebateProgramme.objects.select_for_update().get(pk=programme.pk)
    waiting = (
        programme.settlements.filter(state=SettlementState.PROPOSED)
        .filter(territory__path__startswith=territory.path[: Territory.STEP])
        .select_related("territory")
    )
    for other in waiting:
        if other.territory.path.startswith(territory.path) or territory.path.startswith(other.territory.path):
            raise SettlementRefused(
                _("A settlement for %(territory)s waits for approval already.") % {"territory": other.territory}
            )
    settlement = RebateSettlement.objects.create(
        programme=programme, territory=territory, proposed_by=by, proposed_at=at, total=0, dealers=0
    )
    with connection.cursor() as cursor:
        parameters = {"settlement": settlement.pk, "programme": programme.pk, "path": territory.path}
        lines = load("promotions", "settling").run(cursor, "lines", parameters)
        if not lines:
            raise SettlementRefused(_("Nothing is owed that is not settled."))
        load("promotions", "settling").run(cursor, "total", parameters)
    settlement.refresh_from_db()
    return settlement


@transaction.atomic
def decide(*, settlement: RebateSettlement, by: User, approve: bool, reason: str, at: dt.datetime) -> None:
    """Approve or refuse. What was approved counts as settled from here on. Raises SettlementRefused when it was decided
    meanwhile, when one's own proposal is meant, or when what is owed changed since."""
    settlement = RebateSettlement.objects.select_for_update().get(pk=settlement.pk)
    if settlement.state != SettlementState.PROPOSED:
        raise SettlementRefused(_("This settlement is decided already."))
    if settlement.proposed_by_id == by.pk:
        raise SettlementRefused(_("Somebody else has to decide what you proposed."))
    if not approve and not reason:
        raise SettlementRefused(_("Say why it is refused."))
    if approve:
        on = Company.get().today(at=at)
        posting.bring_up(settlement.programme_id, at=at, on=on)
        _settle(settlement)
        posting.commit(settlement, by=by, at=at, on=on)
    settlement.state = SettlementState.APPROVED if approve else SettlementState.REFUSED
    settlement.decided_by, settlement.decided_at, settlement.reason = by, at, reason
    settlement.save(update_fields=["state", "decided_by", "decided_at", "reason"])


@transaction.atomic
def pay(*, settlement: RebateSettlement, by: User, at: dt.datetime) -> None:
    """The credit notes were written. Raises SettlementRefused unless it was approved and not credited yet."""
    settlement = RebateSettlement.objects.select_for_update().get(pk=settlement.pk)
    if settlement.state != SettlementState.APPROVED:
        raise SettlementRefused(_("Only an approved settlement is credited, and only once."))
    try:
        posting.pay(settlement, by=by, at=at, on=Company.get().today(at=at))
    except ledger.NotEnough as error:
        raise SettlementRefused(
            _("More is taken back than was credited: note the credit notes of the settlements before it first.")
        ) from error
    settlement.state, settlement.paid_by, settlement.paid_at = SettlementState.PAID, by, at
    settlement.save(update_fields=["state", "paid_by", "paid_at"])


def may_settle(user: User, territory_id: int | None = None) -> bool:
    """Finance and whoever decides on credit propose, approve and credit settlements."""
    return scope_of(user).may(Right.EDIT_CREDIT, territory_id)


def open_total(programme: RebateProgramme, user: User) -> Decimal:
    """What is owed and not settled to the dealers that the user sees."""
    return sum((row.open for row in RebateAccrual.objects.visible_to(user).filter(programme=programme)), Decimal(0))


def _settle(settlement: RebateSettlement) -> None:
    with connection.cursor() as cursor:
        parameters: dict[str, Any] = {"settlement": settlement.pk, "programme": settlement.programme_id}
        settled = load("promotions", "settling").run(cursor, "settle", parameters)
    changed = settlement.dealers - settled
    if changed:
        raise SettlementRefused(
            ngettext(
                "What %(count)s dealer is owed has changed since. Refuse this settlement and propose it anew.",
                "What %(count)s dealers are owed has changed since. Refuse this settlement and propose it anew.",
                changed,
            )
            % {"count": changed}
        )

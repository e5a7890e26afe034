"""The way from an empty database to the first tiers: what is done, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Territory, TerritoryAssignment, User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base import jobs
from crm.base.models import Company, JobRun
from dealers.models import Dealer
from sales.models import SalesRecord


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    title: Promise
    text: Promise
    action: Promise
    url: str
    done: bool


def may_set_up(user: User) -> bool:
    """Those who may do every step."""
    scope = scope_of(user)
    return scope.may(Right.MANAGE_TERRITORIES) and scope.may(Right.IMPORT)


def is_empty() -> bool:
    """Nothing to look at yet: no dealer, not even one in the bin."""
    return not Dealer.with_bin.exists()


def steps() -> list[Step]:
    """In order. A step is done when what it brings is there, whichever way it came."""
    return [
        Step(
            "company",
            _("Name your company"),
            _("Its time zone rules every business date, its currency every amount."),
            _("Company settings"),
            reverse("home:company"),
            bool(Company.get().name),
        ),
        Step(
            "territories",
            _("Draw the sales territories"),
            _("A tree: countries, regions, patches. A dealer belongs to one patch. Draw it here or import it."),
            _("Territories"),
            reverse("accounts:territories"),
            Territory.objects.exists(),
        ),
        Step(
            "users",
            _("Invite your people"),
            _("Each sees what her territories hold: a representative her patch, a manager all patches below her."),
            _("Users"),
            reverse("accounts:users"),
            TerritoryAssignment.objects.exists(),
        ),
        Step(
            "dealers",
            _("Import the dealers"),
            _("The list that your ERP exports, as CSV or XLSX, in any of the four languages."),
            _("Import dealers"),
            reverse("imports:list") + "?importer=dealers",
            Dealer.objects.exists(),
        ),
        Step(
            "sales",
            _("Import the sales"),
            _("By day or month, in any number of files. With three years of figures every tier can be told."),
            _("Import sales"),
            reverse("imports:list") + "?importer=sales",
            SalesRecord.objects.exists(),
        ),
        Step(
            "run",
            _("Run the first night"),
            _("Figures, scores and tiers are worked out now; afterwards it happens every night by itself."),
            _("Jobs"),
            reverse("jobs:list"),
            JobRun.objects.filter(state="DONE", job__in=[job.name for job in jobs.registered()]).exists(),
        ),
    ]

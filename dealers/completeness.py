"""How complete a dealer's file is: a weighted share of what stands in it, in whole percent.

    completeness = floor(100 * (weights of what is there) / (all weights))

Weights are whole numbers from 0; the company's own (`Company.completeness_weights`) go over those named here. Personal
fields weigh nothing unless the company says otherwise: nobody has to give personal data to trade with us.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from django.db import connection
from django.utils.translation import gettext_lazy as _

from crm.base import prepared
from crm.base.models import Company
from crm.base.navigation import object_url
from crm.base.sql import load
from crm.base.text import StrPromise

MAX_WEIGHT = 100


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that belongs in a file. `url_name` takes the dealer's pk; `field` is the input there."""

    key: str
    label: str | StrPromise
    weight: int
    part: str
    url_name: str
    field: str = ""

    def url(self, dealer_id: int) -> str:
        return f"{object_url(self.url_name, dealer_id)}#id_{self.field}".removesuffix("#id_")


PARTS: dict[str, str | StrPromise] = {
    "who": _("Name and place"),
    "basic": _("Basic information"),
    "traits": _("Traits"),
    "business": _("Business status"),
    "people": _("People"),
    "papers": _("Documents and agreements"),
}

_EDIT, _BUSINESS = "dealers:edit", "dealers:business_new"
ITEMS: tuple[Item, ...] = (
    Item("name_romanised", _("name in Latin letters"), 2, "who", _EDIT, "name_romanised"),
    Item("address", _("address and city"), 8, "who", _EDIT, "address"),
    Item("place", _("place on the map"), 5, "who", _EDIT, "latitude"),
    Item("phone", _("phone"), 6, "who", _EDIT, "phone"),
    Item("business_scope", _("business scope"), 5, "who", _EDIT, "business_scope_0"),
    Item("opening_hours", _("opening hours"), 2, "who", _EDIT, "opening_hours"),
    Item("founded_year", _("founded in"), 2, "who", _EDIT, "founded_year"),
    Item("employees", _("employees"), 2, "who", _EDIT, "employees"),
    Item("customer_since", _("dealer since"), 2, "who", _EDIT, "customer_since"),
    Item("verified", _("verified in the last 12 months"), 4, "who", _EDIT, "verified_on"),
    Item("owner_name", _("owner"), 5, "basic", "dealers:basic_edit", "owner_name"),
    Item("background", _("personal background"), 0, "basic", "dealers:basic_edit", "family_background"),
    Item("network", _("personal network"), 0, "basic", "dealers:connection_new", "person"),
    Item("management_level", _("management level"), 8, "traits", "dealers:traits_edit", "management_checks_0"),
    Item("working_style", _("way of doing things"), 3, "traits", "dealers:traits_edit", "working_style"),
    Item("integrity", _("integrity"), 2, "traits", "dealers:traits_edit", "integrity"),
    Item("observation", _("an observation"), 3, "traits", "dealers:observation_new", "text"),
    Item("capital_strength", _("capital strength"), 8, "business", _BUSINESS, "registered_capital"),
    Item("cost_control", _("cost budget and actual cost"), 4, "business", _BUSINESS, "cost_budget"),
    Item("annual_sales", _("annual sales, all brands"), 5, "business", _BUSINESS, "annual_sales_all_brands"),
    Item("cost_recovery", _("cost recovery"), 3, "business", _BUSINESS, "gross_profit_with_us"),
    Item("staff_vehicles", _("sales staff and vehicles"), 3, "business", _BUSINESS, "sales_staff"),
    Item("stock", _("stock and warehouse"), 3, "business", _BUSINESS, "stock_remark"),
    Item("brands", _("brand portfolio"), 6, "business", "dealers:brands_edit"),
    Item("credit", _("credit limit and rating"), 6, "business", "dealers:credit_edit", "credit_limit"),
    Item("contact", _("somebody who can be reached"), 10, "people", "dealers:contact_new", "name"),
    Item("second_contact", _("a second contact person"), 5, "people", "dealers:contact_new", "name"),
    Item("decision_maker", _("owner or buyer among the contacts"), 4, "people", "dealers:contact_new", "role"),
    Item("special_date", _("a day to remember"), 2, "people", "dealers:contacts"),
    Item("licence", _("business licence"), 5, "papers", "dealers:document_new", "file"),
    Item("agreement", _("a running agreement"), 5, "papers", "dealers:agreement_new", "starts_on"),
)
KEYS = tuple(item.key for item in ITEMS)


def weights(company: Company) -> dict[str, int]:
    """The weight of each key. What the company's row says, where it is a whole number from 0 to 100."""
    own = company.completeness_weights
    return {item.key: _weight(own.get(item.key), item.weight) for item in ITEMS}


def _weight(value: object, standard: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_WEIGHT else standard


def percent(present: Collection[str], weights: Mapping[str, int]) -> int:
    """0 to 100, rounded down so that 100 means complete; 100 when nothing weighs anything."""
    total = sum(weights.values())
    return 100 * sum(weight for key, weight in weights.items() if key in present) // total if total else 100


def present_keys(dealer_id: int, *, on: dt.date) -> frozenset[str]:
    """What stands in one dealer's file; empty for a dealer in the bin."""
    rows = prepared.read(_present_statement(), {"dealer_id": dealer_id, "on": on})
    return frozenset(rows[0][0]) if rows else frozenset()


# How the facts are narrowed to some dealers, or to none.
_NARROWED = re.compile(r"%\(dealer_ids\)s::bigint\[\] IS NULL OR ([\w.]+) = ANY\(%\(dealer_ids\)s::bigint\[\]\)")


@cache
def _present_statement() -> str:
    """The keys of one dealer. A dozen tables take longer to plan than to read, so it is planned once a connection, which
    only a condition that holds for every dealer alike allows."""
    facts = _NARROWED.sub(r"\1 = %(dealer_id)s::bigint", load("dealers", "profile_facts").statement())
    keys = ", ".join(f"CASE WHEN facts.{key} THEN '{key}' END" for key in KEYS)
    return f"SELECT array_remove(ARRAY[{keys}], NULL) FROM ({facts}) AS facts"


def missing_items(present: Collection[str], weights: Mapping[str, int]) -> list[Item]:
    """What is not there and counts, the heaviest first."""
    return sorted(
        (item for item in ITEMS if item.key not in present and weights[item.key]), key=lambda item: -weights[item.key]
    )


def refresh(*, on: dt.date, dealer_ids: list[int] | None = None, company: Company | None = None) -> int:
    """Write the completeness of all dealers (or these) where it changed; returns how many did."""
    company = company or Company.get()
    values = weights(company)
    script = load("dealers", "completeness")
    facts = load("dealers", "profile_facts").statement()
    # Column names come from ITEMS, never from outside.
    points = " + ".join(f"facts.{key}::int * %(weight_{key})s" for key in KEYS)
    statement = script.statement().replace("/* facts */", facts).replace("/* points */", points)
    params = {f"weight_{key}": weight for key, weight in values.items()}
    with connection.cursor() as cursor:
        cursor.execute(statement, {**params, "total": sum(values.values()), "on": on, "dealer_ids": dealer_ids})
        return max(cursor.rowcount, 0)

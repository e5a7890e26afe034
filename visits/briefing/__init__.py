"""The parts of the brief that come from visits and what lies below: the record, the people, the figures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.rights import Right
from visits import fatigue
from visits.brief import Source, register
from visits.briefing import figures, people, record


def register_sources() -> None:
    """Orders 10 to 90 leave room between them for the apps above: warnings 15, notices and promotions 25."""
    register(Source("tier", pgettext_lazy("part of a brief", "Tier"), 10, figures.tier))
    register(Source("promises", _("Promises"), 20, record.promises))
    register(Source("fatigue", _("Contacted often"), 22, fatigue.in_brief))
    register(Source("todo", _("Open issues and tasks"), 30, record.open_ends))
    register(Source("days", _("Days to remember"), 40, people.special_days))
    register(Source("people", _("People"), 50, people.contacts))
    register(Source("sales", pgettext_lazy("part of a brief", "Sales"), 60, figures.sales))
    register(Source("stock", _("Stock"), 65, figures.stock))
    register(Source("receivables", _("Receivables"), 70, figures.receivables, right=Right.VIEW_CREDIT))
    register(Source("visits", _("Last visits"), 80, record.last_visits))

"""Drawing tables of results."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe

from crm.base.models import Company
from crm.base.templatetags.crm import NOTHING, amount, number, percent, tier_badge
from visits.sheets import As, Cell, Column

register = template.Library()


def _written(column: Column, value: Any) -> str:
    if value is None or value == "":
        return "" if column.kind is As.TEXT else NOTHING
    match column.kind:
        case As.COUNT:
            return number(value)
        case As.SHARE:
            return percent(value, 0)
        case As.MONEY:
            return amount(value, Company.get().currency)
        case As.FIGURE:
            return number(value, 1)
        case As.FINE:
            return number(value, 2)
        case As.DAY if isinstance(value, dt.date):
            return date_format(value, "SHORT_DATE_FORMAT")
        case As.TIER:
            return tier_badge(value)
    text = str(value)
    return mark_safe(linebreaks(text, autoescape=True)) if "\n" in text else text


@register.simple_tag
def sheet_cell(column: Column, cell: Cell) -> SafeString:
    """A value in the reader's notation; a link to its rows where there are some; a tag where it is judged."""
    text: Any = _written(column, cell.value)
    if cell.tone and text != NOTHING:
        text = format_html('<span class="tag tag-{}">{}</span>', cell.tone, text)
    # Nothing lies behind a nought or a dash.
    if cell.url and cell.value not in (None, "", 0):
        return format_html('<a href="{}">{}</a>', cell.url, text)
    return format_html("{}", text)

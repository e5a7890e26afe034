"""The cells of the dealer list as HTML, drawn in Python: five hundred a page, of which each must cost next to nothing.

Words and signs that repeat are drawn once by the tags that every other page uses, and kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property, lru_cache
from html import escape
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.http import urlencode
from django.utils.translation import get_language

from crm.base.templatetags import crm
from dealers.choices import DealerKind, DealerStatus
from dealers.highlight import highlighted
from dealers.search import Term

_ONE = Decimal(1)
_KINDS = {choice.value: choice.label for choice in DealerKind}
_STATUSES = {choice.value: choice.label for choice in DealerStatus}
_ALARMING: dict[str, str] = {DealerStatus.AT_RISK: " tag-orange", DealerStatus.SUSPENDED: " tag-red"}


def growth(now: Decimal, before: Decimal) -> Decimal | None:
    """What `now` is more than `before`, as a share of it; `None` when there was nothing before."""
    return (now - before) / before if before > 0 else None


@lru_cache(maxsize=64)
def _tier(letter: str | None, _language: str) -> str:
    return crm.tier_badge(letter)


@lru_cache(maxsize=4096)
def _day(day: dt.date | None, today: dt.date, _language: str) -> str:
    """Relative when recent, else short; the full date on hover."""
    if day is None or abs(today - day) < crm.RECENT:
        return crm.ago(day)
    full, short = date_format(day, "DATE_FORMAT"), date_format(day, "SHORT_DATE_FORMAT")
    return f'<time datetime="{day.isoformat()}" title="{escape(full)}">{escape(short)}</time>'


@lru_cache(maxsize=16)
def _around_change(rises: bool, language: str) -> tuple[str, str, dict[int, str]]:
    """What stands before and after the figure of a rise or fall, and how Python's notation becomes the language's."""
    tenth = crm.change(Decimal(1 if rises else -1) / 1000)
    before, _figure, after = tenth.rpartition(crm.number(Decimal("0.1"), 1))
    notation = str.maketrans(
        {",": get_format("THOUSAND_SEPARATOR", language), ".": get_format("DECIMAL_SEPARATOR", language)}
    )
    return before, after, notation


@lru_cache(maxsize=4096)
def _change(permille: int | None, language: str) -> str:
    """The tag `change`. Nearly every dealer has a figure of its own, so it is put between what the tag draws around it."""
    if not permille:
        return crm.change(None if permille is None else Decimal(0))
    before, after, notation = _around_change(permille > 0, language)
    whole, tenths = divmod(abs(permille), 10)
    return f"{before}{f'{whole:,}.{tenths}'.translate(notation)}{after}"


@lru_cache(maxsize=1024)
def _address(pattern_of: str) -> tuple[str, str]:
    """The address of a page that takes a dealer's id, before and after the id."""
    before, after = reverse(pattern_of, args=[0]).split("0", 1)
    return before, after


def address_around(list_query: str) -> tuple[str, str]:
    """The address of a dealer's page that leads back to the list, before and after the id."""
    before, after = _address("dealers:detail")
    return before, f"{after}?{urlencode({'list': list_query})}"


@lru_cache(maxsize=128)
def draw_percentage(percent: int) -> str:
    """A bar and its figure; 0 to 100."""
    return (
        f'<progress class="list-progress" value="{percent}" max="100" aria-hidden="true"></progress>'
        f'<span class="list-percent">{percent}%</span>'
    )


class Drawing:
    """How cells are drawn for one reader and one list: language, notation, what to mark, where names lead."""

    def __init__(self, *, terms: Sequence[Term] = (), list_query: str = "") -> None:
        self.terms = terms
        self.language = get_language() or "en"
        self.today = timezone.localdate()
        self._before, after = address_around(list_query)
        self._after = escape(after)
        # Where a hit is that the row does not show: by dealer's id, safe HTML.
        self.hits: dict[int, str] = {}

    @property
    def is_plain(self) -> bool:
        """Whether nothing of a search is marked."""
        return not self.terms and not self.hits

    @property
    def about(self) -> tuple[Any, ...]:
        """What a cell takes from here, when nothing is marked."""
        return self.language, self.today, timezone.get_current_timezone(), self._after

    @cached_property
    def _separator(self) -> str | None:
        """Between groups of three digits; `None` where figures are written in another way."""
        return str(get_format("THOUSAND_SEPARATOR")) if get_format("NUMBER_GROUPING") == 3 else None

    @cached_property
    def _kinds(self) -> dict[str, str]:
        return {value: escape(str(label)) for value, label in _KINDS.items()}

    @cached_property
    def _statuses(self) -> dict[str, str]:
        return {value: escape(str(label)) for value, label in _STATUSES.items()}

    def tier(self, letter: str | None) -> str:
        return _tier(letter, self.language)

    def text(self, text: str) -> str:
        return highlighted(text, self.terms) if self.terms else escape(text)

    def name(self, row: dict[str, Any]) -> str:
        """The name as a link, and under it the code, the name in Latin letters or kana, and where else a hit is."""
        romanised = row["name_romanised"] or row["name_kana"]
        second = self.text(row["code"])
        if romanised:
            second += " · " + self.text(romanised)
        if hit := self.hits.get(row["pk"]):
            second += f'</span><span class="second list-hit">{hit}'
        return (
            f'<a class="list-name" href="{self._before}{row["pk"]}{self._after}">{self.text(row["name"])}</a>'
            f'<span class="second">{second}</span>'
        )

    def place(self, row: dict[str, Any]) -> str:
        """The town; under it province and country."""
        second = escape(", ".join(filter(None, (row["region"], row["country"]))))
        if not row["city"]:
            return second
        return f'{self.text(row["city"])}<span class="second list-wide">{second}</span>'

    def kind(self, kind: str) -> str:
        return self._kinds.get(kind, "")

    def status(self, status: str) -> str:
        return f'<span class="tag{_ALARMING.get(status, "")}">{self._statuses.get(status, "")}</span>'

    def whole(self, amount: Decimal | None, *, zero: str = "0") -> str:
        """An amount without what follows the point; `zero` for nothing."""
        if not amount:
            return zero
        figure = int(amount.quantize(_ONE, ROUND_HALF_UP))
        if self._separator is None:
            return crm.whole(figure)
        grouped = f"{abs(figure):,}"
        grouped = grouped if self._separator == "," else grouped.replace(",", self._separator)
        return grouped if figure >= 0 else crm.MINUS + grouped

    def change(self, share: Decimal | None) -> str:
        return _change(None if share is None else int((share * 1000).quantize(_ONE, ROUND_HALF_UP)), self.language)

    def day(self, day: dt.date | None) -> str:
        return _day(day, self.today, self.language)

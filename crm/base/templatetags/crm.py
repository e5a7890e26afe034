"""Tags and filters that every template has without {% load %}: figures, dates, badges, icons, filter addresses."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, override

from crm.base import text
from crm.base.money import minor_units
from crm.base.templatetags.kept import fresh, kept
from crm.base.undo import UNDO_TAG

register = template.Library()
register.tag(kept)
register.tag(fresh)

Number = int | float | Decimal
NOTHING = "–"
MINUS = "−"
# A day or a moment is told relative to now when it is nearer than this.
RECENT = dt.timedelta(days=7)
# Steps in which a language counts large figures, largest first: (size, sign, space before it).
_WESTERN_STEPS = ((10**9, "B", ""), (10**6, "M", ""), (10**3, "K", ""))
_COMPACT_STEPS = {
    "zh-hans": ((10**8, "亿", ""), (10**4, "万", "")),
    "ja": ((10**8, "億", ""), (10**4, "万", "")),
    "ko": ((10**8, "억", ""), (10**4, "만", "")),
}


# --- Figures ----------------------------------------------------------------------------------------------------------


def _as_number(value: object) -> Decimal | None:
    """None for what is empty or no number."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@functools.cache
def _separators(language: str | None) -> dict[int, str]:
    """From the notation of Python (1,234.5) to that of the language. Every language we speak groups by three."""
    with override(language):
        point, thousands = formats.get_format("DECIMAL_SEPARATOR"), formats.get_format("THOUSAND_SEPARATOR")
    return str.maketrans({",": thousands, ".": point})


def _format(number: Decimal, digits: int) -> str:
    """A rounded figure in the reader's own notation, with a real minus. A page holds hundreds: this is quick."""
    text = f"{abs(number):,.{digits}f}".translate(_separators(get_language()))
    return MINUS + text if number < 0 else text


def _rounded(number: Decimal, digits: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-digits), rounding="ROUND_HALF_UP")


@register.filter
def number(value: object, digits: int = 0) -> str:
    """`1,234.5` with `digits` after the point; a dash for nothing."""
    figure = _as_number(value)
    return NOTHING if figure is None else _format(_rounded(figure, int(digits)), int(digits))


@register.filter
def amount(value: object, currency: str = "") -> str:
    """An amount without its currency (that stands once, in the table's header), with the digits it is paid in."""
    return number(value, minor_units(currency))


@register.filter
def whole(value: object) -> str:
    """An amount or quantity without what follows the point, for tables that are scanned."""
    return number(value, 0)


@register.filter
def compact(value: object) -> str:
    """Three figures and the size: 1.23M, 123万. The full figure belongs in a title beside it."""
    figure = _as_number(value)
    if figure is None:
        return NOTHING
    steps = _COMPACT_STEPS.get(get_language() or "", _WESTERN_STEPS)
    for size, sign, space in steps:
        if abs(figure) >= size:
            scaled = figure / size
            digits = max(0, 3 - len(str(int(abs(scaled)))))
            return f"{_format(_rounded(scaled, digits), digits)}{space}{sign}"
    return number(figure, 0)


@register.filter
def percent(value: object, digits: int = 1) -> str:
    """A share (0..1) as `12.4%`; a dash for nothing."""
    figure = _as_number(value)
    return NOTHING if figure is None else number(figure * 100, digits) + "%"


@register.simple_tag
def change(value: object, digits: int = 1, *, good: str = "up") -> SafeString:
    """A growth as a share (0.124 is +12.4 %), with sign and arrow.

    `good` says which way is the good one: `up`, `down` (receivables) or `none` (no judgement, no colour).
    """
    figure = _as_number(value)
    if figure is None:
        return format_html('<span class="change">{}</span>', NOTHING)
    share = _rounded(figure * 100, int(digits))
    if share == 0:
        return format_html('<span class="change">{}%</span>', number(0, digits))
    direction = "up" if share > 0 else "down"
    tone = "" if good == "none" else (" is-good" if direction == good else " is-bad")
    # Nothing in it comes from outside, so nothing needs escaping.
    sign = "+" if share > 0 else ""
    return mark_safe(
        f'<span class="change{tone}">{icon(f"arrow-{direction}-right")}{sign}{number(share, digits)}%</span>'
    )


# --- Signs ------------------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=2048)
def _icon(sprite: str, name: str, label: str, size: str) -> SafeString:
    css = f"icon icon-{size}" if size else "icon"
    address = f"{sprite}#{name}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, address)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css, address)


@functools.cache
def _sprite(address_of: object) -> str:
    """Address of the icons: the same as long as the storage is."""
    return static("vendor/icons.svg")


@register.simple_tag
def icon(name: str, label: str = "", *, size: str = "") -> SafeString:
    """An icon of frontend/icons.txt. Without a label it is decoration; `size` is empty, `sm` or `lg`."""
    return _icon(_sprite(staticfiles_storage.url), name, str(label), size)


@functools.lru_cache(maxsize=64)
def _tier_badge(letter: str, size: str, language: str | None) -> SafeString:
    css = f" tier-{size}" if size else ""
    if letter not in ("A", "B", "C"):
        return format_html('<span class="tier tier-none{}" title="{}">{}</span>', css, gettext("No tier yet"), NOTHING)
    label = gettext("Tier %(letter)s") % {"letter": letter}
    return format_html('<span class="tier tier-{}{}" title="{}">{}</span>', letter.lower(), css, label, letter)


@register.simple_tag
def tier_badge(tier: str | None, *, size: str = "") -> SafeString:
    """The letter in its colour; a dash for a dealer without a tier."""
    return _tier_badge(str(tier or "").upper(), size, get_language())


@register.simple_tag
def sparkline(values: Sequence[Number | None], label: str = "", *, width: int = 72, height: int = 20) -> SafeString:
    """A small line of figures in time order, drawn on the server. A gap (None) breaks the line.

    `label` is what a screen reader says; without it the figures are taken to stand beside the line.
    """
    figures = [None if value is None else float(value) for value in values]
    known = [figure for figure in figures if figure is not None]
    if len(known) < 2:
        return mark_safe('<span class="sparkline is-empty"></span>')
    low, high = min(0.0, *known), max(0.0, *known)
    span = (high - low) or 1.0
    step = (width - 4) / (len(figures) - 1)
    drawing: list[str] = []
    pen_down = False
    last = (0.0, 0.0)
    for index, figure in enumerate(figures):
        if figure is None:
            pen_down = False
            continue
        last = (2 + index * step, height - 2 - (figure - low) / span * (height - 4))
        drawing.append(f"{'L' if pen_down else 'M'}{last[0]:.1f} {last[1]:.1f}")
        pen_down = True
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="sparkline" width="{}" height="{}" viewBox="0 0 {} {}" {}>'
        '<path d="{}"/><circle cx="{}" cy="{}" r="1.75"/></svg>',
        width, height, width, height, spoken, "".join(drawing), f"{last[0]:.1f}", f"{last[1]:.1f}",
    )  # fmt: skip


@register.simple_block_tag
def explain(content: str, figure: object) -> SafeString:
    """A figure that opens into what stands between the tags: its formula, period and source rows."""
    return format_html(
        '<details class="explain"><summary>{}</summary><div class="explain-box">{}</div></details>', figure, content
    )


# --- Dates ------------------------------------------------------------------------------------------------------------


def _relative_day(days: int) -> str:
    """`days` from today; negative is past."""
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    if days == -1:
        return gettext("yesterday")
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}


def _relative_moment(distance: dt.timedelta) -> str:
    """`distance` from now, less than a day; negative is past."""
    minutes = round(abs(distance).total_seconds() / 60)
    hours = round(minutes / 60)
    is_past = distance < dt.timedelta()
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        if is_past:
            return ngettext("%(minutes)d minute ago", "%(minutes)d minutes ago", minutes) % {"minutes": minutes}
        return ngettext("in %(minutes)d minute", "in %(minutes)d minutes", minutes) % {"minutes": minutes}
    if is_past:
        return ngettext("%(hours)d hour ago", "%(hours)d hours ago", hours) % {"hours": hours}
    return ngettext("in %(hours)d hour", "in %(hours)d hours", hours) % {"hours": hours}


def _relative(moment: dt.datetime, now: dt.datetime) -> str:
    """The moment relative to now when it is recent, else its date."""
    distance = moment - now
    if abs(distance) < dt.timedelta(days=1):
        return _relative_moment(distance)
    if abs(distance) < RECENT:
        return _relative_day((moment.date() - now.date()).days)
    return formats.date_format(moment, "DATE_FORMAT")


@functools.lru_cache(maxsize=4096)
def _day(value: dt.date, today: dt.date, language: str | None) -> SafeString:
    full = formats.date_format(value, "DATE_FORMAT")
    distance = value - today
    shown = _relative_day(distance.days) if abs(distance) < RECENT else full
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), full, shown)


@functools.lru_cache(maxsize=4096)
def _moment(moment: dt.datetime, now: dt.datetime, zone: str, language: str | None) -> SafeString:
    full = formats.date_format(moment, "DATETIME_FORMAT")
    shown = _relative(moment.replace(second=0, microsecond=0), now)
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), full, shown)


@register.simple_tag
def ago(value: dt.datetime | dt.date | None, *, empty: str = NOTHING) -> SafeString:
    """A day or aware moment, relative when within a week ("3 days ago"), the full date on hover; `empty` for None."""
    if not value:
        return format_html("{}", empty)
    language = get_language()
    if not isinstance(value, dt.datetime):
        return _day(value, timezone.localdate(), language)
    # Told to the minute, so that a list shown again soon costs nothing.
    moment, now = timezone.localtime(value), timezone.localtime()
    return _moment(moment, now.replace(second=0, microsecond=0), timezone.get_current_timezone_name(), language)


# --- Texts ------------------------------------------------------------------------------------------------------------


@register.filter
def joined(items: Iterable[object]) -> str:
    """`a, b, c` as the reader's language lists things."""
    return text.joined(items)


@register.filter
def labelled(label: object, words: object) -> str:
    """`label: words`."""
    return text.labelled(label, words)


@register.filter
def run_on(sentences: Iterable[object]) -> str:
    """Whole sentences one after the other."""
    return text.run_on(sentences)


@register.simple_tag
def comma() -> str:
    """Between two items of a list that the template itself draws, such as links."""
    return text.list_separator()


# --- Addresses of filtered lists --------------------------------------------------------------------------------------


def _address(request: HttpRequest, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    return [(key, value) for key, values in request.GET.lists() for value in values]


@register.simple_tag(takes_context=True)
def qs_replace(context: template.Context, **values: object) -> str:
    """This page's address with the parameters set; None or an empty text removes one. Paging starts anew."""
    request = context["request"]
    changed = {key: value for key, value in values.items() if value not in (None, "")}
    dropped = set(values) | ({"after", "before", "page"} - set(changed))
    kept = [(key, value) for key, value in _pairs(request) if key not in dropped]
    return _address(request, [*kept, *((key, str(value)) for key, value in changed.items())])


@register.simple_tag(takes_context=True)
def qs_remove(context: template.Context, key: str, value: object = None) -> str:
    """This page's address without a parameter, or without one `value` of it. Paging starts anew."""
    request = context["request"]
    kept = [
        (name, text)
        for name, text in _pairs(request)
        if name not in ("after", "before", "page") and not (name == key and (value is None or text == str(value)))
    ]
    return _address(request, kept)


# --- Messages ---------------------------------------------------------------------------------------------------------


@register.filter
def undo_url(extra_tags: str) -> str:
    """The address that crm.base.undo put on a message; empty without one."""
    return next((tag.removeprefix(UNDO_TAG) for tag in extra_tags.split() if tag.startswith(UNDO_TAG)), "")

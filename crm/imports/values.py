"""What people write in cells, understood: dates, months, numbers, yes and no. No database, no clock.

Only what is not written plainly comes here (`2026-11-21`, `1234.5` are read by the database itself), and each
different text once.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

EXCEL_EPOCH = dt.date(1899, 12, 30)
# Serial numbers that are taken for days: 1927-05-18 to 2119-01-15. Others are likelier to be something else.
EXCEL_DAYS = range(10_000, 80_001)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"),
            ("july", "jul"), ("august", "aug"), ("september", "sep", "sept"), ("october", "oct"),
            ("november", "nov"), ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
# The year before the era's first.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "R": 2018, "H": 1988, "S": 1925}
_CHINESE_MONTHS = {name: number for number, name in enumerate("一二三四五六七八九十", start=1)} | {
    "十一": 11,
    "十二": 12,
}

_TIME = re.compile(
    r"[ T]+(?:上午|下午|午前|午後|오전|오후)?\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:AM|PM|Z|[+-]\d{2}:?\d{2})?$",
    re.I,
)
_WEEKDAY = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+|\s*[(（][月火水木金土日월화수목금토일一二三四五六][)）]$", re.I
)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年년]\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})\s*[日일号號.]?")
_ERA = re.compile(r"(令和|平成|昭和|[RHS])\s*(\d{1,2}|元)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", re.I)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_THREE = re.compile(r"(\d{1,4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,4})")
_DAY_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s.-]+([a-z]{3,9})\.?,?[\s.-]+(\d{4}|\d{2})", re.I)
_NAME_DAY = re.compile(r"([a-z]{3,9})\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?,?[\s-]+(\d{4})", re.I)

_MONTH_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年년]\s*(\d{1,2})\s*[月월]?(?:份|분)?")
_MONTH_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{4})")
_MONTH_COMPACT = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])")
_MONTH_ERA = re.compile(r"(令和|平成|昭和|[RHS])\s*(\d{1,2}|元)\s*[-/.年]\s*(\d{1,2})\s*月?", re.I)
_MONTH_NAME = re.compile(r"([a-z]{3,9})\.?[\s-]+(\d{4}|\d{2})|(\d{4})[\s-]+([a-z]{3,9})\.?", re.I)
_MONTH_CHINESE = re.compile(r"(\d{4})年(十[一二]?|[一二三四五六七八九])月(?:份)?")

_CURRENCY = re.compile(
    r"^(?:[¥￥$€₩£元円圓원]|US\$|HK\$|NT\$|[A-Z]{3}(?=[\s\d.,+-]))\s*|\s*(?:[¥￥$€₩£元円圓원]|[A-Z]{3})$"
)
_POINT_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[,' ]\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})?(?:\.\d*)?")
_COMMA_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[.' ]\d{3})+)?(?:,\d*)?")
_EXPONENT = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d{1,3}")
# Only one of the two signs can be meant.
_CLEARLY_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+,\d*|\d+,(?:\d{1,2}|\d{4,}))")
_CLEARLY_POINT = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+\.\d*|\d+\.(?:\d{1,2}|\d{4,})|\d{1,3}(?:,\d{3}){2,})")

_YES = {
    "1",
    "true",
    "t",
    "yes",
    "y",
    "x",
    "✓",
    "✔",
    "○",
    "◯",
    "是",
    "有",
    "对",
    "真",
    "はい",
    "有り",
    "あり",
    "예",
    "네",
    "참",
    "on",
    "o",
}
_NO = {
    "0",
    "false",
    "f",
    "no",
    "n",
    "-",
    "×",
    "✗",
    "否",
    "无",
    "無",
    "不",
    "没有",
    "假",
    "いいえ",
    "無し",
    "なし",
    "아니요",
    "아니오",
    "거짓",
    "off",
}


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones; trimmed, with plain spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("−", "-").split())


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _century(year: int) -> int:
    """Two digits: 70 to 99 are the last century's."""
    return year if year >= 100 else year + (1900 if year >= 70 else 2000)


def _era_year(era: str, year: str) -> int:
    return _ERAS[era.upper()] + (1 if year == "元" else int(year))


def _ordered(first: int, second: int, third: int, order: str) -> dt.date | None:
    """Three numbers in `order`; when that is no day, the other order if it is the only one possible."""
    by_order = {
        "DMY": (third, second, first),
        "MDY": (third, first, second),
        "YMD": (first, second, third),
    }
    if first > 31:
        return _day(_century(first), second, third)
    if third > 31:
        order = order if order in ("DMY", "MDY") else "DMY"
        other = "MDY" if order == "DMY" else "DMY"
        year, month, day = by_order[order]
        found = _day(_century(year), month, day)
        if found is None:
            year, month, day = by_order[other]
            found = _day(_century(year), month, day)
        return found
    year, month, day = by_order.get(order, by_order["YMD"])
    return _day(_century(year), month, day)


def parse_date(text: str, order: str = "DMY") -> dt.date | None:
    """The day a cell means; a time of day is dropped. `order` is DMY, MDY or YMD. None when it is no day."""
    plain = _WEEKDAY.sub("", _TIME.sub("", half_width(text))).strip()
    if match := _YEAR_FIRST.fullmatch(plain):
        return _day(*(int(part) for part in match.groups()))
    if match := _COMPACT.fullmatch(plain):
        return _day(*(int(part) for part in match.groups()))
    if match := _ERA.fullmatch(plain):
        return _day(_era_year(match[1], match[2]), int(match[3]), int(match[4]))
    if match := _THREE.fullmatch(plain):
        return _ordered(int(match[1]), int(match[2]), int(match[3]), order)
    if match := _DAY_NAME.fullmatch(plain):
        month = _MONTHS.get(match[2].lower())
        return _day(_century(int(match[3])), month, int(match[1])) if month else None
    if match := _NAME_DAY.fullmatch(plain):
        month = _MONTHS.get(match[1].lower())
        return _day(int(match[3]), month, int(match[2])) if month else None
    return _excel_day(plain)


def _excel_day(plain: str) -> dt.date | None:
    if re.fullmatch(r"\d{5}(\.\d+)?", plain) and int(plain[:5]) in EXCEL_DAYS:
        return EXCEL_EPOCH + dt.timedelta(days=int(plain[:5]))
    return None


def parse_month(text: str, order: str = "DMY") -> dt.date | None:
    """The first day of the month a cell means. None when it is neither a month nor a day."""
    plain = half_width(text)
    year = month = 0
    if (match := _MONTH_YEAR_FIRST.fullmatch(plain)) or (match := _MONTH_COMPACT.fullmatch(plain)):
        year, month = int(match[1]), int(match[2])
    elif match := _MONTH_YEAR_LAST.fullmatch(plain):
        year, month = int(match[2]), int(match[1])
    elif match := _MONTH_ERA.fullmatch(plain):
        year, month = _era_year(match[1], match[2]), int(match[3])
    elif match := _MONTH_CHINESE.fullmatch(plain):
        year, month = int(match[1]), _CHINESE_MONTHS[match[2]]
    elif (match := _MONTH_NAME.fullmatch(plain)) and (name := (match[1] or match[4]).lower()) in _MONTHS:
        year, month = _century(int(match[2] or match[3])), _MONTHS[name]
    if month:
        return _day(year, month, 1)
    day = parse_date(text, order)
    return day.replace(day=1) if day else None


def parse_number(text: str, sign: str = ".") -> Decimal | None:
    """A number with thousands separators, currency signs, accountants' negatives. `sign` is the decimal sign."""
    plain = half_width(text)
    negative = False
    if plain.startswith("(") and plain.endswith(")"):
        plain, negative = plain[1:-1].strip(), True
    if plain[:1] in "△▲▽" and plain:
        plain, negative = plain[1:].strip(), True
    plain = _CURRENCY.sub("", _CURRENCY.sub("", plain)).strip()
    if plain.endswith("-") and not plain.startswith("-"):
        plain, negative = plain[:-1].strip(), not negative
    if plain.startswith("-"):
        plain, negative = plain[1:].strip(), not negative
        plain = _CURRENCY.sub("", plain).strip()
    if not any(character.isdigit() for character in plain) or (negative and plain[0] in "+-"):
        return None
    if _EXPONENT.fullmatch(plain):
        digits = plain.replace(",", ".")
    elif sign == "," and _COMMA_NUMBER.fullmatch(plain):
        digits = re.sub(r"[.' ]", "", plain).replace(",", ".")
    elif sign != "," and _POINT_NUMBER.fullmatch(plain):
        digits = re.sub(r"[,' ]", "", plain)
    else:
        return None
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 18:
        return None
    return -number if negative else number


def parse_boolean(text: str) -> bool | None:
    """Yes or no in four languages; None for anything else."""
    plain = half_width(text).casefold()
    if plain in _YES:
        return True
    return False if plain in _NO else None


def guess_order(texts: Iterable[str]) -> str | None:
    """DMY or MDY if a day above 12 shows which; None when nothing shows it (or both)."""
    day_first = month_first = False
    for text in texts:
        match = _THREE.fullmatch(_TIME.sub("", half_width(text)))
        if match is None or int(match[1]) > 31 or int(match[3]) <= 31:
            continue
        day_first |= int(match[1]) > 12
        month_first |= int(match[2]) > 12
    if day_first == month_first:
        return None
    return "DMY" if day_first else "MDY"


def guess_decimal_sign(texts: Iterable[str]) -> str | None:
    """`,` or `.` if some number can only be meant one way; None when nothing shows it (or both)."""
    comma = point = False
    for text in texts:
        plain = _CURRENCY.sub("", _CURRENCY.sub("", half_width(text))).strip()
        comma |= _CLEARLY_COMMA.fullmatch(plain) is not None
        point |= _CLEARLY_POINT.fullmatch(plain) is not None
    if comma == point:
        return None
    return "," if comma else "."

"""What is printed for dealers: one page of A4 with the fonts that every reader of PDF brings along.

Nothing is embedded, and the text can be copied and searched.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from xml.sax.saxutils import escape

from django.utils import translation
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

from crm.base.models import Company

_KOREAN, _JAPANESE, _CHINESE = "HYGothic-Medium", "HeiseiKakuGo-W5", "STSong-Light"
_HANGUL = (("\uac00", "\ud7a3"), ("\u1100", "\u11ff"), ("\u3130", "\u318f"))
_KANA = (("\u3040", "\u30ff"),)
_HAN = (("\u2e80", "\u2fff"), ("\u3000", "\u303f"), ("\u3400", "\u9fff"), ("\uf900", "\ufaff"), ("\uff00", "\uffef"))
# Signs of Han look different in each country: those of the reader's language.
_HAN_OF = {"ja": _JAPANESE, "ko": _KOREAN}
_PLAIN = "Helvetica"


def font_for(text: str) -> str:
    """A font that has the text's characters, in the shapes of the active language."""
    if _holds(text, _HANGUL):
        return _KOREAN
    if _holds(text, _KANA):
        return _JAPANESE
    if _holds(text, _HAN):
        return _HAN_OF.get((translation.get_language() or "")[:2], _CHINESE)
    return _PLAIN


def _holds(text: str, ranges: Sequence[tuple[str, str]]) -> bool:
    return any(first <= character <= last for character in text for first, last in ranges)


@cache
def _register(name: str) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(name))


GREY = colors.HexColor("#5c6570")
RULE = colors.HexColor("#c9ced4")


def written(text: str, size: int, *, right: bool = False, colour: colors.Color = colors.black) -> Flowable:
    """A paragraph of plain text."""
    font = font_for(text)
    if font != _PLAIN:
        _register(font)
    style = ParagraphStyle(
        "text", fontName=font, fontSize=size, leading=size * 1.35, textColor=colour, wordWrap=None if font == _PLAIN else "CJK",
    )  # fmt: skip
    if right:
        style.alignment = TA_RIGHT
    return Paragraph(escape(text), style)


def printed(title: str, parts: Sequence[Flowable]) -> bytes:
    """The page as a file."""
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=18 * mm, bottomMargin=18 * mm, title=title,
        author=Company.get().name,
    )  # fmt: skip
    document.build(list(parts))
    return buffer.getvalue()

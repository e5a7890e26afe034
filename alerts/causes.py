"""The causes that the program brings along, named in the reader's language."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from crm.base.text import StrPromise

BUILT_IN: dict[str, str | StrPromise] = {
    "CASH": pgettext_lazy("cause of a warning", "short of cash"),
    "DISPUTE": pgettext_lazy("cause of a warning", "disputed invoice or delivery"),
    "UNWILLING": pgettext_lazy("cause of a warning", "able to pay, but does not want to"),
    "COMPETITOR": pgettext_lazy("cause of a warning", "buys from a competitor"),
    "PRICE": pgettext_lazy("cause of a warning", "price or terms no longer fit"),
    "SERVICE": pgettext_lazy("cause of a warning", "our service or delivery let the dealer down"),
    "QUALITY": pgettext_lazy("cause of a warning", "quality of our products"),
    "NEGLECT": pgettext_lazy("cause of a warning", "we looked after the dealer too little"),
    "PEOPLE": pgettext_lazy("cause of a warning", "people left or changed, at the dealer's or ours"),
    "DEMAND": pgettext_lazy("cause of a warning", "the local market is weak"),
    "SEASON": pgettext_lazy("cause of a warning", "season or holidays"),
    "OVERLOADED": pgettext_lazy("cause of a warning", "more was sold in than the dealer can sell on"),
    "OUT_OF_STOCK": pgettext_lazy("cause of a warning", "we could not deliver"),
    "OWNER": pgettext_lazy("cause of a warning", "the owner's health, family or plans"),
    "PAPERWORK": pgettext_lazy("cause of a warning", "nobody took care of the papers"),
    "DATA": pgettext_lazy("cause of a warning", "the data were wrong or late"),
    "OTHER": pgettext_lazy("cause of a warning", "something else"),
}


def label_of(code: str) -> str:
    """The name of a cause that the program brings along; its code when it is none."""
    return str(BUILT_IN.get(code, code))

"""Texts made of several: lists and runs of sentences as the reader's language writes them; the type of a lazy text."""

from collections.abc import Iterable
from functools import reduce
from typing import TYPE_CHECKING

from django.utils.translation import pgettext

if TYPE_CHECKING:
    # Only the type stubs know this class.
    from django.utils.functional import _StrPromise as StrPromise
else:
    from django.utils.functional import Promise as StrPromise

__all__ = ["StrPromise", "joined", "labelled", "list_separator", "run_on"]


def list_separator() -> str:
    return pgettext("between the items of a list", ", ")


def joined(items: Iterable[object]) -> str:
    """`a, b, c`; empty for nothing."""
    return list_separator().join(map(str, items))


def labelled(label: object, text: object) -> str:
    """`label: text`."""
    return pgettext("a label and what stands behind it", "%(label)s: %(text)s") % {"label": label, "text": text}


def run_on(sentences: Iterable[object]) -> str:
    """Whole sentences one after the other; empty ones are left out. Chinese and Japanese set no space between them."""
    pattern = pgettext("two whole sentences, one after the other", "%(first)s %(second)s")
    texts = [text for sentence in sentences if (text := str(sentence))]
    return reduce(lambda first, second: pattern % {"first": first, "second": second}, texts) if texts else ""

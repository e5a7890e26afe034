"""What a query has found in a text: the letters that match, however they are written.

Each character of the shown text is folded by itself, so that a hit in the folded text leads back to the letters shown;
Chinese characters also match by their readings, in full or by initials, and Korean syllables by their first consonants.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from html import escape
from unicodedata import normalize

from dealers.folding import fold_character, initials_of_hangul, is_han, is_initial_jamo, readings
from dealers.search import Term

Span = tuple[int, int]

_WITHOUT_SIGNS = {code: " " if chr(code).isspace() else None for code in range(128) if not chr(code).isalnum()}


def highlighted(text: str, terms: Sequence[Term]) -> str:
    """The text as HTML with <mark> around every hit; merely escaped when nothing matches."""
    if not text:
        return ""
    spans = merged([span for term in terms for wanted in term.all for span in spans_of(text, wanted)])
    if not spans:
        return escape(text)
    shown = _shown(text).text
    parts = []
    done = 0
    for start, end in spans:
        parts.append(f"{escape(shown[done:start])}<mark>{escape(shown[start:end])}</mark>")
        done = end
    return "".join(parts) + escape(shown[done:])


def finds(text: str, term: Term) -> bool:
    """Whether the term is seen in the text."""
    return any(spans_of(text, wanted) for wanted in term.all)


def merged(spans: Sequence[Span]) -> list[Span]:
    """In order and without overlaps."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def spans_of(text: str, wanted: str) -> list[Span]:
    """Where the folded word is in the text as it is shown: by spelling, else by reading. Half-open, in characters."""
    shown = _shown(text)
    return shown.spelt(wanted) or shown.read_aloud(wanted) or shown.by_consonants(wanted)


class _Shown:
    """A text taken apart once for all words that are looked for in it; what only few words need, when one does."""

    def __init__(self, text: str) -> None:
        self.text = normalize("NFC", text)
        self.is_ascii = text.isascii()
        # Signs are not searched for, so that obrien is found in O'Brien; a space parts words.
        if self.is_ascii:
            self.searched = text.lower().translate(_WITHOUT_SIGNS)
        else:
            self.searched = "".join(map(_letters, self.text))

    @cached_property
    def _places(self) -> list[int]:
        """Which character shown each letter searched belongs to."""
        return [place for place, character in enumerate(self.text) for _letter in _letters(character)]

    def spelt(self, wanted: str) -> list[Span]:
        searched = self.searched
        at = searched.find(wanted)
        spans = []
        while at >= 0:
            # One or two letters are looked for where words begin only, as in the index.
            if len(wanted) > 2 or not wanted.isascii() or at == 0 or searched[at - 1] == " ":
                spans.append((self._places[at], self._places[at + len(wanted) - 1] + 1))
            at = searched.find(wanted, at + len(wanted))
        return spans

    @cached_property
    def _aloud(self) -> tuple[tuple[int, ...], tuple[tuple[str, ...], ...], tuple[str, ...]]:
        """Of the Chinese characters: where they are, their readings, and the letters that these begin with."""
        places = tuple(place for place, character in enumerate(self.text) if is_han(character))
        syllables = readings("".join(self.text[place] for place in places)) if places else ()
        return places, syllables, tuple("".join({reading[:1] for reading in each}) for each in syllables)

    def read_aloud(self, wanted: str) -> list[Span]:
        """In Chinese characters, by pinyin in full or initials. The first place that reads so."""
        if self.is_ascii or not wanted.isascii():
            return []
        places, syllables, first_letters = self._aloud
        for first, letters in enumerate(first_letters):
            if wanted[0] not in letters:
                continue
            for initials in (True, False):
                if (last := _reads(syllables, first, wanted, initials=initials)) is not None:
                    return [(places[first], places[last] + 1)]
        return []

    def by_consonants(self, wanted: str) -> list[Span]:
        if self.is_ascii or not is_initial_jamo(wanted[0]):
            return []
        places = [place for place, character in enumerate(self.text) if "가" <= character <= "힣"]
        at = "".join(initials_of_hangul(fold_character(self.text[place])) for place in places).find(wanted)
        return [(places[at], places[at + len(wanted) - 1] + 1)] if at >= 0 and places else []


# A page looks for each word in two hundred texts, in each of them several times; who sells most is found again and again.
_shown = lru_cache(maxsize=16384)(_Shown)


@lru_cache(maxsize=16384)
def _letters(character: str) -> str:
    """What is searched of one character shown."""
    folded = fold_character(character)
    return "".join(
        letter if letter.isalnum() or letter == "ー" else " "
        for letter in folded
        if letter.isalnum() or letter == "ー" or letter.isspace()
    )


def _reads(syllables: Sequence[Sequence[str]], first: int, rest: str, *, initials: bool) -> int | None:
    """The last syllable that the word reaches when it is read from `first`; `None` when it reads otherwise."""
    if first >= len(syllables):
        return None
    for reading in syllables[first]:
        spoken = reading[:1] if initials else reading
        if spoken.startswith(rest):
            return first
        if spoken and rest.startswith(spoken):
            last = _reads(syllables, first + 1, rest[len(spoken) :], initials=initials)
            if last is not None:
                return last
    return None

"""Typed values out of a message's JSON. Every fault is collected by where it stands, so that one answer names them all."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from visits.sync.refusals import Invalid

T = TypeVar("T")
# Rows of one kind in one message: far more than a visit brings, far fewer than would hurt.
MOST_ROWS = 200


class Reader:
    """Reads the members of one JSON object. A value that cannot be is noted as a fault and read as its `default`.

    `done()` raises Invalid when anything was noted, here or in the objects that `rows` opened.
    """

    def __init__(self, data: object, path: str = "", faults: dict[str, str] | None = None) -> None:
        self.data: Mapping[str, Any] = data if isinstance(data, dict) else {}
        self.path = path
        self.faults: dict[str, str] = {} if faults is None else faults
        if not isinstance(data, dict):
            self.fault("", _("Something is missing here."))

    def fault(self, name: str, text: str) -> None:
        self.faults[f"{self.path}.{name}".strip(".")] = str(text)

    def done(self) -> None:
        if self.faults:
            raise Invalid(_("Something in it cannot be. Correct it and send it again."), fields=self.faults)

    def has(self, name: str) -> bool:
        return name in self.data

    def _read(self, name: str, default: T, need: bool, parse: Callable[[Any], T]) -> T:
        value = self.data.get(name)
        if value is None or value == "":
            if need:
                self.fault(name, _("This is needed."))
            return default
        try:
            return parse(value)
        except (ValueError, TypeError, ArithmeticError, InvalidOperation) as error:
            self.fault(name, str(error) or _("This cannot be."))
            return default

    def text(self, name: str, most: int, *, need: bool = False) -> str:
        """Without spaces around it; longer than `most` characters is a fault, never cut."""

        def parse(value: Any) -> str:
            if not isinstance(value, str):
                raise ValueError(_("This should be text."))
            text = value.replace("\x00", "").strip()
            if len(text) > most:
                raise ValueError(_("At most %(most)s characters.") % {"most": most})
            if need and not text:
                raise ValueError(_("This is needed."))
            return text

        return self._read(name, "", need, parse)

    def choice(self, name: str, choices: Any, *, need: bool = False, default: str = "") -> str:
        def parse(value: Any) -> str:
            if value not in choices.values:
                raise ValueError(_("There is no such choice."))
            return str(value)

        return self._read(name, default, need, parse)

    def whole(self, name: str, least: int, most: int, *, need: bool = False) -> int | None:
        def parse(value: Any) -> int:
            number = Decimal(str(value))
            if number != int(number) or not least <= number <= most:
                raise ValueError(_("A whole number from %(least)s to %(most)s.") % {"least": least, "most": most})
            return int(number)

        return self._read(name, None, need, parse)

    def decimal(
        self, name: str, digits: int, *, above: int | None = None, need: bool = False, whole_digits: int = 12
    ) -> Decimal | None:
        """At least 0, or above `above`; with at most `digits` after the point."""

        def parse(value: Any) -> Decimal:
            number = Decimal(str(value))
            if not number.is_finite() or number < 0 or (above is not None and number <= above):
                raise ValueError(_("This number cannot be."))
            if number >= Decimal(10) ** whole_digits:
                raise ValueError(_("This number is too large."))
            if number != number.quantize(Decimal(1).scaleb(-digits)):
                raise ValueError(_("At most %(digits)s digits after the point.") % {"digits": digits})
            return number

        return self._read(name, None, need, parse)

    def real(self, name: str, least: float, most: float, *, need: bool = False) -> float | None:
        def parse(value: Any) -> float:
            number = float(value)
            if not least <= number <= most:
                raise ValueError(_("This number cannot be."))
            return number

        return self._read(name, None, need, parse)

    def yes(self, name: str) -> bool:
        return self.data.get(name) is True

    def day(self, name: str, *, need: bool = False) -> dt.date | None:
        def parse(value: Any) -> dt.date:
            day = parse_date(str(value))
            if day is None or not 2000 <= day.year <= 2100:
                raise ValueError(_("This is no date."))
            return day

        return self._read(name, None, need, parse)

    def moment(self, name: str, *, need: bool = False) -> dt.datetime | None:
        """With its offset from UTC."""

        def parse(value: Any) -> dt.datetime:
            moment = parse_datetime(str(value))
            if moment is None or moment.tzinfo is None or not 2000 <= moment.year <= 2100:
                raise ValueError(_("This is no moment."))
            return moment

        return self._read(name, None, need, parse)

    def key(self, name: str) -> uuid.UUID:
        return self._read(name, uuid.UUID(int=0), True, lambda value: uuid.UUID(str(value)))

    def optional_key(self, name: str) -> uuid.UUID | None:
        return self._read(name, None, False, lambda value: uuid.UUID(str(value)))

    def texts(self, name: str, most: int) -> dict[str, str]:
        """An object from keys to texts; empty ones are left out."""
        value = self.data.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict) or len(value) > MOST_ROWS:
            self.fault(name, _("This cannot be."))
            return {}
        inner = Reader(value, f"{self.path}.{name}".strip("."), self.faults)
        return {str(key)[:60]: text for key in value if (text := inner.text(key, most))}

    def within(self, name: str) -> Reader:
        """The object of this name; empty when there is none."""
        return Reader(self.data.get(name) or {}, f"{self.path}.{name}".strip("."), self.faults)

    def rows(self, name: str) -> Iterator[Reader]:
        """A reader for each object of the list."""
        value = self.data.get(name) or []
        if not isinstance(value, list) or len(value) > MOST_ROWS:
            self.fault(name, _("This cannot be."))
            return
        for index, row in enumerate(value):
            yield Reader(row, f"{self.path}.{name}.{index}".strip("."), self.faults)

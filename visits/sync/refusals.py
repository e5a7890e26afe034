"""Why a message of a phone was not carried out. The phone keeps what was written and shows why."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """`status` is the answer's; `code` tells the phone what to offer; `text` tells the person; `more` stands beside."""

    status = 422
    code = "invalid"

    def __init__(self, text: str, **more: Any) -> None:
        super().__init__(text)
        self.text = str(text)
        self.more = more

    def answer(self) -> dict[str, Any]:
        return {"code": self.code, "text": self.text, **self.more}


class Invalid(Refused):
    """Something in it cannot be; `fields` says what is wrong with which."""


class NotYours(Refused):
    """The visit, the dealer or the message belongs to somebody else."""

    status = 403
    code = "not_yours"


class KeyUsed(Refused):
    """The key was used before, for another message."""

    status = 409
    code = "key_used"


class Conflict(Refused):
    """Somebody else changed the same fields meanwhile: `fields` holds both values of each, `version` what was met."""

    status = 409
    code = "conflict"


class NotThereYet(Refused):
    """What it belongs to has not arrived: to be sent again later."""

    status = 425
    code = "not_yet"

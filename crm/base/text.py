"""The type of a text that may be translated later."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Only the type stubs know this class.
    from django.utils.functional import _StrPromise as StrPromise
else:
    from django.utils.functional import Promise as StrPromise

__all__ = ["StrPromise"]

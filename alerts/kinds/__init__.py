"""The kinds of warnings: a registry that each app fills with those whose figures it owns.

    from alerts.kinds import Kind, Listed, register
    register(Kind("satisfaction", 18, _("Satisfaction"), ...))

alerts.kinds.kind says what a kind is. An app below `alerts` may call `register` from its own `AppConfig.ready` by
importing it there, not at the head of a module.
"""

from __future__ import annotations

from alerts.kinds.kind import Kind

_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind; a second one with the same code replaces the first. Raises ValueError for a place that is taken."""
    taken = next((each for each in _kinds.values() if each.place == kind.place and each.code != kind.code), None)
    if taken is not None:
        raise ValueError(f"{kind.code}: place {kind.place} is {taken.code}'s")
    _kinds[kind.code] = kind


def registered() -> list[Kind]:
    """All kinds, in the order in which people read them."""
    return sorted(_kinds.values(), key=lambda kind: kind.place)


def get(code: str) -> Kind | None:
    """None for a kind that is no longer there."""
    return _kinds.get(code)


def label_of(code: str) -> str:
    """The kind's name for a reader; its code when it is no longer there."""
    kind = _kinds.get(code)
    return str(kind.label) if kind else code

"""The back office of promotions, a module a subject."""

from promotions.admin import promotions, rebates

__all__ = ["promotions", "rebates"]

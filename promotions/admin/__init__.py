"""The back office of promotions, a module a subject."""

from promotions.admin import promotions, rebates, support

__all__ = ["promotions", "rebates", "support"]

"""The back office of promotions, a module a subject."""

from promotions.admin import profit, promotions, rebates, support

__all__ = ["profit", "promotions", "rebates", "support"]

"""The sheets of sales: what is sold, to whom, what is owed, in stock and planned. One module a subject."""

from sales.importers import catalogue, credit, records, targets

__all__ = ["catalogue", "credit", "records", "targets"]

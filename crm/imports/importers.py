"""The sheets of what lies below this app: territories, users, who works where."""

from crm.imports import people

__all__ = ["people"]

"""Conditions that Django does not have."""

from __future__ import annotations

from typing import Any

from django.db.models import Lookup

from crm.base.prepared import array


class AnyOf(Lookup):
    """`AnyOf(F("territory"), ids)`: like `territory__in=ids`, but the ids, whole numbers, go to the database as one array.

    Five hundred of them then cost what one does; `__in` prepares, names and checks each by itself.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::bigint[])", (*params, array(self.rhs))

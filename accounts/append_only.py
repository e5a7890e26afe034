"""History that cannot be emptied.

The triggers of django-pghistory refuse UPDATE and DELETE on event rows; these refuse TRUNCATE, which row triggers do not
see. They hold for the tables' owner, too. A test database, whose tables are emptied between tests, opens the door for
its own transaction by `SET LOCAL audit.truncation = 'allowed'`.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import connections, models

_FUNCTION = """
    CREATE OR REPLACE FUNCTION refuse_truncation_of_history() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_setting('audit.truncation', true) IS DISTINCT FROM 'allowed' THEN
            RAISE EXCEPTION 'History can only be added to: % cannot be truncated', TG_TABLE_NAME;
        END IF;
        RETURN NULL;
    END $$
"""


def event_models() -> Iterator[type[models.Model]]:
    """The tables of history, one a tracked model."""
    return (model for model in apps.get_models() if hasattr(model, "pgh_tracked_model"))


def refuse_truncation(*, using: str, **_signal: object) -> None:
    """Put the trigger on every table of history that exists; after each `migrate`."""
    connection = connections[using]
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        cursor.execute(_FUNCTION)
        for model in event_models():
            table = model._meta.db_table
            if table in existing:
                quoted = connection.ops.quote_name(table)
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER history_is_kept BEFORE TRUNCATE ON {quoted}"
                    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncation_of_history()"
                )

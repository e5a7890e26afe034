# An index of the dealers' words calls it, so it is there before the tables.

from django.db import migrations

KEYS_IN = """
    CREATE FUNCTION dealers_keys_in(territory_id bigint, keys text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT coalesce(array_agg(territory_id::text || ':' || key), '{}') FROM unnest(keys) AS key $$
"""


class Migration(migrations.Migration):
    dependencies = [("base", "0002_initial")]
    operations = [migrations.RunSQL(KEYS_IN, "DROP FUNCTION dealers_keys_in")]

# Searches for one word are most of all searches. They take one condition, whose plan can be made once a connection;
# planning each band anew took longer than most of them. And the map's index tells who is inside without the dealers.

from importlib import import_module

from django.contrib.postgres.indexes import GistIndex
from django.db import migrations, models

_SMALL_BANDS = (-1, 0, 1)
_BANDS = (*_SMALL_BANDS, 2, 3)

# Hundreds of territories are hashed so; as a list of constants the planner would weigh each by itself.
_HERE = "(s.territory_id IN (SELECT unnest(territories))) IS TRUE"

_IN_BAND = """
                SELECT coalesce(array_agg(f.dealer_id), '{{}}') INTO these FROM (
                    SELECT s.dealer_id FROM dealers_dealersearch s
                     WHERE s.band = {band} AND {condition} AND (territories IS NULL OR {here})
                     LIMIT at_most) AS f;"""

_UNDECIDED = """
                IF undecided AND number < size THEN
                    SELECT coalesce(array_agg(f.dealer_id) FILTER (WHERE f.here), '{{}}'), count(*) INTO these, looked_at
                      FROM (SELECT s.dealer_id, {here} AS here
                              FROM dealers_dealersearch s WHERE s.band = {band} AND {condition}) AS f;
                    looked_at_in_all := looked_at_in_all + looked_at;
                ELSE"""

_NARROW = """
                IF narrow THEN
                    SELECT coalesce(array_agg(f.dealer_id), '{{}}') INTO these FROM (
                        SELECT s.dealer_id FROM dealers_dealersearch s
                         WHERE s.band = {band} AND dealers_keys_in(s.territory_id, s.keys) && narrowed
                         LIMIT at_most) AS f;
                ELSE"""

_FUNCTION = r"""
    CREATE FUNCTION {name}(
        wanted text,
        territories bigint[],   -- null for all
        size int,               -- whole bands are read until there are so many; then dealers are only counted
        most int,               -- until there are so many
        OUT ids bigint[], OUT number int
    )
    LANGUAGE plpgsql STABLE
    -- As in dealers_found; and no plan depends on the word.
    SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off SET jit = off
    SET max_parallel_workers_per_gather = 0 SET plan_cache_mode = force_generic_plan
    AS $$
    DECLARE
        in_band int;
        these bigint[];
        looked_at int;
        looked_at_in_all int := 0;
        narrow boolean := {may_be_narrow} AND coalesce(cardinality(territories) <= 16, false);
        undecided boolean := {may_be_narrow} AND NOT narrow AND territories IS NOT NULL;
        narrowed text[];
        at_most bigint;
    BEGIN
        ids := '{{}}';
        number := 0;
        FOREACH in_band IN ARRAY ARRAY[{bands}] LOOP
            -- What the small bands hold tells by which index it is less work, see dealers_found.
            IF undecided AND in_band NOT IN ({small_bands}) AND looked_at_in_all > 0 THEN
                narrow := 10 * number + 10 < looked_at_in_all
                          * least(1, (most - number) / greatest(64.0 * number, 1));
                undecided := false;
            END IF;
            IF narrow AND narrowed IS NULL THEN
                narrowed := ARRAY(SELECT territory::text || ':' || wanted FROM unnest(territories) AS territory);
            END IF;
            at_most := CASE WHEN number >= size THEN greatest(most - number, 0) END;
            CASE in_band {cases}
            END CASE;
            IF number < size THEN
                ids := ids || these;
            END IF;
            number := number + cardinality(these);
            EXIT WHEN number >= most AND number >= size;
        END LOOP;
    END $$
"""


def _of_band(band: int, condition: str, *, may_be_narrow: bool) -> str:
    parts, ends = [f"\n            WHEN {band} THEN"], 0
    if may_be_narrow:
        parts.append(_NARROW)
        ends += 1
        if band in _SMALL_BANDS:
            parts.append(_UNDECIDED)
            ends += 1
    parts += [_IN_BAND, "\n                END IF;" * ends]
    return "".join(parts).format(band=band, condition=condition, here=_HERE)


def _function(name: str, condition: str, *, may_be_narrow: bool) -> str:
    return _FUNCTION.format(
        name=name,
        may_be_narrow=str(may_be_narrow).lower(),
        bands=", ".join(map(str, _BANDS)),
        small_bands=", ".join(map(str, _SMALL_BANDS)),
        cases="".join(_of_band(band, condition, may_be_narrow=may_be_narrow) for band in _BANDS),
    )


BY_KEY = _function("dealers_found_by_key", "s.keys @> ARRAY[wanted]", may_be_narrow=True)
BY_TEXT = _function("dealers_found_by_text", "s.text LIKE '%' || wanted || '%'", may_be_narrow=False)

FOUND = import_module("dealers.migrations.0005_band_of_the_largest").FOUND
FOUND_HASHED = FOUND.replace(
    "here := format('s.territory_id = ANY (%L::bigint[])', territories)",
    "here := format('(s.territory_id IN (SELECT unnest(%L::bigint[]))) IS TRUE', territories)",
)


class Migration(migrations.Migration):
    dependencies = [("dealers", "0006_business_scope_by_language")]
    operations = [
        migrations.RunSQL(BY_KEY, "DROP FUNCTION dealers_found_by_key"),
        migrations.RunSQL(BY_TEXT, "DROP FUNCTION dealers_found_by_text"),
        migrations.RunSQL(FOUND_HASHED, FOUND),
        migrations.RemoveIndex(model_name="dealer", name="dealer_on_map"),
        migrations.AddIndex(
            model_name="dealer",
            index=GistIndex(
                models.Func("longitude", "latitude", function="point"),
                condition=models.Q(("deleted_at", None), ("latitude__isnull", False)),
                include=("id", "territory", "longitude", "latitude"),
                name="dealer_on_map",
            ),
        ),
    ]

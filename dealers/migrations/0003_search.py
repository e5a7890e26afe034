# How dealers are found: docs of the arguments beside each.

from django.db import migrations

# The conditions are written out for each search: which indexes serve them depends on the words themselves.
FOUND = r"""
    CREATE FUNCTION dealers_found(
        wanted_keys text[],     -- every one is to be among the keys
        wanted_texts text[],    -- of every one, some line is to be in the text
        territories bigint[],   -- null for all
        bands int[],            -- in this order
        size int,               -- whole bands are read until there are so many; then dealers are only counted
        most int,               -- until there are so many
        beyond_sales numeric,   -- in the first band only those who stand beyond these sales and this id; null for all
        beyond_id bigint,
        backwards boolean
    ) RETURNS TABLE (dealer_id bigint, counted boolean)
    LANGUAGE plpgsql STABLE
    -- How often words occur together, or in somebody's territories, the planner cannot know; what it took for frequent
    -- it would look for row by row.
    SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off SET jit = off
    SET max_parallel_workers_per_gather = 0
    AS $$
    DECLARE
        everywhere text := '';
        here text := 'true';
        by_territory text := '';
        texts text := '';
        beyond text;
        wanted text;
        in_band int;
        ids bigint[];
        looked_at int;
        looked_at_in_all int := 0;
        number int := 0;
        narrow boolean := coalesce(cardinality(territories) <= 16, false);
        undecided boolean := NOT narrow AND territories IS NOT NULL;
    BEGIN
        IF wanted_keys <> '{}' THEN
            everywhere := format(' AND s.keys @> %L::text[]', wanted_keys);
        END IF;
        IF territories IS NOT NULL THEN
            here := format('s.territory_id = ANY (%L::bigint[])', territories);
        END IF;
        FOREACH wanted IN ARRAY wanted_texts LOOP
            texts := texts || ' AND (' || (
                SELECT string_agg(format('s.text LIKE %L', '%' || piece || '%'), ' OR ')
                  FROM string_to_table(wanted, E'\n') AS piece) || ')';
        END LOOP;
        FOREACH in_band IN ARRAY bands LOOP
            -- By the index of territories, each hit costs what ten cost by the index of everything, where those of other
            -- territories are passed over. What the small bands hold tells which is less; without keys only one will do.
            IF undecided AND in_band NOT IN (0, 1) AND looked_at_in_all > 0 THEN
                narrow := 10 * number + 10 < looked_at_in_all
                          * least(1, (most - number) / greatest(64.0 * number, 1));
                undecided := false;
            END IF;
            narrow := narrow AND wanted_keys <> '{}';
            IF narrow AND by_territory = '' THEN
                FOREACH wanted IN ARRAY wanted_keys LOOP
                    by_territory := by_territory || format(
                        ' AND dealers_keys_in(s.territory_id, s.keys) && %L::text[]',
                        ARRAY(SELECT territory::text || ':' || wanted FROM unnest(territories) AS territory));
                END LOOP;
            END IF;
            beyond := '';
            IF in_band = bands[1] AND beyond_id IS NOT NULL THEN
                beyond := format(
                    ' AND EXISTS (SELECT FROM dealers_dealer d WHERE d.id = s.dealer_id'
                    ' AND (d.sales_12m, d.id) %s (%L::numeric, %L::bigint))',
                    CASE WHEN backwards THEN '>' ELSE '<' END, beyond_sales, beyond_id);
            END IF;
            IF undecided AND in_band IN (0, 1) AND number < size THEN
                EXECUTE format(
                    'SELECT coalesce(array_agg(s.dealer_id) FILTER (WHERE %s), ''{}''), count(*)'
                    '  FROM dealers_dealersearch s WHERE s.band = %s%s%s%s',
                    here, in_band, everywhere, texts, beyond) INTO ids, looked_at;
                looked_at_in_all := looked_at_in_all + looked_at;
            ELSE
                -- The few of the territories are found by their keys alone: to compare one row's keys with those of
                -- hundreds of territories takes long.
                EXECUTE format(
                    'SELECT coalesce(array_agg(f.dealer_id), ''{}'') FROM (SELECT s.dealer_id FROM ('
                    'SELECT s.dealer_id, s.text FROM dealers_dealersearch s WHERE s.band = %s%s%s) AS s WHERE true%s%s%s) AS f',
                    in_band, CASE WHEN narrow THEN by_territory ELSE everywhere || ' AND ' || here END,
                    CASE WHEN narrow THEN ' OFFSET 0' ELSE '' END, texts, beyond,
                    CASE WHEN number >= size THEN format(' LIMIT %s', greatest(most - number, 0)) ELSE '' END) INTO ids;
            END IF;
            RETURN QUERY SELECT found.id, number >= size FROM unnest(ids) AS found (id);
            number := number + cardinality(ids);
            EXIT WHEN number >= most AND number >= size;
        END LOOP;
    END $$
"""


class Migration(migrations.Migration):
    dependencies = [("dealers", "0002_initial")]
    operations = [migrations.RunSQL(FOUND, "DROP FUNCTION dealers_found")]

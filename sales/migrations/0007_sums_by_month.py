# Sums by dealer and month become one table a month, as the records are, and the figures a part that can be replaced.

from django.db import migrations

SUMS = """
ALTER TABLE sales_dealermonth RENAME TO sales_dealermonth_old;
ALTER TABLE sales_dealermonth_old RENAME CONSTRAINT sales_dealermonth_pkey TO sales_dealermonth_old_pkey;
CREATE TABLE sales_dealermonth (
    dealer_id   bigint      NOT NULL,
    quantity_e3 bigint      NOT NULL,
    amount_e4   bigint      NOT NULL,
    month       date        NOT NULL,
    last_on     date,
    records     integer     NOT NULL,
    kind        varchar(12) NOT NULL COLLATE "C",
    -- The key carries the figures, so that sums over dealers and months read the index alone.
    CONSTRAINT sales_dealermonth_pkey PRIMARY KEY (dealer_id, kind, month) INCLUDE (quantity_e3, amount_e4)
) PARTITION BY RANGE (month);
DO $$
DECLARE
    month date;
    part  text;
BEGIN
    FOR month IN
        SELECT o.month FROM sales_dealermonth_old o GROUP BY o.month
         UNION
        SELECT to_date(right(c.relname, 7), 'YYYY_MM')
          FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         WHERE i.inhparent = 'sales_salesrecord'::regclass
         ORDER BY 1
    LOOP
        part := 'sales_dealermonth_' || to_char(month, 'YYYY_MM');
        EXECUTE format(
            'CREATE TABLE %1$I AS SELECT dealer_id, quantity_e3, amount_e4, month, last_on, records, kind'
            '  FROM sales_dealermonth_old WHERE month = %2$L ORDER BY dealer_id', part, month);
        EXECUTE format(
            'ALTER TABLE %1$I ALTER dealer_id SET NOT NULL, ALTER quantity_e3 SET NOT NULL, ALTER amount_e4 SET NOT NULL,'
            ' ALTER month SET NOT NULL, ALTER records SET NOT NULL, ALTER kind SET NOT NULL', part);
        EXECUTE format(
            'ALTER TABLE sales_dealermonth ATTACH PARTITION %1$I FOR VALUES FROM (%2$L) TO (%3$L)',
            part, month, (month + interval '1 month')::date);
    END LOOP;
END $$;
DROP TABLE sales_dealermonth_old;
"""
SUMS_IN_ONE = """
CREATE TABLE sales_dealermonth_old AS
SELECT dealer_id, kind, month, quantity_e3, amount_e4, records, last_on FROM sales_dealermonth;
DROP TABLE sales_dealermonth;
ALTER TABLE sales_dealermonth_old RENAME TO sales_dealermonth;
ALTER TABLE sales_dealermonth
    ALTER dealer_id SET NOT NULL, ALTER kind SET NOT NULL, ALTER month SET NOT NULL, ALTER quantity_e3 SET NOT NULL,
    ALTER amount_e4 SET NOT NULL, ALTER records SET NOT NULL,
    ADD CONSTRAINT sales_dealermonth_pkey PRIMARY KEY (dealer_id, kind, month) INCLUDE (quantity_e3, amount_e4);
CREATE INDEX dealermonth_by_month ON sales_dealermonth USING brin (month);
"""

FIGURES = """
ALTER TABLE sales_dealerfigures RENAME TO sales_dealerfigures_all;
ALTER TABLE sales_dealerfigures_all RENAME CONSTRAINT sales_dealerfigures_pkey TO sales_dealerfigures_all_pkey;
ALTER INDEX figures_rank RENAME TO sales_dealerfigures_all_rank;
CREATE TABLE sales_dealerfigures (
    LIKE sales_dealerfigures_all INCLUDING DEFAULTS,
    CONSTRAINT sales_dealerfigures_pkey PRIMARY KEY (dealer_id)
) PARTITION BY RANGE (dealer_id);
CREATE INDEX figures_rank ON sales_dealerfigures (kind, quantity_e3 DESC) WHERE trading;
ALTER TABLE sales_dealerfigures ATTACH PARTITION sales_dealerfigures_all FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
ANALYZE sales_dealerfigures;
"""
FIGURES_IN_ONE = """
ALTER TABLE sales_dealerfigures DETACH PARTITION sales_dealerfigures_all;
DROP TABLE sales_dealerfigures;
ALTER TABLE sales_dealerfigures_all RENAME TO sales_dealerfigures;
DO $$
DECLARE
    key  text;
    rank text;
BEGIN
    SELECT conname INTO key FROM pg_constraint WHERE conrelid = 'sales_dealerfigures'::regclass AND contype = 'p';
    SELECT indexrelid::regclass::text INTO rank
      FROM pg_index WHERE indrelid = 'sales_dealerfigures'::regclass AND NOT indisprimary;
    EXECUTE format('ALTER TABLE sales_dealerfigures RENAME CONSTRAINT %I TO sales_dealerfigures_pkey', key);
    EXECUTE format('ALTER INDEX %s RENAME TO figures_rank', rank);
    ALTER TABLE sales_dealerfigures SET (fillfactor = 85);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0006_outflow_of_three_months")]
    operations = [migrations.RunSQL(SUMS, SUMS_IN_ONE), migrations.RunSQL(FIGURES, FIGURES_IN_ONE)]

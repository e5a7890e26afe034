# Tables in parts, keys that carry figures, and triggers over dealers: what Django's own operations cannot say.

from django.db import migrations

# Standing columns first: a row is as narrow as alignment allows. A sequence, as identity columns of partitioned tables
# need PostgreSQL 17. The primary key holds the partition key because PostgreSQL asks for it; Django knows `id` alone.
RECORDS = """
CREATE SEQUENCE sales_salesrecord_id_seq AS bigint;
CREATE TABLE sales_salesrecord (
    id          bigint         NOT NULL DEFAULT nextval('sales_salesrecord_id_seq'),
    dealer_id   bigint         NOT NULL,
    product_id  bigint,
    sold_by_id  bigint,
    import_run  bigint,
    "on"        date           NOT NULL,
    by_month    boolean        NOT NULL,
    kind        varchar(12)    NOT NULL COLLATE "C",
    quantity    numeric(14, 3) NOT NULL,
    amount      numeric(18, 4) NOT NULL,
    reference   varchar(80)    NOT NULL COLLATE "C",
    CONSTRAINT sales_salesrecord_pkey PRIMARY KEY (id, "on"),
    -- Dealer and day first: this index also serves the dealer's page of records.
    CONSTRAINT salesrecord_line_once UNIQUE NULLS NOT DISTINCT (dealer_id, "on", kind, product_id, reference),
    CONSTRAINT salesrecord_month_by_its_first_day CHECK (NOT by_month OR extract(day FROM "on") = 1),
    CONSTRAINT salesrecord_dealer_fk FOREIGN KEY (dealer_id) REFERENCES dealers_dealer (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT salesrecord_product_fk FOREIGN KEY (product_id) REFERENCES sales_product (id)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT salesrecord_sold_by_fk FOREIGN KEY (sold_by_id) REFERENCES accounts_user (id)
        DEFERRABLE INITIALLY DEFERRED
) PARTITION BY RANGE ("on");
ALTER SEQUENCE sales_salesrecord_id_seq OWNED BY sales_salesrecord.id;
-- Rows of one run lie together: a few pages find them again when an import is undone.
CREATE INDEX salesrecord_by_run ON sales_salesrecord USING brin (import_run) WITH (pages_per_range = 32);
"""

# One part a month, as the records.
SUMS = """
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
"""

TERRITORIES = """
ALTER TABLE sales_territorymonth DROP CONSTRAINT sales_territorymonth_pkey;
ALTER TABLE sales_territorymonth ADD CONSTRAINT sales_territorymonth_pkey
    PRIMARY KEY (territory_id, kind, month) INCLUDE (quantity_e3, amount_e4);
"""
TERRITORIES_PLAIN = """
ALTER TABLE sales_territorymonth DROP CONSTRAINT sales_territorymonth_pkey;
ALTER TABLE sales_territorymonth ADD CONSTRAINT sales_territorymonth_pkey PRIMARY KEY (territory_id, kind, month);
"""

# One part, which an import of very many dealers replaces. Rewritten every night here and there: room on the page keeps
# such updates off the indexes.
FIGURES = """
ALTER TABLE sales_dealerfigures SET (fillfactor = 85);
ALTER TABLE sales_dealerfigures RENAME TO sales_dealerfigures_all;
ALTER TABLE sales_dealerfigures_all RENAME CONSTRAINT sales_dealerfigures_pkey TO sales_dealerfigures_all_pkey;
ALTER INDEX figures_rank RENAME TO sales_dealerfigures_all_rank;
CREATE TABLE sales_dealerfigures (
    LIKE sales_dealerfigures_all INCLUDING DEFAULTS,
    CONSTRAINT sales_dealerfigures_pkey PRIMARY KEY (dealer_id)
) PARTITION BY RANGE (dealer_id);
CREATE INDEX figures_rank ON sales_dealerfigures (kind, quantity_e3 DESC) WHERE trading;
ALTER TABLE sales_dealerfigures ATTACH PARTITION sales_dealerfigures_all FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
"""
FIGURES_IN_ONE = """
ALTER TABLE sales_dealerfigures DETACH PARTITION sales_dealerfigures_all;
DROP TABLE sales_dealerfigures;
ALTER TABLE sales_dealerfigures_all RENAME TO sales_dealerfigures;
"""

# Figures hold a copy of what the rules ask about a dealer, so that the night need not read the wide row; sums by
# territory follow a dealer that moves. The list of statuses is that of dealers.choices.TRADING; a test compares them.
FOLLOW = """
CREATE FUNCTION sales_is_trading(status text, deleted_at timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT deleted_at IS NULL
       AND status IN ('TRIAL', 'ACTIVE', 'AT_RISK', 'SUSPENDED', 'RECOVERING', 'PHASE_OUT')
$$;

CREATE FUNCTION sales_dealers_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sales_dealerfigures (dealer_id, territory_id, kind, trading, in_bin, year)
    SELECT d.id, d.territory_id, d.kind, sales_is_trading(d.status, d.deleted_at), d.deleted_at IS NOT NULL,
           coalesce((SELECT s.year FROM sales_figuresstate s), 0)
      FROM added d;
    RETURN NULL;
END $$;
CREATE TRIGGER sales_dealers_added AFTER INSERT ON dealers_dealer
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION sales_dealers_added();

CREATE FUNCTION sales_dealer_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    territory_before bigint := CASE WHEN OLD.deleted_at IS NULL THEN OLD.territory_id END;
    territory_after  bigint := CASE WHEN NEW.deleted_at IS NULL THEN NEW.territory_id END;
BEGIN
    UPDATE sales_dealerfigures
       SET territory_id = NEW.territory_id, kind = NEW.kind, trading = sales_is_trading(NEW.status, NEW.deleted_at),
           in_bin = NEW.deleted_at IS NOT NULL
     WHERE dealer_id = NEW.id;
    IF territory_before IS DISTINCT FROM territory_after THEN
        INSERT INTO sales_territorymonth AS t (territory_id, kind, month, quantity_e3, amount_e4)
        SELECT side.territory_id, m.kind, m.month, side.sign * m.quantity_e3, side.sign * m.amount_e4
          FROM sales_dealermonth m,
               (VALUES (territory_before, -1), (territory_after, 1)) AS side (territory_id, sign)
         WHERE m.dealer_id = NEW.id AND side.territory_id IS NOT NULL
         ORDER BY 1, 2, 3
            ON CONFLICT (territory_id, kind, month) DO UPDATE
           SET quantity_e3 = t.quantity_e3 + excluded.quantity_e3, amount_e4 = t.amount_e4 + excluded.amount_e4;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER sales_dealer_changed AFTER UPDATE OF kind, status, territory_id, deleted_at ON dealers_dealer
    FOR EACH ROW
    WHEN ((OLD.kind, OLD.status, OLD.territory_id, OLD.deleted_at IS NULL)
          IS DISTINCT FROM (NEW.kind, NEW.status, NEW.territory_id, NEW.deleted_at IS NULL))
    EXECUTE FUNCTION sales_dealer_changed();

CREATE FUNCTION sales_dealers_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM sales_dealerfigures f USING removed d WHERE f.dealer_id = d.id;
    RETURN NULL;
END $$;
CREATE TRIGGER sales_dealers_removed AFTER DELETE ON dealers_dealer
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION sales_dealers_removed();
"""
UNFOLLOW = """
DROP TRIGGER sales_dealers_removed ON dealers_dealer;
DROP TRIGGER sales_dealer_changed ON dealers_dealer;
DROP TRIGGER sales_dealers_added ON dealers_dealer;
DROP FUNCTION sales_dealers_removed(), sales_dealer_changed(), sales_dealers_added();
DROP FUNCTION sales_is_trading(text, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("dealers", "0003_search"), ("sales", "0001_initial")]
    operations = [
        migrations.RunSQL(RECORDS, "DROP TABLE sales_salesrecord"),
        migrations.RunSQL(SUMS, "DROP TABLE sales_dealermonth"),
        migrations.RunSQL(TERRITORIES, TERRITORIES_PLAIN),
        migrations.RunSQL(FIGURES, FIGURES_IN_ONE),
        migrations.RunSQL(FOLLOW, UNFOLLOW),
    ]

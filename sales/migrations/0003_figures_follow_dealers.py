# Rollups: what Django's own operations cannot say.

from django.db import migrations

# The key carries the figures, so that sums over dealers and months read the index alone.
COVERING_KEYS = """
ALTER TABLE sales_dealermonth DROP CONSTRAINT sales_dealermonth_pkey;
ALTER TABLE sales_dealermonth ADD CONSTRAINT sales_dealermonth_pkey
    PRIMARY KEY (dealer_id, kind, month) INCLUDE (quantity_e3, amount_e4);
ALTER TABLE sales_territorymonth DROP CONSTRAINT sales_territorymonth_pkey;
ALTER TABLE sales_territorymonth ADD CONSTRAINT sales_territorymonth_pkey
    PRIMARY KEY (territory_id, kind, month) INCLUDE (quantity_e3, amount_e4);
-- The last months of all dealers, in 100 kB instead of 240 MB.
CREATE INDEX dealermonth_by_month ON sales_dealermonth USING brin (month);
-- Rewritten every night in part: room on the page keeps such updates off the indexes.
ALTER TABLE sales_dealerfigures SET (fillfactor = 85);
"""
PLAIN_KEYS = """
ALTER TABLE sales_dealerfigures RESET (fillfactor);
DROP INDEX dealermonth_by_month;
ALTER TABLE sales_territorymonth DROP CONSTRAINT sales_territorymonth_pkey;
ALTER TABLE sales_territorymonth ADD CONSTRAINT sales_territorymonth_pkey PRIMARY KEY (territory_id, kind, month);
ALTER TABLE sales_dealermonth DROP CONSTRAINT sales_dealermonth_pkey;
ALTER TABLE sales_dealermonth ADD CONSTRAINT sales_dealermonth_pkey PRIMARY KEY (dealer_id, kind, month);
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
    INSERT INTO sales_dealerfigures (dealer_id, territory_id, kind, trading, year)
    SELECT d.id, d.territory_id, d.kind, sales_is_trading(d.status, d.deleted_at),
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
       SET territory_id = NEW.territory_id, kind = NEW.kind, trading = sales_is_trading(NEW.status, NEW.deleted_at)
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

INSERT INTO sales_dealerfigures (dealer_id, territory_id, kind, trading)
SELECT d.id, d.territory_id, d.kind, sales_is_trading(d.status, d.deleted_at) FROM dealers_dealer d;
"""
UNFOLLOW = """
DROP TRIGGER sales_dealers_removed ON dealers_dealer;
DROP TRIGGER sales_dealer_changed ON dealers_dealer;
DROP TRIGGER sales_dealers_added ON dealers_dealer;
DROP FUNCTION sales_dealers_removed(), sales_dealer_changed(), sales_dealers_added();
DROP FUNCTION sales_is_trading(text, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0002_sales_records")]
    operations = [migrations.RunSQL(COVERING_KEYS, PLAIN_KEYS), migrations.RunSQL(FOLLOW, UNFOLLOW)]

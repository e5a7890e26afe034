# Triggers over tables of the apps below: cases follow a dealer that moves, and the night is told whom to measure anew.

from django.db import migrations

TERRITORY = """
CREATE FUNCTION alerts_cases_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE alerts_case SET territory_id = NEW.territory_id WHERE dealer_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER alerts_cases_follow AFTER UPDATE OF territory_id ON dealers_dealer
    FOR EACH ROW WHEN (OLD.territory_id IS DISTINCT FROM NEW.territory_id) EXECUTE FUNCTION alerts_cases_follow();
"""
TERRITORY_BACK = """
DROP TRIGGER alerts_cases_follow ON dealers_dealer;
DROP FUNCTION alerts_cases_follow();
"""

# What the figures of sales (sales_dealerfigures, visits_visitdue) do not carry along. Those two are compared by the
# transaction that last wrote a row; these tables are too wide or too large to be looked through each night.
TOUCHED = """
CREATE FUNCTION alerts_touch_itself() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO alerts_toucheddealer (dealer_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER alerts_touch AFTER UPDATE OF tier, completeness, verified_on, last_contact_on ON dealers_dealer
    FOR EACH ROW
    WHEN ((OLD.tier, OLD.completeness, OLD.verified_on, OLD.last_contact_on)
          IS DISTINCT FROM (NEW.tier, NEW.completeness, NEW.verified_on, NEW.last_contact_on))
    EXECUTE FUNCTION alerts_touch_itself();

CREATE FUNCTION alerts_touch_dealer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO alerts_toucheddealer (dealer_id) SELECT OLD.dealer_id WHERE OLD.dealer_id IS NOT NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO alerts_toucheddealer (dealer_id) SELECT NEW.dealer_id WHERE NEW.dealer_id IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER alerts_touch AFTER INSERT OR DELETE OR UPDATE OF credit_limit, credit_term_days, deposit
    ON dealers_creditprofile FOR EACH ROW EXECUTE FUNCTION alerts_touch_dealer();
CREATE TRIGGER alerts_touch AFTER INSERT OR DELETE OR UPDATE OF period_start, period_end, amount, quantity, kind, dealer_id
    ON sales_salestarget FOR EACH ROW EXECUTE FUNCTION alerts_touch_dealer();
-- Orders that are not delivered count for the exposure and for nothing else.
CREATE TRIGGER alerts_touch_new AFTER INSERT ON sales_receivable
    FOR EACH ROW WHEN (NEW.kind = 'ORDER') EXECUTE FUNCTION alerts_touch_dealer();
CREATE TRIGGER alerts_touch AFTER UPDATE OF open_amount, kind ON sales_receivable
    FOR EACH ROW WHEN ((OLD.kind = 'ORDER' OR NEW.kind = 'ORDER')
                       AND (OLD.open_amount, OLD.kind) IS DISTINCT FROM (NEW.open_amount, NEW.kind))
    EXECUTE FUNCTION alerts_touch_dealer();
CREATE TRIGGER alerts_touch_gone AFTER DELETE ON sales_receivable
    FOR EACH ROW WHEN (OLD.kind = 'ORDER') EXECUTE FUNCTION alerts_touch_dealer();
CREATE TRIGGER alerts_touch AFTER UPDATE OF aged_quantity ON sales_stockcount
    FOR EACH ROW WHEN (OLD.aged_quantity IS DISTINCT FROM NEW.aged_quantity) EXECUTE FUNCTION alerts_touch_dealer();
"""
TOUCHED_BACK = """
DROP TRIGGER alerts_touch ON sales_stockcount;
DROP TRIGGER alerts_touch_gone ON sales_receivable;
DROP TRIGGER alerts_touch ON sales_receivable;
DROP TRIGGER alerts_touch_new ON sales_receivable;
DROP TRIGGER alerts_touch ON sales_salestarget;
DROP TRIGGER alerts_touch ON dealers_creditprofile;
DROP FUNCTION alerts_touch_dealer();
DROP TRIGGER alerts_touch ON dealers_dealer;
DROP FUNCTION alerts_touch_itself();
"""

# Rewritten here and there every night: room on the page keeps such updates in place.
ROOM = "ALTER TABLE alerts_dealerstanding SET (fillfactor = 85)"
NO_ROOM = "ALTER TABLE alerts_dealerstanding RESET (fillfactor)"


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0001_initial'),
        ('sales', '0002_parts'),
    ]

    operations = [
        migrations.RunSQL(TERRITORY, TERRITORY_BACK),
        migrations.RunSQL(TOUCHED, TOUCHED_BACK),
        migrations.RunSQL(ROOM, NO_ROOM),
    ]

# Figures know which dealers lie in the bin, and months which of their days was the last with an order.

from django.db import migrations, models

FOLLOW = """
CREATE OR REPLACE FUNCTION sales_dealers_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sales_dealerfigures (dealer_id, territory_id, kind, trading, in_bin, year)
    SELECT d.id, d.territory_id, d.kind, sales_is_trading(d.status, d.deleted_at), d.deleted_at IS NOT NULL,
           coalesce((SELECT s.year FROM sales_figuresstate s), 0)
      FROM added d;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION sales_dealer_changed() RETURNS trigger LANGUAGE plpgsql AS $$
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

UPDATE sales_dealerfigures f SET in_bin = true
  FROM dealers_dealer d WHERE d.id = f.dealer_id AND d.deleted_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0003_figures_follow_dealers")]
    operations = [
        migrations.RenameField("dealermonth", "orders", "records"),
        migrations.AlterField("dealermonth", "records", models.IntegerField(verbose_name="records")),
        migrations.AlterField("dealermonth", "last_on", models.DateField(null=True, verbose_name="last order")),
        migrations.AddField("dealerfigures", "in_bin", models.BooleanField(db_default=False, default=False)),
        migrations.RunSQL(FOLLOW, migrations.RunSQL.noop),
    ]

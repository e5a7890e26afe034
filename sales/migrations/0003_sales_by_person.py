# Sums by person and month, filled from the records, and a dealer that moves takes its part of them along.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEY = """
ALTER TABLE sales_personmonth DROP CONSTRAINT sales_personmonth_pkey;
ALTER TABLE sales_personmonth ADD CONSTRAINT sales_personmonth_pkey
    PRIMARY KEY (sold_by_id, kind, month, territory_id) INCLUDE (amount_e4);
"""
KEY_PLAIN = """
ALTER TABLE sales_personmonth DROP CONSTRAINT sales_personmonth_pkey;
ALTER TABLE sales_personmonth ADD CONSTRAINT sales_personmonth_pkey
    PRIMARY KEY (sold_by_id, kind, month, territory_id);
"""

FILL = """
INSERT INTO sales_personmonth (sold_by_id, kind, month, territory_id, quantity_e3, amount_e4, records)
SELECT r.sold_by_id, r.kind, date_trunc('month', r."on")::date, f.territory_id,
       (sum(r.quantity) * 1000)::bigint, (sum(r.amount) * 10000)::bigint, count(*)
  FROM sales_salesrecord r
  JOIN sales_dealerfigures f ON f.dealer_id = r.dealer_id
 WHERE r.sold_by_id IS NOT NULL
 GROUP BY 1, 2, 3, 4;
"""

# The bin is no reason to take anything off a person: what was sold was sold. A territory whose records name nobody is
# found in an index, so that its dealers' records are not read.
FOLLOW = """
CREATE FUNCTION sales_people_follow_dealer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM sales_personmonth p WHERE p.territory_id = OLD.territory_id) THEN
        RETURN NULL;
    END IF;
    INSERT INTO sales_personmonth AS p (sold_by_id, kind, month, territory_id, quantity_e3, amount_e4, records)
    SELECT n.sold_by_id, n.kind, n.month, side.territory_id, side.sign * n.quantity_e3, side.sign * n.amount_e4,
           side.sign * n.records
      FROM (SELECT r.sold_by_id, r.kind, date_trunc('month', r."on")::date AS month,
                   (sum(r.quantity) * 1000)::bigint AS quantity_e3, (sum(r.amount) * 10000)::bigint AS amount_e4,
                   count(*) AS records
              FROM sales_salesrecord r
             WHERE r.dealer_id = NEW.id AND r.sold_by_id IS NOT NULL
             GROUP BY 1, 2, 3) n,
           (VALUES (OLD.territory_id, -1), (NEW.territory_id, 1)) AS side (territory_id, sign)
     ORDER BY 1, 2, 3, 4
        ON CONFLICT (sold_by_id, kind, month, territory_id) DO UPDATE
       SET quantity_e3 = p.quantity_e3 + excluded.quantity_e3, amount_e4 = p.amount_e4 + excluded.amount_e4,
           records = p.records + excluded.records;
    DELETE FROM sales_personmonth p WHERE p.territory_id = OLD.territory_id AND p.records = 0;
    RETURN NULL;
END $$;
-- After sales_dealer_changed, by its name: that one waits for an import that is about to write this dealer's figures.
CREATE TRIGGER sales_dealer_moved AFTER UPDATE OF territory_id ON dealers_dealer
    FOR EACH ROW WHEN (OLD.territory_id IS DISTINCT FROM NEW.territory_id)
    EXECUTE FUNCTION sales_people_follow_dealer();
"""
UNFOLLOW = """
DROP TRIGGER sales_dealer_moved ON dealers_dealer;
DROP FUNCTION sales_people_follow_dealer();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("sales", "0002_parts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="PersonMonth",
            fields=[
                ("pk", models.CompositePrimaryKey("sold_by_id", "kind", "month", "territory_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("sold_by", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="sold by")),
                ("territory", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.territory")),
                ("kind", models.CharField(choices=[("SELL_IN", "sell-in"), ("SELL_THROUGH", "sell-through"), ("SELL_OUT", "sell-out")], db_collation="C", max_length=12, verbose_name="kind of sale")),
                ("month", models.DateField(help_text="Its first day", verbose_name="month")),
                ("quantity_e3", models.BigIntegerField(verbose_name="quantity (thousandths)")),
                ("amount_e4", models.BigIntegerField(verbose_name="amount (ten-thousandths)")),
                ("records", models.IntegerField(verbose_name="records")),
            ],
            options={
                "verbose_name": "sales of a month by a person",
                "verbose_name_plural": "sales by month and person",
                "indexes": [models.Index(fields=["territory", "kind", "month"], name="personmonth_territory")],
            },
        ),
        migrations.RunSQL(KEY, KEY_PLAIN),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(FOLLOW, UNFOLLOW),
    ]

# The days with orders of each month, and what figures keep of them and of the months that warnings compare.

from django.db import migrations, models

# What a month's days add to a dealer's order_mark; added and taken away alike, by XOR. No day adds nothing.
MARK = """
CREATE FUNCTION sales_order_mark(order_days integer, month date) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN order_days = 0 THEN 0::bigint ELSE hashint4extended(order_days, month - DATE '2000-01-01') END
$$;
"""

FILL = """
UPDATE sales_dealermonth m
   SET order_days = d.order_days
  FROM (SELECT r.dealer_id, r.kind, date_trunc('month', r."on")::date AS month,
               bit_or(1 << (CASE WHEN r.by_month THEN (r."on" + interval '1 month')::date - 1 ELSE r."on" END
                            - date_trunc('month', r."on")::date)) AS order_days
          FROM sales_salesrecord r
         WHERE r.quantity > 0
         GROUP BY 1, 2, 3) d
 WHERE m.dealer_id = d.dealer_id AND m.kind = d.kind AND m.month = d.month;
"""

# The next night builds the figures anew.
STALE = "UPDATE sales_figuresstate SET stale = true"


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0006_cost_of_a_unit"),
    ]

    operations = [
        migrations.AddField(
            model_name="dealermonth",
            name="order_days",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="dealerfigures",
            name="sell_in_3m_1_e3",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="dealerfigures",
            name="sales_6m_e4",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="dealerfigures",
            name="sales_6m_1_e4",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="dealerfigures",
            name="order_mark",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.RunSQL(MARK, "DROP FUNCTION sales_order_mark(integer, date)"),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(STALE, migrations.RunSQL.noop),
    ]

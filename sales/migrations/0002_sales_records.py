# The table is made by hand, as Django does not know partitions.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Standing columns first: a row is as narrow as alignment allows. A sequence, as identity columns of partitioned tables
# need PostgreSQL 17. The primary key holds the partition key because PostgreSQL asks for it; Django knows `id` alone.
CREATE = """
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
DROP = "DROP TABLE sales_salesrecord CASCADE"


class Migration(migrations.Migration):

    dependencies = [
        ('dealers', '0002_dealer_file'),
        ('sales', '0001_catalogue_and_rollups'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, DROP)],
            state_operations=[
                migrations.CreateModel(
                    name='SalesRecord',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('SELL_IN', 'sell-in'), ('SELL_THROUGH', 'sell-through'), ('SELL_OUT', 'sell-out')], default='SELL_IN', max_length=12, verbose_name='kind of sale')),
                        ('on', models.DateField(help_text='The first day of the month for a figure of a whole month', verbose_name='day')),
                        ('by_month', models.BooleanField(default=False, verbose_name='figure of the whole month')),
                        ('quantity', models.DecimalField(decimal_places=3, help_text="In the product's unit; below zero for returns", max_digits=14, verbose_name='quantity')),
                        ('amount', models.DecimalField(decimal_places=4, help_text="Tax excluded, in the company's currency", max_digits=18, verbose_name='amount')),
                        ('reference', models.CharField(blank=True, default='', max_length=80, verbose_name='order and line')),
                        ('import_run', models.BigIntegerField(blank=True, editable=False, null=True)),
                        ('dealer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sales_records', to='dealers.dealer', verbose_name='dealer')),
                        ('product', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sales_records', to='sales.product', verbose_name='product')),
                        ('sold_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sold by')),
                    ],
                    options={
                        'verbose_name': 'sales record',
                        'verbose_name_plural': 'sales records',
                        'ordering': ['-on', '-pk'],
                        'constraints': [models.UniqueConstraint(fields=('dealer', 'on', 'kind', 'product', 'reference'), name='salesrecord_line_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('by_month', False), ('on__day', 1), _connector='OR'), name='salesrecord_month_by_its_first_day')],
                    },
                ),
            ],
        ),
    ]

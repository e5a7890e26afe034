import crm.base.trigger_migration
import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models
from crm.base.table_migration import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('dealers', '0002_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Brand',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=40, unique=True, verbose_name='code')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('ours', models.BooleanField(default=True, verbose_name='our brand')),
                ],
                options={
                    'verbose_name': 'brand',
                    'verbose_name_plural': 'brands',
                    'ordering': ['name', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='BrandEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='sales.brand')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('code', models.CharField(max_length=40, verbose_name='code')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('ours', models.BooleanField(default=True, verbose_name='our brand')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='Receivable',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('dealer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='receivables', to='dealers.dealer', verbose_name='dealer')),
                    ('number', models.CharField(max_length=80, verbose_name='number')),
                    ('kind', models.CharField(choices=[('INVOICE', 'invoice'), ('BILL', 'bill not yet cleared'), ('ORDER', 'confirmed order, not delivered'), ('RECEIPT', 'receipt not yet applied')], default='INVOICE', max_length=8, verbose_name='kind')),
                    ('issued_on', models.DateField(verbose_name='issued')),
                    ('due_on', models.DateField(verbose_name='due')),
                    ('amount', models.DecimalField(decimal_places=4, help_text="In the company's currency; a receipt is below zero", max_digits=18, verbose_name='amount')),
                    ('open_amount', models.DecimalField(decimal_places=4, max_digits=18, verbose_name='still open')),
                ],
                options={
                    'verbose_name': 'receivable',
                    'verbose_name_plural': 'receivables',
                    'ordering': ['due_on', 'pk'],
                    'indexes': [models.Index(condition=models.Q(('open_amount', 0), _negated=True), fields=['due_on'], name='receivable_open_by_due')],
                    'constraints': [models.UniqueConstraint(fields=('dealer', 'number'), name='receivable_once_a_dealer'), models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('issued_on'))), name='receivable_due_after_issue'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'RECEIPT'), _negated=True), models.Q(('amount__lte', 0), ('open_amount__lte', 0)), _connector='OR'), name='receivable_receipt_is_below_zero')],
                },
            ),
            migrations.CreateModel(
                name='ClosedReceivable',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('import_run', models.BigIntegerField(db_index=True)),
                    ('receivable', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sales.receivable')),
                    ('open_amount', models.DecimalField(decimal_places=4, max_digits=18, verbose_name='still open')),
                ],
                options={
                    'verbose_name': 'closed receivable',
                    'verbose_name_plural': 'closed receivables',
                },
            ),
            migrations.CreateModel(
                name='DealerFigures',
                fields=[
                    ('dealer', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='figures', serialize=False, to='dealers.dealer')),
                    ('territory', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.territory')),
                    ('quantity_e3', models.BigIntegerField(db_default=0, default=0)),
                    ('quantity_1_e3', models.BigIntegerField(db_default=0, default=0)),
                    ('quantity_2_e3', models.BigIntegerField(db_default=0, default=0)),
                    ('amount_e4', models.BigIntegerField(db_default=0, default=0)),
                    ('amount_1_e4', models.BigIntegerField(db_default=0, default=0)),
                    ('amount_2_e4', models.BigIntegerField(db_default=0, default=0)),
                    ('sales_12m_e4', models.BigIntegerField(db_default=0, default=0)),
                    ('sales_prior_12m_e4', models.BigIntegerField(db_default=0, default=0)),
                    ('balance_e4', models.BigIntegerField(db_default=0, default=0)),
                    ('overdue_e4', models.BigIntegerField(db_default=0, default=0)),
                    ('stock_e3', models.BigIntegerField(null=True)),
                    ('sold_on_3m_e3', models.BigIntegerField(db_default=0, default=0)),
                    ('sell_in_3m_e3', models.BigIntegerField(db_default=0, default=0)),
                    ('year', models.SmallIntegerField(db_default=0, default=0)),
                    ('trading', models.BooleanField()),
                    ('in_bin', models.BooleanField(db_default=False, default=False)),
                    ('first_sale_month', models.DateField(null=True)),
                    ('last_order_on', models.DateField(null=True)),
                    ('oldest_due_on', models.DateField(null=True)),
                    ('stock_on', models.DateField(null=True)),
                    ('kind', models.CharField(choices=[('AGENT', 'agent'), ('FRANCHISEE', 'franchisee'), ('DISTRIBUTOR', 'distributor'), ('WHOLESALER', 'wholesaler'), ('SECOND_WHOLESALER', 'second-tier wholesaler'), ('DIRECT_STORE', 'direct-operated store'), ('RETAILER', 'retail outlet'), ('KEY_ACCOUNT', 'key account')], db_collation='C', max_length=20)),
                ],
                options={
                    'verbose_name': "dealer's figures",
                    'verbose_name_plural': "dealers' figures",
                    'indexes': [models.Index(condition=models.Q(('trading', True)), fields=['kind', '-quantity_e3'], name='figures_rank')],
                },
            ),
        ]),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='DealerMonth',
                    fields=[
                        ('pk', models.CompositePrimaryKey('dealer_id', 'kind', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('dealer', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='months', to='dealers.dealer')),
                        ('kind', models.CharField(choices=[('SELL_IN', 'sell-in'), ('SELL_THROUGH', 'sell-through'), ('SELL_OUT', 'sell-out')], db_collation='C', max_length=12, verbose_name='kind of sale')),
                        ('month', models.DateField(help_text='Its first day', verbose_name='month')),
                        ('quantity_e3', models.BigIntegerField(verbose_name='quantity (thousandths)')),
                        ('amount_e4', models.BigIntegerField(verbose_name='amount (ten-thousandths)')),
                        ('records', models.IntegerField(verbose_name='records')),
                        ('last_on', models.DateField(null=True, verbose_name='last order')),
                    ],
                    options={
                        'verbose_name': 'sales of a month',
                        'verbose_name_plural': 'sales by month',
                    },
                ),
            ],
        ),
        CreateModels([
            migrations.CreateModel(
                name='FiguresState',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('on', models.DateField(verbose_name='as of')),
                    ('year', models.SmallIntegerField()),
                    ('first_month', models.PositiveSmallIntegerField()),
                    ('stale', models.BooleanField(default=False)),
                ],
                options={
                    'verbose_name': 'state of the figures',
                    'verbose_name_plural': 'state of the figures',
                    'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='figuresstate_is_one_row')],
                },
            ),
            migrations.CreateModel(
                name='Unit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                ],
                options={
                    'verbose_name': 'unit',
                    'verbose_name_plural': 'units',
                    'ordering': ['name', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Product',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(help_text='As in the ERP', max_length=60, unique=True, verbose_name='code')),
                    ('name', models.CharField(max_length=200, verbose_name='name')),
                    ('brand', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='products', to='sales.brand', verbose_name='brand')),
                    ('category', models.CharField(blank=True, default='', max_length=120, verbose_name='product group')),
                    ('subcategory', models.CharField(blank=True, default='', max_length=120, verbose_name='product sub-group')),
                    ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='products', to='sales.unit', verbose_name='unit')),
                    ('pack_size', models.DecimalField(decimal_places=3, default=1, max_digits=12, validators=[django.core.validators.MinValueValidator(0)], verbose_name='units in a pack')),
                    ('list_price', models.DecimalField(blank=True, decimal_places=4, help_text="For one unit, tax excluded, in the company's currency", max_digits=18, null=True, verbose_name='list price')),
                    ('active', models.BooleanField(default=True, verbose_name='active')),
                ],
                options={
                    'verbose_name': 'product',
                    'verbose_name_plural': 'products',
                    'ordering': ['name', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('pack_size__gt', 0)), name='product_pack_is_not_empty'), models.CheckConstraint(condition=models.Q(('list_price__isnull', True), ('list_price__gte', 0), _connector='OR'), name='product_price_not_negative')],
                },
            ),
            migrations.CreateModel(
                name='ProductEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='sales.product')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('code', models.CharField(help_text='As in the ERP', max_length=60, verbose_name='code')),
                    ('name', models.CharField(max_length=200, verbose_name='name')),
                    ('brand', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sales.brand', verbose_name='brand')),
                    ('category', models.CharField(blank=True, default='', max_length=120, verbose_name='product group')),
                    ('subcategory', models.CharField(blank=True, default='', max_length=120, verbose_name='product sub-group')),
                    ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sales.unit', verbose_name='unit')),
                    ('pack_size', models.DecimalField(decimal_places=3, default=1, max_digits=12, validators=[django.core.validators.MinValueValidator(0)], verbose_name='units in a pack')),
                    ('list_price', models.DecimalField(blank=True, decimal_places=4, help_text="For one unit, tax excluded, in the company's currency", max_digits=18, null=True, verbose_name='list price')),
                    ('active', models.BooleanField(default=True, verbose_name='active')),
                ],
                options={
                    'abstract': False,
                },
            ),
        ]),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='SalesRecord',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('dealer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sales_records', to='dealers.dealer', verbose_name='dealer')),
                        ('product', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sales_records', to='sales.product', verbose_name='product')),
                        ('kind', models.CharField(choices=[('SELL_IN', 'sell-in'), ('SELL_THROUGH', 'sell-through'), ('SELL_OUT', 'sell-out')], default='SELL_IN', max_length=12, verbose_name='kind of sale')),
                        ('on', models.DateField(help_text='The first day of the month for a figure of a whole month', verbose_name='day')),
                        ('by_month', models.BooleanField(default=False, verbose_name='figure of the whole month')),
                        ('quantity', models.DecimalField(decimal_places=3, help_text="In the product's unit; below zero for returns", max_digits=14, verbose_name='quantity')),
                        ('amount', models.DecimalField(decimal_places=4, help_text="Tax excluded, in the company's currency", max_digits=18, verbose_name='amount')),
                        ('reference', models.CharField(blank=True, default='', max_length=80, verbose_name='order and line')),
                        ('sold_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sold by')),
                        ('import_run', models.BigIntegerField(blank=True, editable=False, null=True)),
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
        CreateModels([
            migrations.CreateModel(
                name='SalesTarget',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('dealer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sales_targets', to='dealers.dealer', verbose_name='dealer')),
                    ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sales_targets', to='accounts.territory', verbose_name='sales territory')),
                    ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sales_targets', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('kind', models.CharField(choices=[('SELL_IN', 'sell-in'), ('SELL_THROUGH', 'sell-through'), ('SELL_OUT', 'sell-out')], default='SELL_IN', max_length=12, verbose_name='kind of sale')),
                    ('period_start', models.DateField(verbose_name='from')),
                    ('period_end', models.DateField(help_text='The first day that no longer counts', verbose_name='until')),
                    ('amount', models.DecimalField(blank=True, decimal_places=4, help_text="Tax excluded, in the company's currency", max_digits=18, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='amount')),
                    ('quantity', models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='quantity')),
                ],
                options={
                    'verbose_name': 'sales target',
                    'verbose_name_plural': 'sales targets',
                    'ordering': ['-period_start', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('dealer__isnull', False), ('territory__isnull', True), ('user__isnull', True)), models.Q(('dealer__isnull', True), ('territory__isnull', False), ('user__isnull', True)), models.Q(('dealer__isnull', True), ('territory__isnull', True), ('user__isnull', False)), _connector='OR'), name='salestarget_of_one_dealer_territory_or_user'), models.CheckConstraint(condition=models.Q(('period_end__gt', models.F('period_start'))), name='salestarget_has_a_period'), models.CheckConstraint(condition=models.Q(('amount__isnull', False), ('quantity__isnull', False), _connector='OR'), name='salestarget_names_amount_or_quantity'), models.UniqueConstraint(fields=('dealer', 'territory', 'user', 'kind', 'period_start', 'period_end'), name='salestarget_once', nulls_distinct=False)],
                },
            ),
            migrations.CreateModel(
                name='SalesTargetEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='sales.salestarget')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('dealer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='dealers.dealer', verbose_name='dealer')),
                    ('territory', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.territory', verbose_name='sales territory')),
                    ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('kind', models.CharField(choices=[('SELL_IN', 'sell-in'), ('SELL_THROUGH', 'sell-through'), ('SELL_OUT', 'sell-out')], default='SELL_IN', max_length=12, verbose_name='kind of sale')),
                    ('period_start', models.DateField(verbose_name='from')),
                    ('period_end', models.DateField(help_text='The first day that no longer counts', verbose_name='until')),
                    ('amount', models.DecimalField(blank=True, decimal_places=4, help_text="Tax excluded, in the company's currency", max_digits=18, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='amount')),
                    ('quantity', models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='quantity')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='StockCount',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('dealer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='stock_counts', to='dealers.dealer', verbose_name='dealer')),
                    ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='stock_counts', to='sales.product', verbose_name='product')),
                    ('on', models.DateField(verbose_name='day')),
                    ('quantity', models.DecimalField(decimal_places=3, help_text="In the product's unit", max_digits=14, validators=[django.core.validators.MinValueValidator(0)], verbose_name='quantity')),
                    ('aged_quantity', models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True, verbose_name='of it older than 90 days')),
                    ('oldest_batch_on', models.DateField(blank=True, null=True, verbose_name='oldest batch')),
                ],
                options={
                    'verbose_name': 'stock count',
                    'verbose_name_plural': 'stock counts',
                    'ordering': ['-on', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('dealer', 'on', 'product'), name='stockcount_once_a_day'), models.CheckConstraint(condition=models.Q(('quantity__gte', 0)), name='stockcount_not_negative'), models.CheckConstraint(condition=models.Q(('aged_quantity__isnull', True), models.Q(('aged_quantity__gte', 0), ('aged_quantity__lte', models.F('quantity'))), _connector='OR'), name='stockcount_aged_is_a_part')],
                },
            ),
            migrations.CreateModel(
                name='TerritoryMonth',
                fields=[
                    ('pk', models.CompositePrimaryKey('territory_id', 'kind', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                    ('territory', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='months', to='accounts.territory')),
                    ('kind', models.CharField(choices=[('SELL_IN', 'sell-in'), ('SELL_THROUGH', 'sell-through'), ('SELL_OUT', 'sell-out')], db_collation='C', max_length=12, verbose_name='kind of sale')),
                    ('month', models.DateField(verbose_name='month')),
                    ('quantity_e3', models.BigIntegerField(verbose_name='quantity (thousandths)')),
                    ('amount_e4', models.BigIntegerField(verbose_name='amount (ten-thousandths)')),
                ],
                options={
                    'verbose_name': 'sales of a month in a territory',
                    'verbose_name_plural': 'sales by month and territory',
                },
            ),
            migrations.CreateModel(
                name='UnitEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='sales.unit')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('code', models.CharField(max_length=20, verbose_name='code')),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                ],
                options={
                    'abstract': False,
                },
            ),
        ]),
        crm.base.trigger_migration.AddTriggers(
            triggers={'brand': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sales_brandevent" ("code", "id", "name", "ours", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."name", NEW."ours", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='e5e0af62feb010f091700d392c439dff3a838167', operation='INSERT', pgid='pgtrigger_insert_insert_bdffe', table='sales_brand', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "sales_brandevent" ("code", "id", "name", "ours", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."name", NEW."ours", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id"); RETURN NULL;', hash='4a8b418818c0f8e4ed77839bb6d120fbf8ae2389', operation='UPDATE', pgid='pgtrigger_update_update_cb0ee', table='sales_brand', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sales_brandevent" ("code", "id", "name", "ours", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."code", OLD."id", OLD."name", OLD."ours", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='795ff7a9826193c1dbb8818276b2489f3031f4d6', operation='DELETE', pgid='pgtrigger_delete_delete_1e3ee', table='sales_brand', when='AFTER'))], 'brandevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='840b99f2f5620d4c71277669e8a34497aa29ab70', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bf0bd', table='sales_brandevent', when='BEFORE'))], 'product': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sales_productevent" ("active", "brand_id", "category", "code", "id", "list_price", "name", "pack_size", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subcategory", "unit_id") VALUES (NEW."active", NEW."brand_id", NEW."category", NEW."code", NEW."id", NEW."list_price", NEW."name", NEW."pack_size", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."subcategory", NEW."unit_id"); RETURN NULL;', hash='8b24b339f9165a880ce80354147cce17c294ec54', operation='INSERT', pgid='pgtrigger_insert_insert_2b90e', table='sales_product', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "sales_productevent" ("active", "brand_id", "category", "code", "id", "list_price", "name", "pack_size", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subcategory", "unit_id") VALUES (NEW."active", NEW."brand_id", NEW."category", NEW."code", NEW."id", NEW."list_price", NEW."name", NEW."pack_size", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."subcategory", NEW."unit_id"); RETURN NULL;', hash='81a68f362f80efe5e9b9ddc71dcc96c3f1841c05', operation='UPDATE', pgid='pgtrigger_update_update_32fba', table='sales_product', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sales_productevent" ("active", "brand_id", "category", "code", "id", "list_price", "name", "pack_size", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subcategory", "unit_id") VALUES (OLD."active", OLD."brand_id", OLD."category", OLD."code", OLD."id", OLD."list_price", OLD."name", OLD."pack_size", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."subcategory", OLD."unit_id"); RETURN NULL;', hash='5055a5c296324745dd333b6c4546a1ac48670de3', operation='DELETE', pgid='pgtrigger_delete_delete_c6f3a', table='sales_product', when='AFTER'))], 'productevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c79793ad61ea29baedf4cd760bf6dfdfe4ddaaad', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0efe3', table='sales_productevent', when='BEFORE'))], 'salestarget': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sales_salestargetevent" ("amount", "dealer_id", "id", "kind", "period_end", "period_start", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity", "territory_id", "user_id") VALUES (NEW."amount", NEW."dealer_id", NEW."id", NEW."kind", NEW."period_end", NEW."period_start", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."quantity", NEW."territory_id", NEW."user_id"); RETURN NULL;', hash='1fa3bfddacc391ac33d01d2d3cc741456c4edfa5', operation='INSERT', pgid='pgtrigger_insert_insert_b4896', table='sales_salestarget', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "sales_salestargetevent" ("amount", "dealer_id", "id", "kind", "period_end", "period_start", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity", "territory_id", "user_id") VALUES (NEW."amount", NEW."dealer_id", NEW."id", NEW."kind", NEW."period_end", NEW."period_start", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."quantity", NEW."territory_id", NEW."user_id"); RETURN NULL;', hash='7cce03c2ee8c041595b5dcdb1a92acd26e0aa439', operation='UPDATE', pgid='pgtrigger_update_update_c9c50', table='sales_salestarget', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sales_salestargetevent" ("amount", "dealer_id", "id", "kind", "period_end", "period_start", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity", "territory_id", "user_id") VALUES (OLD."amount", OLD."dealer_id", OLD."id", OLD."kind", OLD."period_end", OLD."period_start", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."quantity", OLD."territory_id", OLD."user_id"); RETURN NULL;', hash='4055f848ddecea9881355a8a6b24832f3e6be8a6', operation='DELETE', pgid='pgtrigger_delete_delete_db17e', table='sales_salestarget', when='AFTER'))], 'salestargetevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='29a2f9950bf6f5d662a7c38e6762e0499290ae66', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7e242', table='sales_salestargetevent', when='BEFORE'))], 'unit': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sales_unitevent" ("code", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='bf20398eb5cf84a0a929cb9f71e78ae46c3f940e', operation='INSERT', pgid='pgtrigger_insert_insert_1d89b', table='sales_unit', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "sales_unitevent" ("code", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id"); RETURN NULL;', hash='e409d579b09578f4c0c7485026d33bf49d1e3659', operation='UPDATE', pgid='pgtrigger_update_update_2988e', table='sales_unit', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "sales_unitevent" ("code", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."code", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='ead2de43e6219ddbb747b14287dd7bc27125cca6', operation='DELETE', pgid='pgtrigger_delete_delete_1e2a6', table='sales_unit', when='AFTER'))], 'unitevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='be078e46a233cecf6e8d33527c6121c7e9119282', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_29e57', table='sales_unitevent', when='BEFORE'))]},
        ),
    ]

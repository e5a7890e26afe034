import crm.base.table_migration
import crm.base.trigger_migration
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('dealers', '0005_band_of_the_largest'),
        ('promotions', '0003_support'),
        ('sales', '0006_cost_of_a_unit'),
    ]

    operations = [
        crm.base.table_migration.CreateModels(
            tables=[migrations.CreateModel(
                name='DealerProfit',
                fields=[
                    ('dealer', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='profit', serialize=False, to='dealers.dealer')),
                    ('until', models.DateField(verbose_name='until')),
                    ('sales_e4', models.BigIntegerField(verbose_name='sales')),
                    ('costed_e4', models.BigIntegerField()),
                    ('goods_e4', models.BigIntegerField(null=True)),
                    ('rebates_e4', models.BigIntegerField(verbose_name='rebates')),
                    ('support_e4', models.BigIntegerField(verbose_name='support')),
                    ('support_own_e4', models.BigIntegerField()),
                    ('promotions_e4', models.BigIntegerField(verbose_name='promotions')),
                    ('unrated', models.IntegerField(db_default=0, default=0)),
                    ('visits', models.IntegerField(verbose_name='visits')),
                    ('visits_e4', models.BigIntegerField(null=True)),
                    ('expenses_e4', models.BigIntegerField(verbose_name='expenses')),
                    ('balance_e4', models.BigIntegerField(verbose_name='receivables')),
                    ('capital_e4', models.BigIntegerField(null=True)),
                    ('contribution_e4', models.BigIntegerField(null=True, verbose_name='contribution')),
                    ('bought_e3', models.BigIntegerField()),
                    ('sold_e4', models.BigIntegerField()),
                    ('sold_e3', models.BigIntegerField()),
                    ('stock_e3', models.BigIntegerField(null=True)),
                    ('deposit_e4', models.BigIntegerField()),
                ],
                options={
                    'verbose_name': 'profitability of a dealer',
                    'verbose_name_plural': 'profitability of dealers',
                    'indexes': [models.Index(models.OrderBy(models.F('contribution_e4'), descending=True, nulls_last=True), models.F('dealer'), name='dealerprofit_by_contribution')],
                },
            ), migrations.CreateModel(
                name='ProfitTerms',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('active_from', models.DateField(unique=True, verbose_name='from')),
                    ('active_until', models.DateField(blank=True, null=True, verbose_name='until')),
                    ('visit_cost', models.DecimalField(decimal_places=2, help_text="Wages and way of one visit in person, in the company's currency", max_digits=12, validators=[django.core.validators.MinValueValidator(0)], verbose_name='cost of a visit')),
                    ('capital_rate', models.DecimalField(decimal_places=5, help_text='As a share: 0.06 is six per cent of what a dealer owes', max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('1'))], verbose_name='cost of capital a year')),
                ],
                options={
                    'verbose_name': 'terms of profitability',
                    'verbose_name_plural': 'terms of profitability',
                    'ordering': ['-active_from'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('capital_rate__gte', 0), ('capital_rate__lte', 1), ('visit_cost__gte', 0)), name='profitterms_in_range'), models.CheckConstraint(condition=models.Q(('active_until__isnull', True), ('active_until__gt', models.F('active_from')), _connector='OR'), name='profitterms_have_a_period')],
                },
            ), migrations.CreateModel(
                name='ProfitTermsEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='promotions.profitterms')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('active_from', models.DateField(verbose_name='from')),
                    ('active_until', models.DateField(blank=True, null=True, verbose_name='until')),
                    ('visit_cost', models.DecimalField(decimal_places=2, help_text="Wages and way of one visit in person, in the company's currency", max_digits=12, validators=[django.core.validators.MinValueValidator(0)], verbose_name='cost of a visit')),
                    ('capital_rate', models.DecimalField(decimal_places=5, help_text='As a share: 0.06 is six per cent of what a dealer owes', max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('1'))], verbose_name='cost of capital a year')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='RebateExport',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('exported_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                    ('settlement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='promotions.rebatesettlement', verbose_name='settlement of a rebate')),
                    ('rows', models.PositiveIntegerField(default=0, verbose_name='rows')),
                ],
                options={
                    'verbose_name': 'export of rebates',
                    'verbose_name_plural': 'exports of rebates',
                    'ordering': ['-exported_at', '-pk'],
                    'indexes': [models.Index(fields=['user', '-exported_at'], name='rebateexport_by_user')],
                },
            )],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='rebateprogramme',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='rebateprogramme',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='rebateprogramme',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='supportrequest',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='supportrequest',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='supportrequest',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='rebateprogramme',
            name='brand',
            field=models.ForeignKey(blank=True, help_text='Empty: all brands', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sales.brand', verbose_name='brand'),
        ),
        migrations.AddField(
            model_name='rebateprogramme',
            name='earmark',
            field=models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rebate', to='promotions.earmark'),
        ),
        migrations.AddField(
            model_name='rebateprogrammeevent',
            name='brand',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='Empty: all brands', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='sales.brand', verbose_name='brand'),
        ),
        migrations.AddField(
            model_name='rebateprogrammeevent',
            name='earmark',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='promotions.earmark'),
        ),
        migrations.AddField(
            model_name='supportrequest',
            name='paid_amount',
            field=models.DecimalField(decimal_places=2, max_digits=16, null=True, verbose_name='paid by the dealer'),
        ),
        migrations.AddField(
            model_name='supportrequest',
            name='paid_before',
            field=models.DecimalField(decimal_places=2, editable=False, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name='supportrequest',
            name='payment',
            field=models.CharField(choices=[('OPEN', 'not due yet'), ('KEPT', 'kept'), ('MISSED', 'not kept')], db_default='OPEN', default='OPEN', max_length=6, verbose_name='promised payment'),
        ),
        migrations.AddField(
            model_name='supportrequest',
            name='pays_amount',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='Of what it owes, from the day on which the support is granted', max_digits=16, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='the dealer will pay'),
        ),
        migrations.AddField(
            model_name='supportrequest',
            name='pays_by',
            field=models.DateField(blank=True, null=True, verbose_name='paid until the end of'),
        ),
        migrations.AddField(
            model_name='supportrequestevent',
            name='paid_amount',
            field=models.DecimalField(decimal_places=2, max_digits=16, null=True, verbose_name='paid by the dealer'),
        ),
        migrations.AddField(
            model_name='supportrequestevent',
            name='paid_before',
            field=models.DecimalField(decimal_places=2, editable=False, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name='supportrequestevent',
            name='payment',
            field=models.CharField(choices=[('OPEN', 'not due yet'), ('KEPT', 'kept'), ('MISSED', 'not kept')], db_default='OPEN', default='OPEN', max_length=6, verbose_name='promised payment'),
        ),
        migrations.AddField(
            model_name='supportrequestevent',
            name='pays_amount',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='Of what it owes, from the day on which the support is granted', max_digits=16, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='the dealer will pay'),
        ),
        migrations.AddField(
            model_name='supportrequestevent',
            name='pays_by',
            field=models.DateField(blank=True, null=True, verbose_name='paid until the end of'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='kind',
            field=models.CharField(choices=[('GRANT', 'granted'), ('ACCRUE', 'accrued on purchases'), ('TRANSFER', 'transferred'), ('EXPIRE', 'expired'), ('RESERVE', 'reserved'), ('RELEASE', 'released'), ('COMMIT', 'committed'), ('UNCOMMIT', 'commitment taken back'), ('PAY', 'paid'), ('RECOVER', 'credited back')], max_length=12, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='supportrequest',
            name='buys_amount',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='From the first day of the support on, tax excluded', max_digits=16, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='the dealer will buy for'),
        ),
        migrations.AlterField(
            model_name='supportrequest',
            name='buys_by',
            field=models.DateField(blank=True, null=True, verbose_name='until the end of'),
        ),
        migrations.AlterField(
            model_name='supportrequestevent',
            name='buys_amount',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='From the first day of the support on, tax excluded', max_digits=16, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='the dealer will buy for'),
        ),
        migrations.AlterField(
            model_name='supportrequestevent',
            name='buys_by',
            field=models.DateField(blank=True, null=True, verbose_name='until the end of'),
        ),
        migrations.AddIndex(
            model_name='supportrequest',
            index=models.Index(condition=models.Q(('payment', 'OPEN')), fields=['pays_by'], name='support_payment_due'),
        ),
        migrations.AddConstraint(
            model_name='supportrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('buys_amount__isnull', True), ('buys_by__isnull', True)), models.Q(('buys_amount__isnull', False), ('buys_by__isnull', False)), _connector='OR'), models.Q(models.Q(('pays_amount__isnull', True), ('pays_by__isnull', True)), models.Q(('pays_amount__isnull', False), ('pays_by__isnull', False)), _connector='OR'), models.Q(('buys_amount__isnull', False), ('pays_amount__isnull', False), _connector='OR')), name='supportrequest_promises_something'),
        ),
        crm.base.trigger_migration.AddTriggers(
            triggers={'profitterms': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_profittermsevent" ("active_from", "active_until", "capital_rate", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "visit_cost") VALUES (NEW."active_from", NEW."active_until", NEW."capital_rate", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."visit_cost"); RETURN NULL;', hash='5f455d175c291a7a0b3ef04735fde83bf9a17a23', operation='INSERT', pgid='pgtrigger_insert_insert_21030', table='promotions_profitterms', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "promotions_profittermsevent" ("active_from", "active_until", "capital_rate", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "visit_cost") VALUES (NEW."active_from", NEW."active_until", NEW."capital_rate", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."visit_cost"); RETURN NULL;', hash='311a2bbe642377e430c076822288d603e92c8199', operation='UPDATE', pgid='pgtrigger_update_update_44b8c', table='promotions_profitterms', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_profittermsevent" ("active_from", "active_until", "capital_rate", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "visit_cost") VALUES (OLD."active_from", OLD."active_until", OLD."capital_rate", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."visit_cost"); RETURN NULL;', hash='bea7173408497545e08073db326f69a24d8fe7c1', operation='DELETE', pgid='pgtrigger_delete_delete_d3f72', table='promotions_profitterms', when='AFTER'))], 'profittermsevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cd3029daedd9e5cf325dff3a9a858b06ea2ece07', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_8eacb', table='promotions_profittermsevent', when='BEFORE'))], 'rebateprogramme': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_rebateprogrammeevent" ("agent_margin", "basis", "brand_id", "cap_amount", "cap_share", "created_by_id", "dealer_kinds", "earmark_id", "ends_on", "gate_share", "id", "name", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "speed_days", "speed_percents", "starts_on", "state", "sub_dealer_margin", "territory_id") VALUES (NEW."agent_margin", NEW."basis", NEW."brand_id", NEW."cap_amount", NEW."cap_share", NEW."created_by_id", NEW."dealer_kinds", NEW."earmark_id", NEW."ends_on", NEW."gate_share", NEW."id", NEW."name", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."speed_days", NEW."speed_percents", NEW."starts_on", NEW."state", NEW."sub_dealer_margin", NEW."territory_id"); RETURN NULL;', hash='da01368f5b31d7d20d92b5484cbe2b5d3cf66187', operation='INSERT', pgid='pgtrigger_insert_insert_63183', table='promotions_rebateprogramme', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "promotions_rebateprogrammeevent" ("agent_margin", "basis", "brand_id", "cap_amount", "cap_share", "created_by_id", "dealer_kinds", "earmark_id", "ends_on", "gate_share", "id", "name", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "speed_days", "speed_percents", "starts_on", "state", "sub_dealer_margin", "territory_id") VALUES (NEW."agent_margin", NEW."basis", NEW."brand_id", NEW."cap_amount", NEW."cap_share", NEW."created_by_id", NEW."dealer_kinds", NEW."earmark_id", NEW."ends_on", NEW."gate_share", NEW."id", NEW."name", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."speed_days", NEW."speed_percents", NEW."starts_on", NEW."state", NEW."sub_dealer_margin", NEW."territory_id"); RETURN NULL;', hash='19e66ae3b0c436646ef25b94bc3bea387cad1b49', operation='UPDATE', pgid='pgtrigger_update_update_463b6', table='promotions_rebateprogramme', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_rebateprogrammeevent" ("agent_margin", "basis", "brand_id", "cap_amount", "cap_share", "created_by_id", "dealer_kinds", "earmark_id", "ends_on", "gate_share", "id", "name", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "speed_days", "speed_percents", "starts_on", "state", "sub_dealer_margin", "territory_id") VALUES (OLD."agent_margin", OLD."basis", OLD."brand_id", OLD."cap_amount", OLD."cap_share", OLD."created_by_id", OLD."dealer_kinds", OLD."earmark_id", OLD."ends_on", OLD."gate_share", OLD."id", OLD."name", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."published_at", OLD."published_by_id", OLD."speed_days", OLD."speed_percents", OLD."starts_on", OLD."state", OLD."sub_dealer_margin", OLD."territory_id"); RETURN NULL;', hash='de6ceb6fbf3fb7f1e4258f90ce1dc3aab98a5ae4', operation='DELETE', pgid='pgtrigger_delete_delete_1ac78', table='promotions_rebateprogramme', when='AFTER'))], 'supportrequest': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_supportrequestevent" ("actual_cost", "bought_amount", "buys_amount", "buys_by", "commitment", "company_share", "consent_by", "consent_on", "cost_people", "cost_travel", "cost_wear", "dealer_id", "decided_at", "decided_by_id", "ends_on", "id", "jumped_because", "kind", "paid_amount", "paid_before", "payment", "pays_amount", "pays_by", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "reason", "requested_at", "requested_by_id", "result", "returned_on", "staff_kind", "starts_on", "state", "why_this_kind") VALUES (NEW."actual_cost", NEW."bought_amount", NEW."buys_amount", NEW."buys_by", NEW."commitment", NEW."company_share", NEW."consent_by", NEW."consent_on", NEW."cost_people", NEW."cost_travel", NEW."cost_wear", NEW."dealer_id", NEW."decided_at", NEW."decided_by_id", NEW."ends_on", NEW."id", NEW."jumped_because", NEW."kind", NEW."paid_amount", NEW."paid_before", NEW."payment", NEW."pays_amount", NEW."pays_by", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."purpose", NEW."reason", NEW."requested_at", NEW."requested_by_id", NEW."result", NEW."returned_on", NEW."staff_kind", NEW."starts_on", NEW."state", NEW."why_this_kind"); RETURN NULL;', hash='ae05b856e20a0eb3bc25bbed2015be05fcd58fb7', operation='INSERT', pgid='pgtrigger_insert_insert_f788b', table='promotions_supportrequest', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "promotions_supportrequestevent" ("actual_cost", "bought_amount", "buys_amount", "buys_by", "commitment", "company_share", "consent_by", "consent_on", "cost_people", "cost_travel", "cost_wear", "dealer_id", "decided_at", "decided_by_id", "ends_on", "id", "jumped_because", "kind", "paid_amount", "paid_before", "payment", "pays_amount", "pays_by", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "reason", "requested_at", "requested_by_id", "result", "returned_on", "staff_kind", "starts_on", "state", "why_this_kind") VALUES (NEW."actual_cost", NEW."bought_amount", NEW."buys_amount", NEW."buys_by", NEW."commitment", NEW."company_share", NEW."consent_by", NEW."consent_on", NEW."cost_people", NEW."cost_travel", NEW."cost_wear", NEW."dealer_id", NEW."decided_at", NEW."decided_by_id", NEW."ends_on", NEW."id", NEW."jumped_because", NEW."kind", NEW."paid_amount", NEW."paid_before", NEW."payment", NEW."pays_amount", NEW."pays_by", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."purpose", NEW."reason", NEW."requested_at", NEW."requested_by_id", NEW."result", NEW."returned_on", NEW."staff_kind", NEW."starts_on", NEW."state", NEW."why_this_kind"); RETURN NULL;', hash='d4995735a96ade85e32f1fd0498d83c3b3b2b944', operation='UPDATE', pgid='pgtrigger_update_update_fd6fb', table='promotions_supportrequest', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_supportrequestevent" ("actual_cost", "bought_amount", "buys_amount", "buys_by", "commitment", "company_share", "consent_by", "consent_on", "cost_people", "cost_travel", "cost_wear", "dealer_id", "decided_at", "decided_by_id", "ends_on", "id", "jumped_because", "kind", "paid_amount", "paid_before", "payment", "pays_amount", "pays_by", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "reason", "requested_at", "requested_by_id", "result", "returned_on", "staff_kind", "starts_on", "state", "why_this_kind") VALUES (OLD."actual_cost", OLD."bought_amount", OLD."buys_amount", OLD."buys_by", OLD."commitment", OLD."company_share", OLD."consent_by", OLD."consent_on", OLD."cost_people", OLD."cost_travel", OLD."cost_wear", OLD."dealer_id", OLD."decided_at", OLD."decided_by_id", OLD."ends_on", OLD."id", OLD."jumped_because", OLD."kind", OLD."paid_amount", OLD."paid_before", OLD."payment", OLD."pays_amount", OLD."pays_by", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."purpose", OLD."reason", OLD."requested_at", OLD."requested_by_id", OLD."result", OLD."returned_on", OLD."staff_kind", OLD."starts_on", OLD."state", OLD."why_this_kind"); RETURN NULL;', hash='42b9f58c4400c9791f902466c39db4817ccbc97c', operation='DELETE', pgid='pgtrigger_delete_delete_763c5', table='promotions_supportrequest', when='AFTER'))]},
        ),
    ]

import crm.base.trigger_migration
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models
from crm.base.table_migration import CreateModels


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_notices'),
        ('accounts', '__first__'),
        ('dealers', '0004_marks_of_changes'),
        ('promotions', '0001_initial'),
        ('sales', '0005_marks_of_changes'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='RebateProgramme',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('basis', models.CharField(choices=[('AMOUNT', 'amount bought'), ('QUANTITY', 'quantity bought'), ('GROWTH', 'growth against the year before'), ('POINTS', 'points for conduct: display, stock figures, training')], default='AMOUNT', max_length=8, verbose_name='pays for')),
                    ('starts_on', models.DateField(verbose_name='from')),
                    ('ends_on', models.DateField(help_text='The first day that no longer counts, the first of a month', verbose_name='until')),
                    ('territory', models.ForeignKey(blank=True, help_text='Empty: everywhere', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.territory', verbose_name='sales territory')),
                    ('dealer_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('AGENT', 'agent'), ('FRANCHISEE', 'franchisee'), ('DISTRIBUTOR', 'distributor'), ('WHOLESALER', 'wholesaler'), ('SECOND_WHOLESALER', 'second-tier wholesaler'), ('DIRECT_STORE', 'direct-operated store'), ('RETAILER', 'retail outlet'), ('KEY_ACCOUNT', 'key account')], max_length=20), blank=True, default=list, size=None, verbose_name='kinds of dealers')),
                    ('gate_share', models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='gate: share of the target')),
                    ('speed_days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name='paid within days')),
                    ('speed_percents', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(100)]), blank=True, default=list, size=None, verbose_name='counts so much (%)')),
                    ('cap_amount', models.DecimalField(blank=True, decimal_places=2, help_text="In the company's currency", max_digits=18, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='at most for a dealer')),
                    ('cap_share', models.DecimalField(blank=True, decimal_places=5, max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='at most this share of the amount bought')),
                    ('agent_margin', models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='margin of the agent')),
                    ('sub_dealer_margin', models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='margin of the sub-dealer')),
                    ('note', models.TextField(blank=True, default='', max_length=2000, verbose_name='what it is for')),
                    ('state', models.CharField(choices=[('DRAFT', 'draft'), ('PUBLISHED', 'published'), ('WITHDRAWN', 'withdrawn')], default='DRAFT', max_length=10, verbose_name='state')),
                    ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                    ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
                    ('products', models.ManyToManyField(blank=True, help_text='None: all of them', related_name='+', to='sales.product', verbose_name='products')),
                ],
                options={
                    'verbose_name': 'rebate programme',
                    'verbose_name_plural': 'rebate programmes',
                    'ordering': ['-starts_on', 'name', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__day', 1), ('ends_on__gt', models.F('starts_on')), ('starts_on__day', 1)), name='rebateprogramme_is_of_whole_months'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'PUBLISHED'), _negated=True), models.Q(('agent_margin__isnull', False), ('published_at__isnull', False), ('sub_dealer_margin__isnull', False)), _connector='OR'), name='rebateprogramme_margins_are_said_first'), models.CheckConstraint(condition=models.Q(('speed_days__len', models.F('speed_percents__len'))), name='rebateprogramme_speeds_in_pairs'), models.CheckConstraint(condition=models.Q(models.Q(('gate_share__isnull', True), ('gate_share__range', (0, 1)), _connector='OR'), models.Q(('cap_amount__isnull', True), ('cap_amount__gte', 0), _connector='OR'), models.Q(('cap_share__isnull', True), ('cap_share__range', (0, 1)), _connector='OR')), name='rebateprogramme_limits_in_range')],
                },
            ),
            migrations.CreateModel(
                name='RebateBand',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bands', to='promotions.rebateprogramme', verbose_name='rebate programme')),
                    ('starts_at', models.DecimalField(decimal_places=4, max_digits=16, validators=[django.core.validators.MinValueValidator(0)], verbose_name='from')),
                    ('rate', models.DecimalField(decimal_places=5, max_digits=14, validators=[django.core.validators.MinValueValidator(0)], verbose_name='rate')),
                ],
                options={
                    'verbose_name': 'rebate band',
                    'verbose_name_plural': 'rebate bands',
                    'ordering': ['starts_at'],
                    'constraints': [models.UniqueConstraint(fields=('programme', 'starts_at'), name='rebateband_begins_once'), models.CheckConstraint(condition=models.Q(('rate__gte', 0), ('starts_at__gte', 0)), name='rebateband_not_negative')],
                },
            ),
            migrations.CreateModel(
                name='RebatePoints',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('programme', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='points', to='promotions.rebateprogramme')),
                    ('dealer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dealers.dealer', verbose_name='dealer')),
                    ('points', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(100)], verbose_name='points (0 to 100)')),
                    ('note', models.CharField(max_length=500, verbose_name='what it rests on')),
                    ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('given_at', models.DateTimeField(verbose_name='given')),
                ],
                options={
                    'verbose_name': 'points of a rebate',
                    'verbose_name_plural': 'points of rebates',
                    'constraints': [models.UniqueConstraint(fields=('programme', 'dealer'), name='rebatepoints_once'), models.CheckConstraint(condition=models.Q(('points__lte', 100)), name='rebatepoints_up_to_100')],
                },
            ),
            migrations.CreateModel(
                name='RebatePointsEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='promotions.rebatepoints')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('programme', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='promotions.rebateprogramme')),
                    ('dealer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='dealers.dealer', verbose_name='dealer')),
                    ('points', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(100)], verbose_name='points (0 to 100)')),
                    ('note', models.CharField(max_length=500, verbose_name='what it rests on')),
                    ('given_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('given_at', models.DateTimeField(verbose_name='given')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='RebateBandEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='promotions.rebateband')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('programme', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='promotions.rebateprogramme', verbose_name='rebate programme')),
                    ('starts_at', models.DecimalField(decimal_places=4, max_digits=16, validators=[django.core.validators.MinValueValidator(0)], verbose_name='from')),
                    ('rate', models.DecimalField(decimal_places=5, max_digits=14, validators=[django.core.validators.MinValueValidator(0)], verbose_name='rate')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='RebateAccrual',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('programme', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='accruals', to='promotions.rebateprogramme')),
                    ('dealer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='rebates', to='dealers.dealer')),
                    ('amount_e4', models.BigIntegerField(verbose_name='bought')),
                    ('quantity_e3', models.BigIntegerField(verbose_name='quantity bought')),
                    ('before_e4', models.BigIntegerField(verbose_name='bought a year before')),
                    ('reached_e4', models.IntegerField(null=True)),
                    ('points', models.SmallIntegerField(null=True)),
                    ('pay_days', models.IntegerField(null=True)),
                    ('step', models.SmallIntegerField(verbose_name='bands reached')),
                    ('short', models.BigIntegerField(null=True)),
                    ('earned_e4', models.BigIntegerField(verbose_name='earned by the bands')),
                    ('accrued_e4', models.BigIntegerField(verbose_name='owed')),
                    ('settled_e4', models.BigIntegerField(db_default=0, default=0, verbose_name='settled')),
                    ('changed_on', models.DateField(verbose_name='as of')),
                ],
                options={
                    'verbose_name': 'accrued rebate',
                    'verbose_name_plural': 'accrued rebates',
                    'indexes': [models.Index(fields=['programme', '-accrued_e4', 'dealer'], name='rebateaccrual_by_amount')],
                    'constraints': [models.UniqueConstraint(fields=('programme', 'dealer'), name='rebateaccrual_once')],
                },
            ),
            migrations.CreateModel(
                name='RebateProgrammeEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='promotions.rebateprogramme')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('basis', models.CharField(choices=[('AMOUNT', 'amount bought'), ('QUANTITY', 'quantity bought'), ('GROWTH', 'growth against the year before'), ('POINTS', 'points for conduct: display, stock figures, training')], default='AMOUNT', max_length=8, verbose_name='pays for')),
                    ('starts_on', models.DateField(verbose_name='from')),
                    ('ends_on', models.DateField(help_text='The first day that no longer counts, the first of a month', verbose_name='until')),
                    ('territory', models.ForeignKey(blank=True, db_constraint=False, help_text='Empty: everywhere', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.territory', verbose_name='sales territory')),
                    ('dealer_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('AGENT', 'agent'), ('FRANCHISEE', 'franchisee'), ('DISTRIBUTOR', 'distributor'), ('WHOLESALER', 'wholesaler'), ('SECOND_WHOLESALER', 'second-tier wholesaler'), ('DIRECT_STORE', 'direct-operated store'), ('RETAILER', 'retail outlet'), ('KEY_ACCOUNT', 'key account')], max_length=20), blank=True, default=list, size=None, verbose_name='kinds of dealers')),
                    ('gate_share', models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='gate: share of the target')),
                    ('speed_days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name='paid within days')),
                    ('speed_percents', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(100)]), blank=True, default=list, size=None, verbose_name='counts so much (%)')),
                    ('cap_amount', models.DecimalField(blank=True, decimal_places=2, help_text="In the company's currency", max_digits=18, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='at most for a dealer')),
                    ('cap_share', models.DecimalField(blank=True, decimal_places=5, max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='at most this share of the amount bought')),
                    ('agent_margin', models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='margin of the agent')),
                    ('sub_dealer_margin', models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='margin of the sub-dealer')),
                    ('note', models.TextField(blank=True, default='', max_length=2000, verbose_name='what it is for')),
                    ('state', models.CharField(choices=[('DRAFT', 'draft'), ('PUBLISHED', 'published'), ('WITHDRAWN', 'withdrawn')], default='DRAFT', max_length=10, verbose_name='state')),
                    ('created_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                    ('published_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='RebateSettlement',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='promotions.rebateprogramme', verbose_name='rebate programme')),
                    ('territory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.territory', verbose_name='sales territory')),
                    ('state', models.CharField(choices=[('PROPOSED', 'waiting for approval'), ('APPROVED', 'approved'), ('PAID', 'credited'), ('REFUSED', 'refused')], default='PROPOSED', max_length=8, verbose_name='state')),
                    ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                    ('proposed_at', models.DateTimeField(verbose_name='proposed')),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                    ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                    ('reason', models.CharField(blank=True, default='', max_length=500, verbose_name='reason')),
                    ('paid_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='credited by')),
                    ('paid_at', models.DateTimeField(null=True, verbose_name='credited')),
                    ('total', models.DecimalField(decimal_places=4, max_digits=18, verbose_name='total')),
                    ('dealers', models.PositiveIntegerField(verbose_name='dealers')),
                ],
                options={
                    'verbose_name': 'settlement of a rebate',
                    'verbose_name_plural': 'settlements of rebates',
                    'ordering': ['-proposed_at', '-pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='rebatesettlement_nobody_approves_her_own'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', True), ('state', 'PROPOSED')), models.Q(models.Q(('state', 'PROPOSED'), _negated=True), ('decided_by__isnull', False)), _connector='OR'), name='rebatesettlement_is_decided_by_somebody'), models.UniqueConstraint(condition=models.Q(('state', 'PROPOSED')), fields=('programme', 'territory'), name='rebatesettlement_one_waits')],
                },
            ),
            migrations.CreateModel(
                name='RebateSettlementEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='promotions.rebatesettlement')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('programme', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='promotions.rebateprogramme', verbose_name='rebate programme')),
                    ('territory', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.territory', verbose_name='sales territory')),
                    ('state', models.CharField(choices=[('PROPOSED', 'waiting for approval'), ('APPROVED', 'approved'), ('PAID', 'credited'), ('REFUSED', 'refused')], default='PROPOSED', max_length=8, verbose_name='state')),
                    ('proposed_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                    ('proposed_at', models.DateTimeField(verbose_name='proposed')),
                    ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                    ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                    ('reason', models.CharField(blank=True, default='', max_length=500, verbose_name='reason')),
                    ('paid_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='credited by')),
                    ('paid_at', models.DateTimeField(null=True, verbose_name='credited')),
                    ('total', models.DecimalField(decimal_places=4, max_digits=18, verbose_name='total')),
                    ('dealers', models.PositiveIntegerField(verbose_name='dealers')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='RebateSettlementLine',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('settlement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='promotions.rebatesettlement')),
                    ('dealer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dealers.dealer', verbose_name='dealer')),
                    ('amount', models.DecimalField(decimal_places=4, max_digits=18, verbose_name='amount')),
                ],
                options={
                    'verbose_name': 'credit of a rebate',
                    'verbose_name_plural': 'credits of rebates',
                    'constraints': [models.UniqueConstraint(fields=('settlement', 'dealer'), name='rebatesettlementline_once'), models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='rebatesettlementline_is_something')],
                },
            ),
        ]),
        crm.base.trigger_migration.AddTriggers(
            triggers={'rebateband': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_rebatebandevent" ("id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "rate", "starts_at") VALUES (NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."programme_id", NEW."rate", NEW."starts_at"); RETURN NULL;', hash='ed63a2337bc6f3cdef1d32f5821e5b239cd18665', operation='INSERT', pgid='pgtrigger_insert_insert_0aae9', table='promotions_rebateband', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "promotions_rebatebandevent" ("id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "rate", "starts_at") VALUES (NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."programme_id", NEW."rate", NEW."starts_at"); RETURN NULL;', hash='1b9e23ffda0ffa2c1c0f7daf88753e274c6b1c72', operation='UPDATE', pgid='pgtrigger_update_update_4724b', table='promotions_rebateband', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_rebatebandevent" ("id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "rate", "starts_at") VALUES (OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."programme_id", OLD."rate", OLD."starts_at"); RETURN NULL;', hash='0986b3b1902c4b922bb0cc2c0dfd6b185419165b', operation='DELETE', pgid='pgtrigger_delete_delete_fc471', table='promotions_rebateband', when='AFTER'))], 'rebatebandevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d8b4890f9005a8ea1ef79d63d0d9445901d4e1bd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_dd200', table='promotions_rebatebandevent', when='BEFORE'))], 'rebatepoints': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_rebatepointsevent" ("dealer_id", "given_at", "given_by_id", "id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "programme_id") VALUES (NEW."dealer_id", NEW."given_at", NEW."given_by_id", NEW."id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."points", NEW."programme_id"); RETURN NULL;', hash='51dc93f0ac35fa3f728caa4eb2b82abc0a246d5e', operation='INSERT', pgid='pgtrigger_insert_insert_14ff0', table='promotions_rebatepoints', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "promotions_rebatepointsevent" ("dealer_id", "given_at", "given_by_id", "id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "programme_id") VALUES (NEW."dealer_id", NEW."given_at", NEW."given_by_id", NEW."id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."points", NEW."programme_id"); RETURN NULL;', hash='86f5151183457d1ad8885a46bf7987a4bf6f2603', operation='UPDATE', pgid='pgtrigger_update_update_33af4', table='promotions_rebatepoints', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_rebatepointsevent" ("dealer_id", "given_at", "given_by_id", "id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "programme_id") VALUES (OLD."dealer_id", OLD."given_at", OLD."given_by_id", OLD."id", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."points", OLD."programme_id"); RETURN NULL;', hash='177222d9780480ad5783120caadae4a2d4adf941', operation='DELETE', pgid='pgtrigger_delete_delete_a4603', table='promotions_rebatepoints', when='AFTER'))], 'rebatepointsevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3a585e89255ef227f4d4a195c714872d46239129', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_59e1c', table='promotions_rebatepointsevent', when='BEFORE'))], 'rebateprogramme': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_rebateprogrammeevent" ("agent_margin", "basis", "cap_amount", "cap_share", "created_by_id", "dealer_kinds", "ends_on", "gate_share", "id", "name", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "speed_days", "speed_percents", "starts_on", "state", "sub_dealer_margin", "territory_id") VALUES (NEW."agent_margin", NEW."basis", NEW."cap_amount", NEW."cap_share", NEW."created_by_id", NEW."dealer_kinds", NEW."ends_on", NEW."gate_share", NEW."id", NEW."name", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."speed_days", NEW."speed_percents", NEW."starts_on", NEW."state", NEW."sub_dealer_margin", NEW."territory_id"); RETURN NULL;', hash='1f1a6b44d6c6d12efef24af321881fed1a772825', operation='INSERT', pgid='pgtrigger_insert_insert_63183', table='promotions_rebateprogramme', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "promotions_rebateprogrammeevent" ("agent_margin", "basis", "cap_amount", "cap_share", "created_by_id", "dealer_kinds", "ends_on", "gate_share", "id", "name", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "speed_days", "speed_percents", "starts_on", "state", "sub_dealer_margin", "territory_id") VALUES (NEW."agent_margin", NEW."basis", NEW."cap_amount", NEW."cap_share", NEW."created_by_id", NEW."dealer_kinds", NEW."ends_on", NEW."gate_share", NEW."id", NEW."name", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."speed_days", NEW."speed_percents", NEW."starts_on", NEW."state", NEW."sub_dealer_margin", NEW."territory_id"); RETURN NULL;', hash='5a30df9a63ad9bb1f13b635212997a49112a5803', operation='UPDATE', pgid='pgtrigger_update_update_463b6', table='promotions_rebateprogramme', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_rebateprogrammeevent" ("agent_margin", "basis", "cap_amount", "cap_share", "created_by_id", "dealer_kinds", "ends_on", "gate_share", "id", "name", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "speed_days", "speed_percents", "starts_on", "state", "sub_dealer_margin", "territory_id") VALUES (OLD."agent_margin", OLD."basis", OLD."cap_amount", OLD."cap_share", OLD."created_by_id", OLD."dealer_kinds", OLD."ends_on", OLD."gate_share", OLD."id", OLD."name", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."published_at", OLD."published_by_id", OLD."speed_days", OLD."speed_percents", OLD."starts_on", OLD."state", OLD."sub_dealer_margin", OLD."territory_id"); RETURN NULL;', hash='b212ffb8abf413918eb7b52d3a823612a2963d5f', operation='DELETE', pgid='pgtrigger_delete_delete_1ac78', table='promotions_rebateprogramme', when='AFTER'))], 'rebateprogrammeevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='928347fadb6c75974b4bd3014ce1596ecb982062', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f49a3', table='promotions_rebateprogrammeevent', when='BEFORE'))], 'rebatesettlement': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_rebatesettlementevent" ("dealers", "decided_at", "decided_by_id", "id", "paid_at", "paid_by_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "proposed_at", "proposed_by_id", "reason", "state", "territory_id", "total") VALUES (NEW."dealers", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."paid_at", NEW."paid_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."programme_id", NEW."proposed_at", NEW."proposed_by_id", NEW."reason", NEW."state", NEW."territory_id", NEW."total"); RETURN NULL;', hash='e669137efdeaf929a981d8ec70e7485f9ff5172b', operation='INSERT', pgid='pgtrigger_insert_insert_d0f1b', table='promotions_rebatesettlement', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "promotions_rebatesettlementevent" ("dealers", "decided_at", "decided_by_id", "id", "paid_at", "paid_by_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "proposed_at", "proposed_by_id", "reason", "state", "territory_id", "total") VALUES (NEW."dealers", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."paid_at", NEW."paid_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."programme_id", NEW."proposed_at", NEW."proposed_by_id", NEW."reason", NEW."state", NEW."territory_id", NEW."total"); RETURN NULL;', hash='a10379410c477856b92c9142d6b2f0de9d39e882', operation='UPDATE', pgid='pgtrigger_update_update_c819b', table='promotions_rebatesettlement', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_rebatesettlementevent" ("dealers", "decided_at", "decided_by_id", "id", "paid_at", "paid_by_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "proposed_at", "proposed_by_id", "reason", "state", "territory_id", "total") VALUES (OLD."dealers", OLD."decided_at", OLD."decided_by_id", OLD."id", OLD."paid_at", OLD."paid_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."programme_id", OLD."proposed_at", OLD."proposed_by_id", OLD."reason", OLD."state", OLD."territory_id", OLD."total"); RETURN NULL;', hash='eb7d9ba588401a755cc9fe630feb66d330710f8e', operation='DELETE', pgid='pgtrigger_delete_delete_b11de', table='promotions_rebatesettlement', when='AFTER'))], 'rebatesettlementevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ca3bf6c2bf2eae93ed57c0b40fe4e3089e062710', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7edfb', table='promotions_rebatesettlementevent', when='BEFORE'))]},
        ),
    ]

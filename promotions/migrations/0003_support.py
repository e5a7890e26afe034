import crm.base.trigger_migration
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models
from crm.base.table_migration import CreateModels


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_notices'),
        ('accounts', '__first__'),
        ('dealers', '0005_band_of_the_largest'),
        ('promotions', '0002_rebates'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='SupportRequest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('dealer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='support_requests', to='dealers.dealer', verbose_name='dealer')),
                    ('kind', models.CharField(choices=[('PERSON', 'person'), ('VEHICLE', 'vehicle')], max_length=8, verbose_name='kind')),
                    ('staff_kind', models.CharField(blank=True, choices=[('SALESPERSON', 'salesperson'), ('SUPERVISOR', 'sales supervisor'), ('LOCAL_PROMOTER', 'promoter hired on the spot')], default='', max_length=16, verbose_name='kind of staff')),
                    ('why_this_kind', models.CharField(blank=True, default='', max_length=300, verbose_name='why this kind of staff')),
                    ('purpose', models.CharField(max_length=500, verbose_name='what for')),
                    ('starts_on', models.DateField(verbose_name='from')),
                    ('ends_on', models.DateField(help_text='The first day that no longer counts', verbose_name='until')),
                    ('cost_people', models.DecimalField(decimal_places=2, default=0, max_digits=14, validators=[django.core.validators.MinValueValidator(0)], verbose_name='wages, driver, allowances')),
                    ('cost_travel', models.DecimalField(decimal_places=2, default=0, max_digits=14, validators=[django.core.validators.MinValueValidator(0)], verbose_name='fuel and travel')),
                    ('cost_wear', models.DecimalField(decimal_places=2, default=0, max_digits=14, validators=[django.core.validators.MinValueValidator(0)], verbose_name='wear of the vehicle')),
                    ('company_share', models.DecimalField(decimal_places=3, default=Decimal('0.5'), max_digits=4, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='share of the company')),
                    ('consent_by', models.CharField(max_length=120, verbose_name='who agreed for the dealer')),
                    ('consent_on', models.DateField(verbose_name='agreed on')),
                    ('buys_amount', models.DecimalField(decimal_places=2, help_text='From the first day of the support on, tax excluded', max_digits=16, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='the dealer will buy for')),
                    ('buys_by', models.DateField(verbose_name='until the end of')),
                    ('commitment', models.CharField(choices=[('OPEN', 'not due yet'), ('KEPT', 'kept'), ('MISSED', 'not kept')], default='OPEN', max_length=6, verbose_name='commitment')),
                    ('bought_amount', models.DecimalField(decimal_places=2, max_digits=16, null=True, verbose_name='bought')),
                    ('state', models.CharField(choices=[('REQUESTED', 'waiting'), ('GRANTED', 'granted'), ('REFUSED', 'refused'), ('WITHDRAWN', 'withdrawn'), ('RETURNED', 'back again')], default='REQUESTED', max_length=10, verbose_name='state')),
                    ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                    ('requested_at', models.DateTimeField(verbose_name='asked for')),
                    ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                    ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                    ('reason', models.CharField(blank=True, default='', max_length=500, verbose_name='reason')),
                    ('jumped_because', models.CharField(blank=True, default='', max_length=500, verbose_name='why it came first')),
                    ('returned_on', models.DateField(null=True, verbose_name='back on')),
                    ('result', models.TextField(blank=True, default='', max_length=2000, verbose_name='what came of it')),
                    ('actual_cost', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='what it cost')),
                ],
                options={
                    'verbose_name': 'support request',
                    'verbose_name_plural': 'support requests',
                    'ordering': ['-requested_at', '-pk'],
                    'indexes': [models.Index(condition=models.Q(('commitment', 'OPEN')), fields=['buys_by'], name='support_commitment_due')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gt', models.F('starts_on'))), name='supportrequest_has_a_period'), models.CheckConstraint(condition=models.Q(('company_share__range', (0, 1))), name='supportrequest_share_is_a_share'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'VEHICLE'), ('staff_kind', '')), models.Q(('kind', 'PERSON'), models.Q(('staff_kind', ''), _negated=True)), _connector='OR'), name='supportrequest_person_has_a_kind'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('requested_by')), _negated=True), _connector='OR'), name='supportrequest_nobody_grants_her_own'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'RETURNED'), _negated=True), models.Q(('returned_on__isnull', False), models.Q(('result', ''), _negated=True)), _connector='OR'), name='supportrequest_result_is_told')],
                },
            ),
            migrations.CreateModel(
                name='SupportResource',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('PERSON', 'person'), ('VEHICLE', 'vehicle')], max_length=8, verbose_name='kind')),
                    ('staff_kind', models.CharField(blank=True, choices=[('SALESPERSON', 'salesperson'), ('SUPERVISOR', 'sales supervisor'), ('LOCAL_PROMOTER', 'promoter hired on the spot')], default='', max_length=16, verbose_name='kind of staff')),
                    ('name', models.CharField(max_length=120, verbose_name='name or number plate')),
                    ('territory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.territory', verbose_name='sales territory')),
                    ('active', models.BooleanField(default=True, verbose_name='active')),
                ],
                options={
                    'verbose_name': 'person or vehicle for support',
                    'verbose_name_plural': 'people and vehicles for support',
                    'ordering': ['kind', 'name', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('kind', 'PERSON'), ('staff_kind', ''), _connector='OR'), name='supportresource_vehicle_is_no_staff')],
                },
            ),
            migrations.CreateModel(
                name='SupportBooking',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('request', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='booking', to='promotions.supportrequest')),
                    ('resource', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='promotions.supportresource', verbose_name='who or what')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                ],
                options={
                    'verbose_name': 'booking of support',
                    'verbose_name_plural': 'bookings of support',
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('resource', '='), ('period', '&&')], name='supportbooking_not_twice_at_a_time'), models.CheckConstraint(condition=models.Q(('period__isempty', False)), name='supportbooking_period_not_empty')],
                },
            ),
            migrations.CreateModel(
                name='SupportRequestEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='promotions.supportrequest')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('dealer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='dealers.dealer', verbose_name='dealer')),
                    ('kind', models.CharField(choices=[('PERSON', 'person'), ('VEHICLE', 'vehicle')], max_length=8, verbose_name='kind')),
                    ('staff_kind', models.CharField(blank=True, choices=[('SALESPERSON', 'salesperson'), ('SUPERVISOR', 'sales supervisor'), ('LOCAL_PROMOTER', 'promoter hired on the spot')], default='', max_length=16, verbose_name='kind of staff')),
                    ('why_this_kind', models.CharField(blank=True, default='', max_length=300, verbose_name='why this kind of staff')),
                    ('purpose', models.CharField(max_length=500, verbose_name='what for')),
                    ('starts_on', models.DateField(verbose_name='from')),
                    ('ends_on', models.DateField(help_text='The first day that no longer counts', verbose_name='until')),
                    ('cost_people', models.DecimalField(decimal_places=2, default=0, max_digits=14, validators=[django.core.validators.MinValueValidator(0)], verbose_name='wages, driver, allowances')),
                    ('cost_travel', models.DecimalField(decimal_places=2, default=0, max_digits=14, validators=[django.core.validators.MinValueValidator(0)], verbose_name='fuel and travel')),
                    ('cost_wear', models.DecimalField(decimal_places=2, default=0, max_digits=14, validators=[django.core.validators.MinValueValidator(0)], verbose_name='wear of the vehicle')),
                    ('company_share', models.DecimalField(decimal_places=3, default=Decimal('0.5'), max_digits=4, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='share of the company')),
                    ('consent_by', models.CharField(max_length=120, verbose_name='who agreed for the dealer')),
                    ('consent_on', models.DateField(verbose_name='agreed on')),
                    ('buys_amount', models.DecimalField(decimal_places=2, help_text='From the first day of the support on, tax excluded', max_digits=16, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='the dealer will buy for')),
                    ('buys_by', models.DateField(verbose_name='until the end of')),
                    ('commitment', models.CharField(choices=[('OPEN', 'not due yet'), ('KEPT', 'kept'), ('MISSED', 'not kept')], default='OPEN', max_length=6, verbose_name='commitment')),
                    ('bought_amount', models.DecimalField(decimal_places=2, max_digits=16, null=True, verbose_name='bought')),
                    ('state', models.CharField(choices=[('REQUESTED', 'waiting'), ('GRANTED', 'granted'), ('REFUSED', 'refused'), ('WITHDRAWN', 'withdrawn'), ('RETURNED', 'back again')], default='REQUESTED', max_length=10, verbose_name='state')),
                    ('requested_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                    ('requested_at', models.DateTimeField(verbose_name='asked for')),
                    ('decided_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                    ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                    ('reason', models.CharField(blank=True, default='', max_length=500, verbose_name='reason')),
                    ('jumped_because', models.CharField(blank=True, default='', max_length=500, verbose_name='why it came first')),
                    ('returned_on', models.DateField(null=True, verbose_name='back on')),
                    ('result', models.TextField(blank=True, default='', max_length=2000, verbose_name='what came of it')),
                    ('actual_cost', models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name='what it cost')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='SupportBookingEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='promotions.supportbooking')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('request', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='promotions.supportrequest')),
                    ('resource', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='promotions.supportresource', verbose_name='who or what')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='SupportResourceEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='promotions.supportresource')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('kind', models.CharField(choices=[('PERSON', 'person'), ('VEHICLE', 'vehicle')], max_length=8, verbose_name='kind')),
                    ('staff_kind', models.CharField(blank=True, choices=[('SALESPERSON', 'salesperson'), ('SUPERVISOR', 'sales supervisor'), ('LOCAL_PROMOTER', 'promoter hired on the spot')], default='', max_length=16, verbose_name='kind of staff')),
                    ('name', models.CharField(max_length=120, verbose_name='name or number plate')),
                    ('territory', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.territory', verbose_name='sales territory')),
                    ('active', models.BooleanField(default=True, verbose_name='active')),
                ],
                options={
                    'abstract': False,
                },
            ),
        ]),
        crm.base.trigger_migration.AddTriggers(
            triggers={'supportbooking': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_supportbookingevent" ("id", "period", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "resource_id") VALUES (NEW."id", NEW."period", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."request_id", NEW."resource_id"); RETURN NULL;', hash='1b30e81ac7496113fe587e827e47f4d2bdadf05d', operation='INSERT', pgid='pgtrigger_insert_insert_10597', table='promotions_supportbooking', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "promotions_supportbookingevent" ("id", "period", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "resource_id") VALUES (NEW."id", NEW."period", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."request_id", NEW."resource_id"); RETURN NULL;', hash='73aaa38a155da0dfa54d69ff61246f01a7539eb8', operation='UPDATE', pgid='pgtrigger_update_update_8cc0a', table='promotions_supportbooking', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_supportbookingevent" ("id", "period", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "resource_id") VALUES (OLD."id", OLD."period", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."request_id", OLD."resource_id"); RETURN NULL;', hash='4385bfdc8b202b22b949983c68f4ef6a65c8ee25', operation='DELETE', pgid='pgtrigger_delete_delete_07ff6', table='promotions_supportbooking', when='AFTER'))], 'supportbookingevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e032f6e5c46b837e397debd5e67de53843297392', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7d13a', table='promotions_supportbookingevent', when='BEFORE'))], 'supportrequest': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_supportrequestevent" ("actual_cost", "bought_amount", "buys_amount", "buys_by", "commitment", "company_share", "consent_by", "consent_on", "cost_people", "cost_travel", "cost_wear", "dealer_id", "decided_at", "decided_by_id", "ends_on", "id", "jumped_because", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "reason", "requested_at", "requested_by_id", "result", "returned_on", "staff_kind", "starts_on", "state", "why_this_kind") VALUES (NEW."actual_cost", NEW."bought_amount", NEW."buys_amount", NEW."buys_by", NEW."commitment", NEW."company_share", NEW."consent_by", NEW."consent_on", NEW."cost_people", NEW."cost_travel", NEW."cost_wear", NEW."dealer_id", NEW."decided_at", NEW."decided_by_id", NEW."ends_on", NEW."id", NEW."jumped_because", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."purpose", NEW."reason", NEW."requested_at", NEW."requested_by_id", NEW."result", NEW."returned_on", NEW."staff_kind", NEW."starts_on", NEW."state", NEW."why_this_kind"); RETURN NULL;', hash='436eb6306f46fe59f467ff95efd81bb63b3d1ae6', operation='INSERT', pgid='pgtrigger_insert_insert_f788b', table='promotions_supportrequest', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "promotions_supportrequestevent" ("actual_cost", "bought_amount", "buys_amount", "buys_by", "commitment", "company_share", "consent_by", "consent_on", "cost_people", "cost_travel", "cost_wear", "dealer_id", "decided_at", "decided_by_id", "ends_on", "id", "jumped_because", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "reason", "requested_at", "requested_by_id", "result", "returned_on", "staff_kind", "starts_on", "state", "why_this_kind") VALUES (NEW."actual_cost", NEW."bought_amount", NEW."buys_amount", NEW."buys_by", NEW."commitment", NEW."company_share", NEW."consent_by", NEW."consent_on", NEW."cost_people", NEW."cost_travel", NEW."cost_wear", NEW."dealer_id", NEW."decided_at", NEW."decided_by_id", NEW."ends_on", NEW."id", NEW."jumped_because", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."purpose", NEW."reason", NEW."requested_at", NEW."requested_by_id", NEW."result", NEW."returned_on", NEW."staff_kind", NEW."starts_on", NEW."state", NEW."why_this_kind"); RETURN NULL;', hash='3a12fe3c3732e002c484de6829b8bda97c62d911', operation='UPDATE', pgid='pgtrigger_update_update_fd6fb', table='promotions_supportrequest', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_supportrequestevent" ("actual_cost", "bought_amount", "buys_amount", "buys_by", "commitment", "company_share", "consent_by", "consent_on", "cost_people", "cost_travel", "cost_wear", "dealer_id", "decided_at", "decided_by_id", "ends_on", "id", "jumped_because", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "reason", "requested_at", "requested_by_id", "result", "returned_on", "staff_kind", "starts_on", "state", "why_this_kind") VALUES (OLD."actual_cost", OLD."bought_amount", OLD."buys_amount", OLD."buys_by", OLD."commitment", OLD."company_share", OLD."consent_by", OLD."consent_on", OLD."cost_people", OLD."cost_travel", OLD."cost_wear", OLD."dealer_id", OLD."decided_at", OLD."decided_by_id", OLD."ends_on", OLD."id", OLD."jumped_because", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."purpose", OLD."reason", OLD."requested_at", OLD."requested_by_id", OLD."result", OLD."returned_on", OLD."staff_kind", OLD."starts_on", OLD."state", OLD."why_this_kind"); RETURN NULL;', hash='4b9b7e43951c9eeb82543d7ca7c5928845806f17', operation='DELETE', pgid='pgtrigger_delete_delete_763c5', table='promotions_supportrequest', when='AFTER'))], 'supportrequestevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0563e4a93237ac5687a026ccf35987cfe69d859e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fd111', table='promotions_supportrequestevent', when='BEFORE'))], 'supportresource': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_supportresourceevent" ("active", "id", "kind", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "staff_kind", "territory_id") VALUES (NEW."active", NEW."id", NEW."kind", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."staff_kind", NEW."territory_id"); RETURN NULL;', hash='8bca3216d16b94ca3b487c660ec415c1d71eca5d', operation='INSERT', pgid='pgtrigger_insert_insert_d74dd', table='promotions_supportresource', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "promotions_supportresourceevent" ("active", "id", "kind", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "staff_kind", "territory_id") VALUES (NEW."active", NEW."id", NEW."kind", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."staff_kind", NEW."territory_id"); RETURN NULL;', hash='720d6e80f17d6944ac9980b9dcfb8a2aec62de67', operation='UPDATE', pgid='pgtrigger_update_update_80ea6', table='promotions_supportresource', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_supportresourceevent" ("active", "id", "kind", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "staff_kind", "territory_id") VALUES (OLD."active", OLD."id", OLD."kind", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."staff_kind", OLD."territory_id"); RETURN NULL;', hash='7b5cd3a9e868bf64de14c84289e10ed512b05ab7', operation='DELETE', pgid='pgtrigger_delete_delete_7a5e0', table='promotions_supportresource', when='AFTER'))], 'supportresourceevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ea84adf226c1e410ad139345744f9ebf3d564825', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_462af', table='promotions_supportresourceevent', when='BEFORE'))]},
        ),
    ]

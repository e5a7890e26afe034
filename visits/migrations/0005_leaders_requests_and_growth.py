import crm.base.table_migration
import crm.base.trigger_migration
import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_notices'),
        ('accounts', '__first__'),
        ('dealers', '0005_band_of_the_largest'),
        ('visits', '0004_days_apart_from_cycles'),
    ]

    operations = [
        crm.base.table_migration.CreateModels(
            tables=[migrations.CreateModel(
                name='GrowthPlan',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('dealer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='growth_plans', to='dealers.dealer', verbose_name='dealer')),
                    ('place', models.CharField(help_text='A city, a county, a store', max_length=120, verbose_name='where it is to grow')),
                    ('starts_on', models.DateField(verbose_name='from')),
                    ('baseline', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='sales before')),
                    ('target_1', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='target, first year')),
                    ('target_2', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='target, second year')),
                    ('target_3', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='target, third year')),
                    ('thinking', models.TextField(blank=True, default='', max_length=4000, verbose_name='what the dealer thinks')),
                    ('focus', models.TextField(blank=True, default='', max_length=4000, verbose_name='where the strength goes')),
                    ('support', models.TextField(blank=True, default='', max_length=4000, verbose_name='what we give')),
                    ('result', models.TextField(blank=True, default='', max_length=4000, verbose_name='what came of it')),
                    ('copied_from', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='copies', to='visits.growthplan', verbose_name='in the same way as')),
                    ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('written_at', models.DateTimeField(verbose_name='written')),
                ],
                options={
                    'verbose_name': 'growth plan',
                    'verbose_name_plural': 'growth plans',
                    'ordering': ['-starts_on', '-pk'],
                    'constraints': [models.UniqueConstraint(fields=('dealer', 'place', 'starts_on'), name='growthplan_once'), models.CheckConstraint(condition=models.Q(('starts_on__day', 1)), name='growthplan_starts_with_a_month')],
                },
            ), migrations.CreateModel(
                name='GrowthPlanEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='visits.growthplan')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('dealer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='dealers.dealer', verbose_name='dealer')),
                    ('place', models.CharField(help_text='A city, a county, a store', max_length=120, verbose_name='where it is to grow')),
                    ('starts_on', models.DateField(verbose_name='from')),
                    ('baseline', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='sales before')),
                    ('target_1', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='target, first year')),
                    ('target_2', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='target, second year')),
                    ('target_3', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='target, third year')),
                    ('thinking', models.TextField(blank=True, default='', max_length=4000, verbose_name='what the dealer thinks')),
                    ('focus', models.TextField(blank=True, default='', max_length=4000, verbose_name='where the strength goes')),
                    ('support', models.TextField(blank=True, default='', max_length=4000, verbose_name='what we give')),
                    ('result', models.TextField(blank=True, default='', max_length=4000, verbose_name='what came of it')),
                    ('copied_from', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='visits.growthplan', verbose_name='in the same way as')),
                    ('written_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('written_at', models.DateTimeField(verbose_name='written')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='GrowthStep',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='visits.growthplan')),
                    ('number', models.PositiveSmallIntegerField()),
                    ('after_months', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(60)], verbose_name='months after the start')),
                    ('text', models.CharField(max_length=300, verbose_name='step')),
                    ('done_on', models.DateField(blank=True, null=True, verbose_name='done')),
                ],
                options={
                    'verbose_name': 'step of a growth plan',
                    'verbose_name_plural': 'steps of growth plans',
                    'ordering': ['plan', 'number'],
                    'constraints': [models.UniqueConstraint(fields=('plan', 'number'), name='growthstep_once')],
                },
            ), migrations.CreateModel(
                name='RoleProfile',
                fields=[
                    ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='role_profile', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('title', models.CharField(max_length=120, verbose_name='position')),
                    ('duties', models.TextField(help_text='What she answers for, one in a line, the weightiest first.', max_length=4000, verbose_name='responsibilities')),
                    ('powers', models.TextField(blank=True, default='', help_text='What she may promise or decide without asking anybody, and up to which amount.', max_length=4000, verbose_name='decides alone')),
                    ('asks', models.TextField(blank=True, default='', help_text="What needs somebody's consent, and whose.", max_length=4000, verbose_name='asks before')),
                    ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('written_at', models.DateTimeField(verbose_name='written')),
                ],
                options={
                    'verbose_name': 'job responsibilities',
                    'verbose_name_plural': 'job responsibilities',
                    'ordering': ['user'],
                },
            ), migrations.CreateModel(
                name='RoleProfileEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='visits.roleprofile')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('title', models.CharField(max_length=120, verbose_name='position')),
                    ('duties', models.TextField(help_text='What she answers for, one in a line, the weightiest first.', max_length=4000, verbose_name='responsibilities')),
                    ('powers', models.TextField(blank=True, default='', help_text='What she may promise or decide without asking anybody, and up to which amount.', max_length=4000, verbose_name='decides alone')),
                    ('asks', models.TextField(blank=True, default='', help_text="What needs somebody's consent, and whose.", max_length=4000, verbose_name='asks before')),
                    ('written_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('written_at', models.DateTimeField(verbose_name='written')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='VisitRequest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('dealer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='visit_requests', to='dealers.dealer', verbose_name='dealer')),
                    ('kind', models.CharField(choices=[('COMPLAINT', 'Complaint'), ('EVENT', "Something happened at the dealer's"), ('FOLLOW_UP', 'To be looked at again')], default='COMPLAINT', max_length=12, verbose_name='what it is about')),
                    ('text', models.CharField(help_text='Whoever makes the visit reads it on the phone.', max_length=300, verbose_name='in words')),
                    ('latest_on', models.DateField(verbose_name='visit by')),
                    ('urgent', models.BooleanField(default=False, help_text='When a month is too full, other visits give way first.', verbose_name='urgent')),
                    ('visit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='requests', to='visits.visit', verbose_name='came up on')),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                    ('asked_at', models.DateTimeField(verbose_name='asked for')),
                    ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='no longer needed since')),
                ],
                options={
                    'verbose_name': 'visit asked for by a person',
                    'verbose_name_plural': 'visits asked for by people',
                    'ordering': ['latest_on', 'pk'],
                    'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['latest_on'], name='visitrequest_open')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='visitrequest_says_why')],
                },
            ), migrations.CreateModel(
                name='VisitRequestEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='visits.visitrequest')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('dealer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='dealers.dealer', verbose_name='dealer')),
                    ('kind', models.CharField(choices=[('COMPLAINT', 'Complaint'), ('EVENT', "Something happened at the dealer's"), ('FOLLOW_UP', 'To be looked at again')], default='COMPLAINT', max_length=12, verbose_name='what it is about')),
                    ('text', models.CharField(help_text='Whoever makes the visit reads it on the phone.', max_length=300, verbose_name='in words')),
                    ('latest_on', models.DateField(verbose_name='visit by')),
                    ('urgent', models.BooleanField(default=False, help_text='When a month is too full, other visits give way first.', verbose_name='urgent')),
                    ('visit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='visits.visit', verbose_name='came up on')),
                    ('asked_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                    ('asked_at', models.DateTimeField(verbose_name='asked for')),
                    ('ended_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='no longer needed since')),
                ],
                options={
                    'abstract': False,
                },
            )],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='planningrules',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='planningrules',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='planningrules',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='planningrules',
            name='joint_a_month',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='The night asks the leader along where a dealer has waited longest for one. 0: joint visits are planned by hand.', validators=[django.core.validators.MaxValueValidator(20)], verbose_name='joint visits with each representative a month'),
        ),
        migrations.AddField(
            model_name='planningrules',
            name='leaders',
            field=models.BooleanField(db_default=False, default=False, help_text="Executive visits by the leaders' call cycles: each dealer is asked for by the leader next above it.", verbose_name="plan leaders' months, too"),
        ),
        migrations.AddField(
            model_name='planningrulesevent',
            name='joint_a_month',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='The night asks the leader along where a dealer has waited longest for one. 0: joint visits are planned by hand.', validators=[django.core.validators.MaxValueValidator(20)], verbose_name='joint visits with each representative a month'),
        ),
        migrations.AddField(
            model_name='planningrulesevent',
            name='leaders',
            field=models.BooleanField(db_default=False, default=False, help_text="Executive visits by the leaders' call cycles: each dealer is asked for by the leader next above it.", verbose_name="plan leaders' months, too"),
        ),
        migrations.AlterField(
            model_name='visit',
            name='why',
            field=models.CharField(choices=[('CYCLE', 'due by the call cycle'), ('APPOINTMENT', 'agreed with the dealer'), ('NEW_DEALER', 'new dealer'), ('COMPLAINT', 'complaint'), ('EVENT', "event at the dealer's"), ('WARNING', 'early warning'), ('PROMOTION', 'promotion'), ('FOLLOW_UP', 'follow-up'), ('REQUEST', 'asked for by the manager'), ('OFF_PLAN', 'off plan')], default='CYCLE', max_length=16, verbose_name='why now'),
        ),
        migrations.AlterField(
            model_name='visitevent',
            name='why',
            field=models.CharField(choices=[('CYCLE', 'due by the call cycle'), ('APPOINTMENT', 'agreed with the dealer'), ('NEW_DEALER', 'new dealer'), ('COMPLAINT', 'complaint'), ('EVENT', "event at the dealer's"), ('WARNING', 'early warning'), ('PROMOTION', 'promotion'), ('FOLLOW_UP', 'follow-up'), ('REQUEST', 'asked for by the manager'), ('OFF_PLAN', 'off plan')], default='CYCLE', max_length=16, verbose_name='why now'),
        ),
        migrations.AddConstraint(
            model_name='planningrules',
            constraint=models.CheckConstraint(condition=models.Q(('joint_a_month__lte', 20)), name='planningrules_joint_possible'),
        ),
        crm.base.trigger_migration.AddTriggers(
            triggers={'growthplan': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "visits_growthplanevent" ("baseline", "copied_from_id", "dealer_id", "focus", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "result", "starts_on", "support", "target_1", "target_2", "target_3", "thinking", "written_at", "written_by_id") VALUES (NEW."baseline", NEW."copied_from_id", NEW."dealer_id", NEW."focus", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."place", NEW."result", NEW."starts_on", NEW."support", NEW."target_1", NEW."target_2", NEW."target_3", NEW."thinking", NEW."written_at", NEW."written_by_id"); RETURN NULL;', hash='c4d7b2fa6fd6798e11a8bdd0418261e3bd387967', operation='INSERT', pgid='pgtrigger_insert_insert_59524', table='visits_growthplan', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "visits_growthplanevent" ("baseline", "copied_from_id", "dealer_id", "focus", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "result", "starts_on", "support", "target_1", "target_2", "target_3", "thinking", "written_at", "written_by_id") VALUES (NEW."baseline", NEW."copied_from_id", NEW."dealer_id", NEW."focus", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."place", NEW."result", NEW."starts_on", NEW."support", NEW."target_1", NEW."target_2", NEW."target_3", NEW."thinking", NEW."written_at", NEW."written_by_id"); RETURN NULL;', hash='b273000540c8b9e0303bd4a074c8e57f0d9b08cf', operation='UPDATE', pgid='pgtrigger_update_update_fc75c', table='visits_growthplan', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "visits_growthplanevent" ("baseline", "copied_from_id", "dealer_id", "focus", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "result", "starts_on", "support", "target_1", "target_2", "target_3", "thinking", "written_at", "written_by_id") VALUES (OLD."baseline", OLD."copied_from_id", OLD."dealer_id", OLD."focus", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."place", OLD."result", OLD."starts_on", OLD."support", OLD."target_1", OLD."target_2", OLD."target_3", OLD."thinking", OLD."written_at", OLD."written_by_id"); RETURN NULL;', hash='9351d780e3ba37f59767aee2ce01721a31395f2e', operation='DELETE', pgid='pgtrigger_delete_delete_4d49d', table='visits_growthplan', when='AFTER'))], 'growthplanevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a273a1d2710c73103ac44ee9173fc9bbf6e3c2ed', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c7ece', table='visits_growthplanevent', when='BEFORE'))], 'planningrules': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "visits_planningrulesevent" ("days_ahead", "id", "joint_a_month", "leaders", "new_dealer_days", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "release", "replan") VALUES (NEW."days_ahead", NEW."id", NEW."joint_a_month", NEW."leaders", NEW."new_dealer_days", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."release", NEW."replan"); RETURN NULL;', hash='b134a33affd504e31e054ec038bc50e28558d991', operation='INSERT', pgid='pgtrigger_insert_insert_0eb7d', table='visits_planningrules', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "visits_planningrulesevent" ("days_ahead", "id", "joint_a_month", "leaders", "new_dealer_days", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "release", "replan") VALUES (NEW."days_ahead", NEW."id", NEW."joint_a_month", NEW."leaders", NEW."new_dealer_days", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."release", NEW."replan"); RETURN NULL;', hash='6221ed6f3741207c7ead2dd557e2425d5ecc6e72', operation='UPDATE', pgid='pgtrigger_update_update_034e3', table='visits_planningrules', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "visits_planningrulesevent" ("days_ahead", "id", "joint_a_month", "leaders", "new_dealer_days", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "release", "replan") VALUES (OLD."days_ahead", OLD."id", OLD."joint_a_month", OLD."leaders", OLD."new_dealer_days", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."release", OLD."replan"); RETURN NULL;', hash='75dedc8facbaca9f80cc235d92b5892051b31a26', operation='DELETE', pgid='pgtrigger_delete_delete_96f9a', table='visits_planningrules', when='AFTER'))], 'roleprofile': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "visits_roleprofileevent" ("asks", "duties", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "powers", "title", "user_id", "written_at", "written_by_id") VALUES (NEW."asks", NEW."duties", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."user_id", NEW."powers", NEW."title", NEW."user_id", NEW."written_at", NEW."written_by_id"); RETURN NULL;', hash='46c40a8ff03c7839bb4a56db925e75bb768029ca', operation='INSERT', pgid='pgtrigger_insert_insert_313bf', table='visits_roleprofile', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "visits_roleprofileevent" ("asks", "duties", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "powers", "title", "user_id", "written_at", "written_by_id") VALUES (NEW."asks", NEW."duties", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."user_id", NEW."powers", NEW."title", NEW."user_id", NEW."written_at", NEW."written_by_id"); RETURN NULL;', hash='0cc35f61a3f74675b178420c9a8b3f56c6621263', operation='UPDATE', pgid='pgtrigger_update_update_a92c1', table='visits_roleprofile', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "visits_roleprofileevent" ("asks", "duties", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "powers", "title", "user_id", "written_at", "written_by_id") VALUES (OLD."asks", OLD."duties", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."user_id", OLD."powers", OLD."title", OLD."user_id", OLD."written_at", OLD."written_by_id"); RETURN NULL;', hash='892b27f8688e2521cfb18b704157e33c070d36f4', operation='DELETE', pgid='pgtrigger_delete_delete_d4a24', table='visits_roleprofile', when='AFTER'))], 'roleprofileevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='00649026bdb27e813eff6d559153ccdf7df7d5f2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_feb1a', table='visits_roleprofileevent', when='BEFORE'))], 'visitrequest': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "visits_visitrequestevent" ("asked_at", "asked_by_id", "dealer_id", "ended_at", "ended_by_id", "id", "kind", "latest_on", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "urgent", "visit_id") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."dealer_id", NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."kind", NEW."latest_on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."text", NEW."urgent", NEW."visit_id"); RETURN NULL;', hash='ae0262d0fee1763249641a2e2cc474740f0e4116', operation='INSERT', pgid='pgtrigger_insert_insert_72486', table='visits_visitrequest', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "visits_visitrequestevent" ("asked_at", "asked_by_id", "dealer_id", "ended_at", "ended_by_id", "id", "kind", "latest_on", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "urgent", "visit_id") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."dealer_id", NEW."ended_at", NEW."ended_by_id", NEW."id", NEW."kind", NEW."latest_on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."text", NEW."urgent", NEW."visit_id"); RETURN NULL;', hash='448398d3b34de109ce84a7ad2ba3e897b9f0b0a5', operation='UPDATE', pgid='pgtrigger_update_update_118d5', table='visits_visitrequest', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "visits_visitrequestevent" ("asked_at", "asked_by_id", "dealer_id", "ended_at", "ended_by_id", "id", "kind", "latest_on", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "urgent", "visit_id") VALUES (OLD."asked_at", OLD."asked_by_id", OLD."dealer_id", OLD."ended_at", OLD."ended_by_id", OLD."id", OLD."kind", OLD."latest_on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."text", OLD."urgent", OLD."visit_id"); RETURN NULL;', hash='4ca8eb1f4e0824c9daf02cbb191f4540a8e10285', operation='DELETE', pgid='pgtrigger_delete_delete_2003b', table='visits_visitrequest', when='AFTER'))], 'visitrequestevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2090bb987830b7dce17338df9a7d1787976a88e9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5b125', table='visits_visitrequestevent', when='BEFORE'))]},
        ),
    ]

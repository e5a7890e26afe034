import crm.base.table_migration
import crm.base.trigger_migration
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dealers', '0004_marks_of_changes'),
        ('visits', '0002_promises_by_figures'),
    ]

    operations = [
        crm.base.table_migration.CreateModels(
            tables=[migrations.CreateModel(
                name='ExtraVisit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('source', models.CharField(max_length=32, verbose_name='asked for by')),
                    ('cause', models.CharField(max_length=64)),
                    ('dealer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='extra_visits', to='dealers.dealer', verbose_name='dealer')),
                    ('priority', models.PositiveSmallIntegerField(choices=[(1, 'low'), (2, 'normal'), (3, 'high')], default=2, verbose_name='priority')),
                    ('asked_on', models.DateField(verbose_name='asked for on')),
                    ('earliest_on', models.DateField(blank=True, null=True, verbose_name='not before')),
                    ('latest_on', models.DateField(verbose_name='by')),
                    ('figures', models.JSONField(blank=True, default=dict)),
                    ('visit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='extras', to='visits.visit', verbose_name='visit')),
                    ('met_on', models.DateField(blank=True, null=True, verbose_name='visited')),
                    ('withdrawn_on', models.DateField(blank=True, null=True, verbose_name='withdrawn')),
                ],
                options={
                    'verbose_name': 'extra visit asked for',
                    'verbose_name_plural': 'extra visits asked for',
                    'ordering': ['latest_on', 'pk'],
                    'indexes': [models.Index(condition=models.Q(('met_on', None), ('withdrawn_on', None)), fields=['dealer', 'latest_on'], name='extravisit_open')],
                    'constraints': [models.UniqueConstraint(fields=('source', 'cause', 'dealer'), name='extravisit_once_for_a_cause'), models.CheckConstraint(condition=models.Q(('earliest_on', None), ('earliest_on__lte', models.F('latest_on')), _connector='OR'), name='extravisit_days_possible')],
                },
            ), migrations.CreateModel(
                name='PlanningRules',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('days_ahead', models.PositiveSmallIntegerField(default=10, help_text='0: months are planned only when somebody asks for it.', validators=[django.core.validators.MaxValueValidator(92)], verbose_name='plan a month so many days before it begins')),
                    ('release', models.BooleanField(default=True, help_text='Otherwise it is a proposal until somebody who plans releases it.', verbose_name='what the night plans counts at once')),
                    ('replan', models.BooleanField(default=True, help_text='Missed and skipped visits, new dealers, extra visits: from that day on, nothing locked moves.', verbose_name='replan at night what fell out')),
                    ('new_dealer_days', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='days to the first visit of a new dealer')),
                ],
                options={
                    'verbose_name': 'rule of planning',
                    'verbose_name_plural': 'rules of planning',
                    'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='planningrules_is_one'), models.CheckConstraint(condition=models.Q(('days_ahead__lte', 92)), name='planningrules_days_possible'), models.CheckConstraint(condition=models.Q(('new_dealer_days__range', (1, 90))), name='planningrules_first_visit_possible')],
                },
            ), migrations.CreateModel(
                name='PlanningRulesEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='visits.planningrules')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('days_ahead', models.PositiveSmallIntegerField(default=10, help_text='0: months are planned only when somebody asks for it.', validators=[django.core.validators.MaxValueValidator(92)], verbose_name='plan a month so many days before it begins')),
                    ('release', models.BooleanField(default=True, help_text='Otherwise it is a proposal until somebody who plans releases it.', verbose_name='what the night plans counts at once')),
                    ('replan', models.BooleanField(default=True, help_text='Missed and skipped visits, new dealers, extra visits: from that day on, nothing locked moves.', verbose_name='replan at night what fell out')),
                    ('new_dealer_days', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='days to the first visit of a new dealer')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='PreferredDays',
                fields=[
                    ('dealer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='preferred_days', serialize=False, to='dealers.dealer', verbose_name='dealer')),
                    ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)]), size=None, verbose_name='preferred weekdays')),
                ],
                options={
                    'verbose_name': 'preferred weekdays',
                    'verbose_name_plural': 'preferred weekdays',
                    'constraints': [models.CheckConstraint(condition=models.Q(('weekdays__contained_by', [1, 2, 3, 4, 5, 6, 7])), name='preferreddays_are_days')],
                },
            ), migrations.CreateModel(
                name='PreferredDaysEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='visits.preferreddays')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('dealer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', serialize=False, to='dealers.dealer', verbose_name='dealer')),
                    ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)]), size=None, verbose_name='preferred weekdays')),
                ],
                options={
                    'abstract': False,
                },
            )],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='visit',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='visit',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='visit',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='planningrun',
            name='night',
            field=models.DateField(blank=True, null=True, verbose_name='by the night of'),
        ),
        migrations.AddField(
            model_name='visit',
            name='must',
            field=models.BooleanField(db_default=False, default=False, help_text='When the day is too short, other visits give way first.', verbose_name='must be made on its day'),
        ),
        migrations.AddField(
            model_name='visitevent',
            name='must',
            field=models.BooleanField(db_default=False, default=False, help_text='When the day is too short, other visits give way first.', verbose_name='must be made on its day'),
        ),
        crm.base.trigger_migration.AddTriggers(
            triggers={'planningrules': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "visits_planningrulesevent" ("days_ahead", "id", "new_dealer_days", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "release", "replan") VALUES (NEW."days_ahead", NEW."id", NEW."new_dealer_days", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."release", NEW."replan"); RETURN NULL;', hash='a2b8cd5b78731f2ca20d987c1d453abe01757fb4', operation='INSERT', pgid='pgtrigger_insert_insert_0eb7d', table='visits_planningrules', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "visits_planningrulesevent" ("days_ahead", "id", "new_dealer_days", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "release", "replan") VALUES (NEW."days_ahead", NEW."id", NEW."new_dealer_days", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."release", NEW."replan"); RETURN NULL;', hash='bf1883a72d8f8112fb9dfc3204c2f761a36ae33c', operation='UPDATE', pgid='pgtrigger_update_update_034e3', table='visits_planningrules', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "visits_planningrulesevent" ("days_ahead", "id", "new_dealer_days", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "release", "replan") VALUES (OLD."days_ahead", OLD."id", OLD."new_dealer_days", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."release", OLD."replan"); RETURN NULL;', hash='4e261cb6bab91b260f1e33748475ec42960fb90b', operation='DELETE', pgid='pgtrigger_delete_delete_96f9a', table='visits_planningrules', when='AFTER'))], 'planningrulesevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e320489ad411423f943825c68d020608d3be52ac', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0a478', table='visits_planningrulesevent', when='BEFORE'))], 'preferreddays': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "visits_preferreddaysevent" ("dealer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "weekdays") VALUES (NEW."dealer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."dealer_id", NEW."weekdays"); RETURN NULL;', hash='27d3fe9e25a51ccc94987ecf16ea7802c181065b', operation='INSERT', pgid='pgtrigger_insert_insert_42ca0', table='visits_preferreddays', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "visits_preferreddaysevent" ("dealer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "weekdays") VALUES (NEW."dealer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."dealer_id", NEW."weekdays"); RETURN NULL;', hash='d5b8dbff40fa5367887af7d48478630fe143ab8b', operation='UPDATE', pgid='pgtrigger_update_update_55ab6', table='visits_preferreddays', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "visits_preferreddaysevent" ("dealer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "weekdays") VALUES (OLD."dealer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."dealer_id", OLD."weekdays"); RETURN NULL;', hash='a4d142fa0a49a36a40d8def8f39133ae55739e59', operation='DELETE', pgid='pgtrigger_delete_delete_52200', table='visits_preferreddays', when='AFTER'))], 'preferreddaysevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f449044b0795526b4f7a5c1a4d76593a3195a94f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4e6cf', table='visits_preferreddaysevent', when='BEFORE'))], 'visit': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "visits_visitevent" ("accuracy_m", "answers", "by_hand", "check_in", "check_in_reason", "companion_id", "confirmed_at", "contact_id", "conveyed", "covers_for_id", "dealer_id", "display_score", "distance_m", "ended_at", "first_on", "fix_age_s", "fixed_at", "form_id", "id", "key", "kind", "km", "latitude", "locked", "longitude", "main_brand", "means", "minutes", "mood", "must", "next_on", "next_step", "not_possible", "objective", "on", "order_amount", "order_lines", "parallel", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "purpose", "received_at", "result", "result_note", "rivals", "sequence", "skip_note", "skip_reason", "started_at", "starts_at", "state", "summary", "travel_minutes", "user_id", "venting", "version", "why", "why_note") VALUES (NEW."accuracy_m", NEW."answers", NEW."by_hand", NEW."check_in", NEW."check_in_reason", NEW."companion_id", NEW."confirmed_at", NEW."contact_id", NEW."conveyed", NEW."covers_for_id", NEW."dealer_id", NEW."display_score", NEW."distance_m", NEW."ended_at", NEW."first_on", NEW."fix_age_s", NEW."fixed_at", NEW."form_id", NEW."id", NEW."key", NEW."kind", NEW."km", NEW."latitude", NEW."locked", NEW."longitude", NEW."main_brand", NEW."means", NEW."minutes", NEW."mood", NEW."must", NEW."next_on", NEW."next_step", NEW."not_possible", NEW."objective", NEW."on", NEW."order_amount", NEW."order_lines", NEW."parallel", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."purpose", NEW."received_at", NEW."result", NEW."result_note", NEW."rivals", NEW."sequence", NEW."skip_note", NEW."skip_reason", NEW."started_at", NEW."starts_at", NEW."state", NEW."summary", NEW."travel_minutes", NEW."user_id", NEW."venting", NEW."version", NEW."why", NEW."why_note"); RETURN NULL;', hash='1cc1f07b6919d857f087561279dd3ecff84ae526', operation='INSERT', pgid='pgtrigger_insert_insert_9d6da', table='visits_visit', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."accuracy_m" IS DISTINCT FROM (NEW."accuracy_m") OR OLD."answers" IS DISTINCT FROM (NEW."answers") OR OLD."check_in" IS DISTINCT FROM (NEW."check_in") OR OLD."check_in_reason" IS DISTINCT FROM (NEW."check_in_reason") OR OLD."companion_id" IS DISTINCT FROM (NEW."companion_id") OR OLD."confirmed_at" IS DISTINCT FROM (NEW."confirmed_at") OR OLD."contact_id" IS DISTINCT FROM (NEW."contact_id") OR OLD."conveyed" IS DISTINCT FROM (NEW."conveyed") OR OLD."covers_for_id" IS DISTINCT FROM (NEW."covers_for_id") OR OLD."dealer_id" IS DISTINCT FROM (NEW."dealer_id") OR OLD."display_score" IS DISTINCT FROM (NEW."display_score") OR OLD."distance_m" IS DISTINCT FROM (NEW."distance_m") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."first_on" IS DISTINCT FROM (NEW."first_on") OR OLD."fix_age_s" IS DISTINCT FROM (NEW."fix_age_s") OR OLD."fixed_at" IS DISTINCT FROM (NEW."fixed_at") OR OLD."form_id" IS DISTINCT FROM (NEW."form_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."latitude" IS DISTINCT FROM (NEW."latitude") OR OLD."locked" IS DISTINCT FROM (NEW."locked") OR OLD."longitude" IS DISTINCT FROM (NEW."longitude") OR OLD."main_brand" IS DISTINCT FROM (NEW."main_brand") OR OLD."means" IS DISTINCT FROM (NEW."means") OR OLD."minutes" IS DISTINCT FROM (NEW."minutes") OR OLD."mood" IS DISTINCT FROM (NEW."mood") OR OLD."must" IS DISTINCT FROM (NEW."must") OR OLD."next_on" IS DISTINCT FROM (NEW."next_on") OR OLD."next_step" IS DISTINCT FROM (NEW."next_step") OR OLD."not_possible" IS DISTINCT FROM (NEW."not_possible") OR OLD."objective" IS DISTINCT FROM (NEW."objective") OR OLD."on" IS DISTINCT FROM (NEW."on") OR OLD."order_amount" IS DISTINCT FROM (NEW."order_amount") OR OLD."order_lines" IS DISTINCT FROM (NEW."order_lines") OR OLD."parallel" IS DISTINCT FROM (NEW."parallel") OR OLD."plan_id" IS DISTINCT FROM (NEW."plan_id") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."received_at" IS DISTINCT FROM (NEW."received_at") OR OLD."result" IS DISTINCT FROM (NEW."result") OR OLD."result_note" IS DISTINCT FROM (NEW."result_note") OR OLD."rivals" IS DISTINCT FROM (NEW."rivals") OR OLD."skip_note" IS DISTINCT FROM (NEW."skip_note") OR OLD."skip_reason" IS DISTINCT FROM (NEW."skip_reason") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."venting" IS DISTINCT FROM (NEW."venting") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."why" IS DISTINCT FROM (NEW."why") OR OLD."why_note" IS DISTINCT FROM (NEW."why_note"))', func='INSERT INTO "visits_visitevent" ("accuracy_m", "answers", "by_hand", "check_in", "check_in_reason", "companion_id", "confirmed_at", "contact_id", "conveyed", "covers_for_id", "dealer_id", "display_score", "distance_m", "ended_at", "first_on", "fix_age_s", "fixed_at", "form_id", "id", "key", "kind", "km", "latitude", "locked", "longitude", "main_brand", "means", "minutes", "mood", "must", "next_on", "next_step", "not_possible", "objective", "on", "order_amount", "order_lines", "parallel", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "purpose", "received_at", "result", "result_note", "rivals", "sequence", "skip_note", "skip_reason", "started_at", "starts_at", "state", "summary", "travel_minutes", "user_id", "venting", "version", "why", "why_note") VALUES (NEW."accuracy_m", NEW."answers", NEW."by_hand", NEW."check_in", NEW."check_in_reason", NEW."companion_id", NEW."confirmed_at", NEW."contact_id", NEW."conveyed", NEW."covers_for_id", NEW."dealer_id", NEW."display_score", NEW."distance_m", NEW."ended_at", NEW."first_on", NEW."fix_age_s", NEW."fixed_at", NEW."form_id", NEW."id", NEW."key", NEW."kind", NEW."km", NEW."latitude", NEW."locked", NEW."longitude", NEW."main_brand", NEW."means", NEW."minutes", NEW."mood", NEW."must", NEW."next_on", NEW."next_step", NEW."not_possible", NEW."objective", NEW."on", NEW."order_amount", NEW."order_lines", NEW."parallel", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."plan_id", NEW."purpose", NEW."received_at", NEW."result", NEW."result_note", NEW."rivals", NEW."sequence", NEW."skip_note", NEW."skip_reason", NEW."started_at", NEW."starts_at", NEW."state", NEW."summary", NEW."travel_minutes", NEW."user_id", NEW."venting", NEW."version", NEW."why", NEW."why_note"); RETURN NULL;', hash='cf01675e232c16fb272b796d903f67c271cbc026', operation='UPDATE', pgid='pgtrigger_update_update_41cf1', table='visits_visit', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "visits_visitevent" ("accuracy_m", "answers", "by_hand", "check_in", "check_in_reason", "companion_id", "confirmed_at", "contact_id", "conveyed", "covers_for_id", "dealer_id", "display_score", "distance_m", "ended_at", "first_on", "fix_age_s", "fixed_at", "form_id", "id", "key", "kind", "km", "latitude", "locked", "longitude", "main_brand", "means", "minutes", "mood", "must", "next_on", "next_step", "not_possible", "objective", "on", "order_amount", "order_lines", "parallel", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "purpose", "received_at", "result", "result_note", "rivals", "sequence", "skip_note", "skip_reason", "started_at", "starts_at", "state", "summary", "travel_minutes", "user_id", "venting", "version", "why", "why_note") VALUES (OLD."accuracy_m", OLD."answers", OLD."by_hand", OLD."check_in", OLD."check_in_reason", OLD."companion_id", OLD."confirmed_at", OLD."contact_id", OLD."conveyed", OLD."covers_for_id", OLD."dealer_id", OLD."display_score", OLD."distance_m", OLD."ended_at", OLD."first_on", OLD."fix_age_s", OLD."fixed_at", OLD."form_id", OLD."id", OLD."key", OLD."kind", OLD."km", OLD."latitude", OLD."locked", OLD."longitude", OLD."main_brand", OLD."means", OLD."minutes", OLD."mood", OLD."must", OLD."next_on", OLD."next_step", OLD."not_possible", OLD."objective", OLD."on", OLD."order_amount", OLD."order_lines", OLD."parallel", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."purpose", OLD."received_at", OLD."result", OLD."result_note", OLD."rivals", OLD."sequence", OLD."skip_note", OLD."skip_reason", OLD."started_at", OLD."starts_at", OLD."state", OLD."summary", OLD."travel_minutes", OLD."user_id", OLD."venting", OLD."version", OLD."why", OLD."why_note"); RETURN NULL;', hash='0771ee35f4d20ad3086d102e6968772b9b48504c', operation='DELETE', pgid='pgtrigger_delete_delete_a3dfb', table='visits_visit', when='AFTER'))]},
        ),
    ]

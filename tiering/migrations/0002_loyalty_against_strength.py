import crm.base.table_migration
import crm.base.trigger_migration
import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_notices'),
        ('accounts', '__first__'),
        ('dealers', '0007_searches_planned_once'),
        ('tiering', '0001_initial'),
    ]

    operations = [
        crm.base.table_migration.CreateModels(
            tables=[migrations.CreateModel(
                name='DealerQuadrant',
                fields=[
                    ('dealer', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='quadrant_row', serialize=False, to='dealers.dealer')),
                    ('quadrant', models.CharField(choices=[('CORE', 'core'), ('DEVELOP', 'develop'), ('NEGOTIATE', 'negotiate'), ('PHASE_OUT', 'phase out')], max_length=10, verbose_name='loyalty and strength')),
                    ('since', models.DateField(verbose_name='since')),
                ],
                options={
                    'verbose_name': "dealer's quadrant",
                    'verbose_name_plural': "dealers' quadrants",
                },
            ), migrations.CreateModel(
                name='MatrixTerms',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('active_from', models.DateField(unique=True, verbose_name='counts from')),
                    ('loyalty_cut', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='loyal from (points)')),
                    ('strength_cut', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='strong from (points)')),
                    ('hysteresis', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MaxValueValidator(20)], verbose_name='points beyond the cut before a dealer changes sides')),
                    ('note', models.CharField(blank=True, default='', max_length=300, verbose_name='what changed and why')),
                ],
                options={
                    'verbose_name': 'limits of loyalty and strength',
                    'verbose_name_plural': 'limits of loyalty and strength',
                    'ordering': ['-active_from'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('hysteresis__lte', 20), ('loyalty_cut__lte', 100), ('strength_cut__lte', 100)), name='matrixterms_are_points')],
                },
            ), migrations.CreateModel(
                name='MatrixTermsEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='tiering.matrixterms')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('active_from', models.DateField(verbose_name='counts from')),
                    ('loyalty_cut', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='loyal from (points)')),
                    ('strength_cut', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='strong from (points)')),
                    ('hysteresis', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MaxValueValidator(20)], verbose_name='points beyond the cut before a dealer changes sides')),
                    ('note', models.CharField(blank=True, default='', max_length=300, verbose_name='what changed and why')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='QuadrantChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('dealer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='quadrant_changes', to='dealers.dealer', verbose_name='dealer')),
                    ('on', models.DateField(verbose_name='on')),
                    ('from_quadrant', models.CharField(choices=[('CORE', 'core'), ('DEVELOP', 'develop'), ('NEGOTIATE', 'negotiate'), ('PHASE_OUT', 'phase out')], max_length=10, null=True, verbose_name='from')),
                    ('quadrant', models.CharField(choices=[('CORE', 'core'), ('DEVELOP', 'develop'), ('NEGOTIATE', 'negotiate'), ('PHASE_OUT', 'phase out')], max_length=10, null=True, verbose_name='loyalty and strength')),
                    ('loyalty', models.SmallIntegerField(null=True, verbose_name='loyalty')),
                    ('strength', models.SmallIntegerField(null=True, verbose_name='strength')),
                ],
                options={
                    'verbose_name': 'change of quadrant',
                    'verbose_name_plural': 'changes of quadrant',
                    'ordering': ['-on', '-pk'],
                    'constraints': [models.UniqueConstraint(fields=('dealer', 'on'), name='quadrantchange_once_a_night')],
                },
            ), migrations.CreateModel(
                name='QuadrantCount',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('territory', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.territory')),
                    ('quadrant', models.CharField(blank=True, choices=[('CORE', 'core'), ('DEVELOP', 'develop'), ('NEGOTIATE', 'negotiate'), ('PHASE_OUT', 'phase out')], max_length=10)),
                    ('dealers', models.PositiveIntegerField()),
                    ('sales_e4', models.BigIntegerField()),
                ],
                options={
                    'verbose_name': 'dealers in a quadrant',
                    'verbose_name_plural': 'dealers in quadrants',
                },
            ), migrations.CreateModel(
                name='DealerPlan',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('dealer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quadrant_plans', to='dealers.dealer', verbose_name='dealer')),
                    ('quadrant', models.CharField(choices=[('CORE', 'core'), ('DEVELOP', 'develop'), ('NEGOTIATE', 'negotiate'), ('PHASE_OUT', 'phase out')], max_length=10, verbose_name='playbook')),
                    ('aim', models.CharField(max_length=500, verbose_name='aim')),
                    ('our_gain', models.CharField(blank=True, default='', max_length=500, verbose_name='what we gain')),
                    ('dealer_gain', models.CharField(blank=True, default='', max_length=500, verbose_name='what the dealer gains')),
                    ('share_limit', models.DecimalField(blank=True, decimal_places=3, max_digits=4, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name="most of the territory's sales")),
                    ('starts_on', models.DateField(verbose_name='from')),
                    ('ends_on', models.DateField(verbose_name='to be done by')),
                    ('loyalty_at_start', models.SmallIntegerField(editable=False, null=True, verbose_name='loyalty at the start')),
                    ('strength_at_start', models.SmallIntegerField(editable=False, null=True, verbose_name='strength at the start')),
                    ('state', models.CharField(choices=[('RUNNING', 'running'), ('DONE', 'done'), ('STOPPED', 'stopped')], default='RUNNING', editable=False, max_length=8, verbose_name='state')),
                    ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='begun by')),
                    ('created_at', models.DateTimeField(editable=False, verbose_name='begun')),
                    ('closed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                    ('closed_on', models.DateField(editable=False, null=True, verbose_name='closed')),
                    ('result', models.CharField(blank=True, default='', editable=False, max_length=500, verbose_name='what came of it')),
                ],
                options={
                    'verbose_name': 'plan for a dealer',
                    'verbose_name_plural': 'plans for dealers',
                    'ordering': ['-created_at', '-pk'],
                    'indexes': [models.Index(condition=models.Q(('state', 'RUNNING')), fields=['ends_on'], name='dealerplan_running')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'RUNNING')), fields=('dealer',), name='dealerplan_one_runs'), models.CheckConstraint(condition=models.Q(('ends_on__gt', models.F('starts_on'))), name='dealerplan_has_a_term'), models.CheckConstraint(condition=models.Q(('share_limit__isnull', True), ('share_limit__range', (Decimal('0'), Decimal('1'))), _connector='OR'), name='dealerplan_share_is_a_share'), models.CheckConstraint(condition=models.Q(models.Q(('quadrant', 'NEGOTIATE'), _negated=True), models.Q(models.Q(('our_gain', ''), _negated=True), models.Q(('dealer_gain', ''), _negated=True)), _connector='OR'), name='dealerplan_both_sides_gain'), models.CheckConstraint(condition=models.Q(('state', 'RUNNING'), models.Q(('closed_by__isnull', False), ('closed_on__isnull', False), models.Q(('result', ''), _negated=True)), _connector='OR'), name='dealerplan_result_is_told')],
                },
            ), migrations.CreateModel(
                name='DealerPlanEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='tiering.dealerplan')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('dealer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='dealers.dealer', verbose_name='dealer')),
                    ('quadrant', models.CharField(choices=[('CORE', 'core'), ('DEVELOP', 'develop'), ('NEGOTIATE', 'negotiate'), ('PHASE_OUT', 'phase out')], max_length=10, verbose_name='playbook')),
                    ('aim', models.CharField(max_length=500, verbose_name='aim')),
                    ('our_gain', models.CharField(blank=True, default='', max_length=500, verbose_name='what we gain')),
                    ('dealer_gain', models.CharField(blank=True, default='', max_length=500, verbose_name='what the dealer gains')),
                    ('share_limit', models.DecimalField(blank=True, decimal_places=3, max_digits=4, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name="most of the territory's sales")),
                    ('starts_on', models.DateField(verbose_name='from')),
                    ('ends_on', models.DateField(verbose_name='to be done by')),
                    ('loyalty_at_start', models.SmallIntegerField(editable=False, null=True, verbose_name='loyalty at the start')),
                    ('strength_at_start', models.SmallIntegerField(editable=False, null=True, verbose_name='strength at the start')),
                    ('state', models.CharField(choices=[('RUNNING', 'running'), ('DONE', 'done'), ('STOPPED', 'stopped')], default='RUNNING', editable=False, max_length=8, verbose_name='state')),
                    ('created_by', models.ForeignKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='begun by')),
                    ('created_at', models.DateTimeField(editable=False, verbose_name='begun')),
                    ('closed_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                    ('closed_on', models.DateField(editable=False, null=True, verbose_name='closed')),
                    ('result', models.CharField(blank=True, default='', editable=False, max_length=500, verbose_name='what came of it')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='DealerPlanStep',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='tiering.dealerplan', verbose_name='plan')),
                    ('kind', models.CharField(choices=[('SPONSOR', 'a leader of ours looks after the dealer in person'), ('SUPPLY_FIRST', 'scarce goods go to this dealer first'), ('FRAMEWORK', 'a framework agreement is signed'), ('ADVERTISING', 'advertising support'), ('PROMOTION', 'a promotion with the dealer'), ('GIFTS', "gifts for the dealer's customers"), ('GUIDES', "shopping guides in the dealer's shops"), ('TERMS', 'the terms stand in an agreement'), ('GAINS', 'both sides have agreed to what each of them gains'), ('SHARE', "its share of the territory's sales is within the limit"), ('REVIEW', 'the plan was gone through with the dealer'), ('TOLD', 'the dealer was told in person, with reasons and days'), ('STOCK_RETURNED', 'the stock is sold off or taken back'), ('PAID', 'what the dealer owes is paid'), ('REPLACED', 'another dealer serves its customers'), ('AGREEMENT_ENDED', 'its agreements have ended')], max_length=16, verbose_name='step')),
                    ('due_on', models.DateField(verbose_name='due')),
                    ('done_on', models.DateField(null=True, verbose_name='done')),
                    ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('note', models.CharField(blank=True, default='', max_length=500, verbose_name='note')),
                    ('replacement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dealers.dealer', verbose_name='dealer that takes over')),
                ],
                options={
                    'verbose_name': 'step of a plan',
                    'verbose_name_plural': 'steps of plans',
                    'ordering': ['due_on', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('plan', 'kind'), name='dealerplanstep_once'), models.CheckConstraint(condition=models.Q(models.Q(('done_by__isnull', True), ('done_on__isnull', True)), models.Q(('done_by__isnull', False), ('done_on__isnull', False)), _connector='OR'), name='dealerplanstep_done_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'REPLACED'), _negated=True), ('done_on__isnull', True), ('replacement__isnull', False), _connector='OR'), name='dealerplanstep_names_who_takes_over')],
                },
            ), migrations.CreateModel(
                name='DealerPlanStepEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='tiering.dealerplanstep')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('plan', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='tiering.dealerplan', verbose_name='plan')),
                    ('kind', models.CharField(choices=[('SPONSOR', 'a leader of ours looks after the dealer in person'), ('SUPPLY_FIRST', 'scarce goods go to this dealer first'), ('FRAMEWORK', 'a framework agreement is signed'), ('ADVERTISING', 'advertising support'), ('PROMOTION', 'a promotion with the dealer'), ('GIFTS', "gifts for the dealer's customers"), ('GUIDES', "shopping guides in the dealer's shops"), ('TERMS', 'the terms stand in an agreement'), ('GAINS', 'both sides have agreed to what each of them gains'), ('SHARE', "its share of the territory's sales is within the limit"), ('REVIEW', 'the plan was gone through with the dealer'), ('TOLD', 'the dealer was told in person, with reasons and days'), ('STOCK_RETURNED', 'the stock is sold off or taken back'), ('PAID', 'what the dealer owes is paid'), ('REPLACED', 'another dealer serves its customers'), ('AGREEMENT_ENDED', 'its agreements have ended')], max_length=16, verbose_name='step')),
                    ('due_on', models.DateField(verbose_name='due')),
                    ('done_on', models.DateField(null=True, verbose_name='done')),
                    ('done_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('note', models.CharField(blank=True, default='', max_length=500, verbose_name='note')),
                    ('replacement', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='dealers.dealer', verbose_name='dealer that takes over')),
                ],
                options={
                    'abstract': False,
                },
            )],
        ),
        crm.base.trigger_migration.AddTriggers(
            triggers={'dealerplan': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "tiering_dealerplanevent" ("aim", "closed_by_id", "closed_on", "created_at", "created_by_id", "dealer_gain", "dealer_id", "ends_on", "id", "loyalty_at_start", "our_gain", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quadrant", "result", "share_limit", "starts_on", "state", "strength_at_start") VALUES (NEW."aim", NEW."closed_by_id", NEW."closed_on", NEW."created_at", NEW."created_by_id", NEW."dealer_gain", NEW."dealer_id", NEW."ends_on", NEW."id", NEW."loyalty_at_start", NEW."our_gain", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."quadrant", NEW."result", NEW."share_limit", NEW."starts_on", NEW."state", NEW."strength_at_start"); RETURN NULL;', hash='2fe49159ff7514ad4ff76f1c5b6034cce6d2001c', operation='INSERT', pgid='pgtrigger_insert_insert_e263d', table='tiering_dealerplan', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "tiering_dealerplanevent" ("aim", "closed_by_id", "closed_on", "created_at", "created_by_id", "dealer_gain", "dealer_id", "ends_on", "id", "loyalty_at_start", "our_gain", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quadrant", "result", "share_limit", "starts_on", "state", "strength_at_start") VALUES (NEW."aim", NEW."closed_by_id", NEW."closed_on", NEW."created_at", NEW."created_by_id", NEW."dealer_gain", NEW."dealer_id", NEW."ends_on", NEW."id", NEW."loyalty_at_start", NEW."our_gain", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."quadrant", NEW."result", NEW."share_limit", NEW."starts_on", NEW."state", NEW."strength_at_start"); RETURN NULL;', hash='fdbe9ad43d311ef1dd7b78a9f9fb5034ad8cbf47', operation='UPDATE', pgid='pgtrigger_update_update_9a3c9', table='tiering_dealerplan', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "tiering_dealerplanevent" ("aim", "closed_by_id", "closed_on", "created_at", "created_by_id", "dealer_gain", "dealer_id", "ends_on", "id", "loyalty_at_start", "our_gain", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quadrant", "result", "share_limit", "starts_on", "state", "strength_at_start") VALUES (OLD."aim", OLD."closed_by_id", OLD."closed_on", OLD."created_at", OLD."created_by_id", OLD."dealer_gain", OLD."dealer_id", OLD."ends_on", OLD."id", OLD."loyalty_at_start", OLD."our_gain", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."quadrant", OLD."result", OLD."share_limit", OLD."starts_on", OLD."state", OLD."strength_at_start"); RETURN NULL;', hash='68f34c36b274c0d16fe41b31226ffa265cb0060a', operation='DELETE', pgid='pgtrigger_delete_delete_021d9', table='tiering_dealerplan', when='AFTER'))], 'dealerplanevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9f719be796138254c628704ac82f3c67f910764c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_48d17', table='tiering_dealerplanevent', when='BEFORE'))], 'dealerplanstep': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "tiering_dealerplanstepevent" ("done_by_id", "done_on", "due_on", "id", "kind", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "replacement_id") VALUES (NEW."done_by_id", NEW."done_on", NEW."due_on", NEW."id", NEW."kind", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."replacement_id"); RETURN NULL;', hash='4b932f3b396009f3c35cf7ac9fc05e7e9ad73e90', operation='INSERT', pgid='pgtrigger_insert_insert_79cb8', table='tiering_dealerplanstep', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "tiering_dealerplanstepevent" ("done_by_id", "done_on", "due_on", "id", "kind", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "replacement_id") VALUES (NEW."done_by_id", NEW."done_on", NEW."due_on", NEW."id", NEW."kind", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."plan_id", NEW."replacement_id"); RETURN NULL;', hash='ad355bff64d0388a6e6c3816b531032cc307c678', operation='UPDATE', pgid='pgtrigger_update_update_898e1', table='tiering_dealerplanstep', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "tiering_dealerplanstepevent" ("done_by_id", "done_on", "due_on", "id", "kind", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "replacement_id") VALUES (OLD."done_by_id", OLD."done_on", OLD."due_on", OLD."id", OLD."kind", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."replacement_id"); RETURN NULL;', hash='f5412730774b3e032fc6f43fc9824258f191223d', operation='DELETE', pgid='pgtrigger_delete_delete_36c60', table='tiering_dealerplanstep', when='AFTER'))], 'dealerplanstepevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='07975342016d5fdcf73e39a0346249129ca00080', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a0c26', table='tiering_dealerplanstepevent', when='BEFORE'))], 'matrixterms': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "tiering_matrixtermsevent" ("active_from", "hysteresis", "id", "loyalty_cut", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "strength_cut") VALUES (NEW."active_from", NEW."hysteresis", NEW."id", NEW."loyalty_cut", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."strength_cut"); RETURN NULL;', hash='3d7e11d3aa1a698a8d73232039cc16885cfc4f0c', operation='INSERT', pgid='pgtrigger_insert_insert_1eb46', table='tiering_matrixterms', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "tiering_matrixtermsevent" ("active_from", "hysteresis", "id", "loyalty_cut", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "strength_cut") VALUES (NEW."active_from", NEW."hysteresis", NEW."id", NEW."loyalty_cut", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."strength_cut"); RETURN NULL;', hash='f6f22d2dd12fb4ff46f8fe6b7bf751768e7b156c', operation='UPDATE', pgid='pgtrigger_update_update_c27dc', table='tiering_matrixterms', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "tiering_matrixtermsevent" ("active_from", "hysteresis", "id", "loyalty_cut", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "strength_cut") VALUES (OLD."active_from", OLD."hysteresis", OLD."id", OLD."loyalty_cut", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."strength_cut"); RETURN NULL;', hash='356fd034e836d78f0c2946f59ee3b91747034f0d', operation='DELETE', pgid='pgtrigger_delete_delete_462ff', table='tiering_matrixterms', when='AFTER'))], 'matrixtermsevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b36edac13b6158a6759d21a2ac745ed46e001b64', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_68017', table='tiering_matrixtermsevent', when='BEFORE'))]},
        ),
    ]

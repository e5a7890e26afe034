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
        ('promotions', '0003_support'),
        ('visits', '0004_days_apart_from_cycles'),
    ]

    operations = [
        crm.base.table_migration.CreateModels(
            tables=[migrations.CreateModel(
                name='ClaimAudit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('claim', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='audit', to='promotions.claim', verbose_name='claim')),
                    ('drawn_on', models.DateField(verbose_name='drawn')),
                    ('due_on', models.DateField(verbose_name='by')),
                    ('result', models.CharField(blank=True, choices=[('AS_CLAIMED', 'found as claimed'), ('PARTLY', 'found in part'), ('NOT_FOUND', 'not found')], default='', max_length=12, verbose_name='result')),
                    ('note', models.CharField(blank=True, default='', max_length=500, verbose_name='what was found')),
                    ('visit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='visits.visit', verbose_name='visit')),
                    ('found_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='found by')),
                    ('found_at', models.DateTimeField(blank=True, null=True, verbose_name='found')),
                ],
                options={
                    'verbose_name': 'audit',
                    'verbose_name_plural': 'audits',
                    'ordering': ['due_on', 'pk'],
                    'indexes': [models.Index(condition=models.Q(('result', '')), fields=['due_on'], name='claimaudit_open')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('result', ''), models.Q(('found_at__isnull', False), ('found_by__isnull', False)), _connector='OR'), name='claimaudit_found_by_somebody'), models.CheckConstraint(condition=models.Q(('result__in', ['', 'AS_CLAIMED']), models.Q(('note', ''), _negated=True), _connector='OR'), name='claimaudit_failed_says_what')],
                },
            ), migrations.CreateModel(
                name='ClaimAuditEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='promotions.claimaudit')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('claim', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='promotions.claim', verbose_name='claim')),
                    ('drawn_on', models.DateField(verbose_name='drawn')),
                    ('due_on', models.DateField(verbose_name='by')),
                    ('result', models.CharField(blank=True, choices=[('AS_CLAIMED', 'found as claimed'), ('PARTLY', 'found in part'), ('NOT_FOUND', 'not found')], default='', max_length=12, verbose_name='result')),
                    ('note', models.CharField(blank=True, default='', max_length=500, verbose_name='what was found')),
                    ('visit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='visits.visit', verbose_name='visit')),
                    ('found_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='found by')),
                    ('found_at', models.DateTimeField(blank=True, null=True, verbose_name='found')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='ClaimExport',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('exported_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                    ('format', models.CharField(choices=[('XLSX', 'XLSX'), ('CSV', 'CSV')], max_length=4, verbose_name='format')),
                    ('title', models.CharField(max_length=300, verbose_name='page')),
                    ('query', models.CharField(blank=True, default='', max_length=2000)),
                    ('rows', models.PositiveIntegerField(default=0, verbose_name='rows')),
                ],
                options={
                    'verbose_name': 'export of claims',
                    'verbose_name_plural': 'exports of claims',
                    'ordering': ['-exported_at', '-pk'],
                    'indexes': [models.Index(fields=['user', '-exported_at'], name='claimexport_by_user')],
                },
            )],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='promotionterms',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='promotionterms',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='promotionterms',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='promotionterms',
            name='audit_days',
            field=models.PositiveSmallIntegerField(db_default=30, default=30, validators=[django.core.validators.MinValueValidator(1)], verbose_name='days to audit a claim'),
        ),
        migrations.AddField(
            model_name='promotionterms',
            name='audit_share',
            field=models.DecimalField(db_default=Decimal('0.1'), decimal_places=4, default=Decimal('0.1'), help_text='They are drawn at random, and somebody goes there.', max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('1'))], verbose_name='share of paid claims that is audited'),
        ),
        migrations.AddField(
            model_name='promotiontermsevent',
            name='audit_days',
            field=models.PositiveSmallIntegerField(db_default=30, default=30, validators=[django.core.validators.MinValueValidator(1)], verbose_name='days to audit a claim'),
        ),
        migrations.AddField(
            model_name='promotiontermsevent',
            name='audit_share',
            field=models.DecimalField(db_default=Decimal('0.1'), decimal_places=4, default=Decimal('0.1'), help_text='They are drawn at random, and somebody goes there.', max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('1'))], verbose_name='share of paid claims that is audited'),
        ),
        migrations.AlterField(
            model_name='claimevidence',
            name='kind',
            field=models.CharField(choices=[('PHOTO', 'photo of the place'), ('INVOICE', 'invoice'), ('CONTRACT', 'contract'), ('AUDIT', 'photo of the audit'), ('OTHER', 'other')], max_length=10, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='claimevidenceevent',
            name='kind',
            field=models.CharField(choices=[('PHOTO', 'photo of the place'), ('INVOICE', 'invoice'), ('CONTRACT', 'contract'), ('AUDIT', 'photo of the audit'), ('OTHER', 'other')], max_length=10, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='promotionterms',
            constraint=models.CheckConstraint(condition=models.Q(('audit_days__gte', 1), ('audit_share__range', (Decimal('0'), Decimal('1')))), name='promotionterms_audits_possible'),
        ),
        crm.base.trigger_migration.AddTriggers(
            triggers={'claimaudit': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_claimauditevent" ("claim_id", "drawn_on", "due_on", "found_at", "found_by_id", "id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "visit_id") VALUES (NEW."claim_id", NEW."drawn_on", NEW."due_on", NEW."found_at", NEW."found_by_id", NEW."id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."result", NEW."visit_id"); RETURN NULL;', hash='0a36e9e6c5e7c4e5207d3d553cfe5a93bfc6ad9f', operation='INSERT', pgid='pgtrigger_insert_insert_98407', table='promotions_claimaudit', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "promotions_claimauditevent" ("claim_id", "drawn_on", "due_on", "found_at", "found_by_id", "id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "visit_id") VALUES (NEW."claim_id", NEW."drawn_on", NEW."due_on", NEW."found_at", NEW."found_by_id", NEW."id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."result", NEW."visit_id"); RETURN NULL;', hash='fb7d12260a9aa6e853800dd57c6983b4d46851d1', operation='UPDATE', pgid='pgtrigger_update_update_82c8c', table='promotions_claimaudit', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_claimauditevent" ("claim_id", "drawn_on", "due_on", "found_at", "found_by_id", "id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "visit_id") VALUES (OLD."claim_id", OLD."drawn_on", OLD."due_on", OLD."found_at", OLD."found_by_id", OLD."id", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."result", OLD."visit_id"); RETURN NULL;', hash='a201f7b8205afd6eb4ffc335346ae77144dd9ea3', operation='DELETE', pgid='pgtrigger_delete_delete_492e9', table='promotions_claimaudit', when='AFTER'))], 'claimauditevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5e0be45116e4509b63855eaa07121e08bc40dbbb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3d0b1', table='promotions_claimauditevent', when='BEFORE'))], 'promotionterms': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_promotiontermsevent" ("active_from", "active_until", "audit_days", "audit_share", "claim_days", "evaluation_days", "id", "most_cover_days", "periods_after", "periods_before", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "photos_least", "roi_poor", "roi_wanted", "submit_days", "warn_share") VALUES (NEW."active_from", NEW."active_until", NEW."audit_days", NEW."audit_share", NEW."claim_days", NEW."evaluation_days", NEW."id", NEW."most_cover_days", NEW."periods_after", NEW."periods_before", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."photos_least", NEW."roi_poor", NEW."roi_wanted", NEW."submit_days", NEW."warn_share"); RETURN NULL;', hash='ebc5fafac5405a15729f0bcb68ac37e2e48d064e', operation='INSERT', pgid='pgtrigger_insert_insert_ebad8', table='promotions_promotionterms', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "promotions_promotiontermsevent" ("active_from", "active_until", "audit_days", "audit_share", "claim_days", "evaluation_days", "id", "most_cover_days", "periods_after", "periods_before", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "photos_least", "roi_poor", "roi_wanted", "submit_days", "warn_share") VALUES (NEW."active_from", NEW."active_until", NEW."audit_days", NEW."audit_share", NEW."claim_days", NEW."evaluation_days", NEW."id", NEW."most_cover_days", NEW."periods_after", NEW."periods_before", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."photos_least", NEW."roi_poor", NEW."roi_wanted", NEW."submit_days", NEW."warn_share"); RETURN NULL;', hash='77e30ad0afcd18fd9657e248c31e851be26da52e', operation='UPDATE', pgid='pgtrigger_update_update_e22ad', table='promotions_promotionterms', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "promotions_promotiontermsevent" ("active_from", "active_until", "audit_days", "audit_share", "claim_days", "evaluation_days", "id", "most_cover_days", "periods_after", "periods_before", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "photos_least", "roi_poor", "roi_wanted", "submit_days", "warn_share") VALUES (OLD."active_from", OLD."active_until", OLD."audit_days", OLD."audit_share", OLD."claim_days", OLD."evaluation_days", OLD."id", OLD."most_cover_days", OLD."periods_after", OLD."periods_before", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."photos_least", OLD."roi_poor", OLD."roi_wanted", OLD."submit_days", OLD."warn_share"); RETURN NULL;', hash='2ce3ce00ad9b2e34c0db25dea2e013e3634f9070', operation='DELETE', pgid='pgtrigger_delete_delete_45aa3', table='promotions_promotionterms', when='AFTER'))]},
        ),
    ]

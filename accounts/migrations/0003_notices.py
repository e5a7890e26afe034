import crm.base.trigger_migration
import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models
from crm.base.table_migration import CreateModels


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_marks_of_changes'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Notice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('kind', models.CharField(max_length=40, verbose_name='kind')),
                    ('subject', models.CharField(blank=True, db_default='', default='', max_length=20)),
                    ('about_id', models.BigIntegerField(null=True)),
                    ('severity', models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='severity')),
                    ('facts', models.JSONField(db_default={}, default=dict)),
                    ('key', models.CharField(max_length=120)),
                    ('at', models.DateTimeField(verbose_name='when')),
                    ('in_inbox', models.BooleanField(db_default=True, default=True)),
                    ('read_at', models.DateTimeField(null=True, verbose_name='read')),
                    ('over_at', models.DateTimeField(null=True, verbose_name='over')),
                    ('routed_at', models.DateTimeField(null=True)),
                ],
                options={
                    'verbose_name': 'notice',
                    'verbose_name_plural': 'notices',
                    'ordering': ['-at', '-pk'],
                    'indexes': [models.Index(condition=models.Q(('in_inbox', True)), fields=['user', '-at', '-id'], name='notice_inbox'), models.Index(condition=models.Q(('in_inbox', True), ('over_at__isnull', True), ('read_at__isnull', True)), fields=['user'], name='notice_unread'), models.Index(condition=models.Q(('routed_at__isnull', True)), fields=['id'], name='notice_to_route'), models.Index(condition=models.Q(('over_at__isnull', True)), fields=['subject', 'about_id'], name='notice_going_on'), models.Index(fields=['at'], name='notice_by_age')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('user__isnull', False)), fields=('user', 'key'), name='notice_once_a_person'), models.UniqueConstraint(condition=models.Q(('user__isnull', True)), fields=('key',), name='notice_once_for_programs'), models.CheckConstraint(condition=models.Q(('severity__lte', 3)), name='notice_severity_is_one')],
                },
            ),
            migrations.CreateModel(
                name='NoticeHours',
                fields=[
                    ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='notice_hours', serialize=False, to=settings.AUTH_USER_MODEL)),
                    ('digest', models.BooleanField(default=True, verbose_name='morning mail')),
                    ('digest_hour', models.PositiveSmallIntegerField(default=7, verbose_name='hour of the morning mail')),
                    ('quiet_from', models.TimeField(default=datetime.time(20, 0), verbose_name='quiet from')),
                    ('quiet_until', models.TimeField(default=datetime.time(7, 0), verbose_name='quiet until')),
                    ('names_on_lock_screen', models.BooleanField(default=False, verbose_name='names on the lock screen')),
                ],
                options={
                    'verbose_name': 'hours of notices',
                    'verbose_name_plural': 'hours of notices',
                    'constraints': [models.CheckConstraint(condition=models.Q(('digest_hour__lte', 23)), name='noticehours_hour_is_one')],
                },
            ),
            migrations.CreateModel(
                name='NoticeWish',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notice_wishes', to=settings.AUTH_USER_MODEL)),
                    ('kind', models.CharField(max_length=40, verbose_name='kind')),
                    ('inbox', models.BooleanField(default=True, verbose_name='inbox')),
                    ('mail', models.CharField(choices=[('NEVER', 'never'), ('DIGEST', 'in the morning mail'), ('RED', 'red at once, others in the morning mail'), ('ALWAYS', 'at once')], max_length=8, verbose_name='e-mail')),
                    ('push', models.CharField(choices=[('NEVER', 'never'), ('RED', 'red only'), ('ALWAYS', 'always')], max_length=8, verbose_name='push')),
                ],
                options={
                    'verbose_name': 'wish about notices',
                    'verbose_name_plural': 'wishes about notices',
                    'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='noticewish_once')],
                },
            ),
            migrations.CreateModel(
                name='PushDevice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='push_devices', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('endpoint', models.CharField(max_length=1000, unique=True)),
                    ('p256dh', models.CharField(max_length=120)),
                    ('auth', models.CharField(max_length=40)),
                    ('name', models.CharField(blank=True, default='', max_length=120, verbose_name='device')),
                    ('added_at', models.DateTimeField(verbose_name='added')),
                    ('reached_at', models.DateTimeField(null=True, verbose_name='last reached')),
                ],
                options={
                    'verbose_name': 'device for push',
                    'verbose_name_plural': 'devices for push',
                    'ordering': ['added_at', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Webhook',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('url', models.CharField(help_text='https only, and reachable from the internet', max_length=500, verbose_name='address')),
                    ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='what it is told')),
                    ('secret', models.TextField(editable=False)),
                    ('active', models.BooleanField(default=True, verbose_name='active')),
                    ('failures', models.PositiveIntegerField(default=0, editable=False)),
                    ('disabled_at', models.DateTimeField(editable=False, null=True, verbose_name='switched off by itself')),
                    ('added_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'webhook',
                    'verbose_name_plural': 'webhooks',
                    'ordering': ['name', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Delivery',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='accounts.notice')),
                    ('channel', models.CharField(choices=[('MAIL', 'e-mail'), ('DIGEST', 'morning mail'), ('PUSH', 'push'), ('WEBHOOK', 'webhook')], max_length=8, verbose_name='channel')),
                    ('device', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='accounts.pushdevice')),
                    ('webhook', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='accounts.webhook')),
                    ('state', models.CharField(choices=[('WAITING', 'waiting'), ('SENDING', 'on its way'), ('SENT', 'sent'), ('FAILED', 'failed'), ('UNSURE', 'perhaps sent'), ('DROPPED', 'not needed any more')], default='WAITING', max_length=8, verbose_name='state')),
                    ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                    ('next_at', models.DateTimeField(verbose_name='next try')),
                    ('claimed_at', models.DateTimeField(null=True)),
                    ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                    ('error', models.CharField(blank=True, default='', max_length=300, verbose_name='last error')),
                ],
                options={
                    'verbose_name': 'delivery',
                    'verbose_name_plural': 'deliveries',
                    'ordering': ['-pk'],
                    'indexes': [models.Index(condition=models.Q(('state', 'WAITING')), fields=['channel', 'next_at'], name='delivery_due'), models.Index(condition=models.Q(('state', 'SENDING')), fields=['claimed_at'], name='delivery_claimed'), models.Index(condition=models.Q(('webhook__isnull', False)), fields=['webhook', '-id'], name='delivery_log')],
                    'constraints': [models.UniqueConstraint(fields=('notice', 'channel', 'device', 'webhook'), name='delivery_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state__in', ['WAITING', 'SENDING'])), models.Q(models.Q(('state__in', ['WAITING', 'SENDING']), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='delivery_end_has_a_moment'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'SENDING'), _negated=True), ('claimed_at__isnull', False), _connector='OR'), name='delivery_claim_has_a_moment')],
                },
            ),
            migrations.CreateModel(
                name='WebhookEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.webhook')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('url', models.CharField(help_text='https only, and reachable from the internet', max_length=500, verbose_name='address')),
                    ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='what it is told')),
                    ('active', models.BooleanField(default=True, verbose_name='active')),
                    ('disabled_at', models.DateTimeField(editable=False, null=True, verbose_name='switched off by itself')),
                    ('added_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                },
            ),
        ]),
        crm.base.trigger_migration.AddTriggers(
            triggers={'webhook': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_webhookevent" ("active", "added_by_id", "disabled_at", "id", "kinds", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "url") VALUES (NEW."active", NEW."added_by_id", NEW."disabled_at", NEW."id", NEW."kinds", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."url"); RETURN NULL;', hash='8def4096031c55c0ebc98a9505dee7edb4c6cfe0', operation='INSERT', pgid='pgtrigger_insert_insert_79b54', table='accounts_webhook', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."active" IS DISTINCT FROM (NEW."active") OR OLD."added_by_id" IS DISTINCT FROM (NEW."added_by_id") OR OLD."disabled_at" IS DISTINCT FROM (NEW."disabled_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kinds" IS DISTINCT FROM (NEW."kinds") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='INSERT INTO "accounts_webhookevent" ("active", "added_by_id", "disabled_at", "id", "kinds", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "url") VALUES (NEW."active", NEW."added_by_id", NEW."disabled_at", NEW."id", NEW."kinds", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."url"); RETURN NULL;', hash='e609af9daa36c7a13ae2c11fe58183a0243fd4c8', operation='UPDATE', pgid='pgtrigger_update_update_76b10', table='accounts_webhook', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_webhookevent" ("active", "added_by_id", "disabled_at", "id", "kinds", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "url") VALUES (OLD."active", OLD."added_by_id", OLD."disabled_at", OLD."id", OLD."kinds", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."url"); RETURN NULL;', hash='d4f40ca8347ae36dcc55fa6c6bbecde141340f93', operation='DELETE', pgid='pgtrigger_delete_delete_489f6', table='accounts_webhook', when='AFTER'))], 'webhookevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='63737be82f003503f377b81afded1cf149ba29ce', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9b78b', table='accounts_webhookevent', when='BEFORE'))]},
        ),
    ]

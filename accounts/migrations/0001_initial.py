import crm.base.models
import crm.base.trigger_migration
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models
from crm.base.table_migration import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('base', '0002_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                    ('name', models.CharField(help_text="As it is written in the person's own language", max_length=150, verbose_name='name')),
                    ('staff_code', models.CharField(blank=True, help_text='As in the ERP', max_length=40, null=True, unique=True, verbose_name='staff number')),
                    ('phone', models.CharField(blank=True, default='', max_length=40, verbose_name='phone')),
                    ('manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='team', to=settings.AUTH_USER_MODEL, verbose_name='reports to')),
                    ('language', models.CharField(blank=True, choices=[('en', 'English'), ('zh-hans', '简体中文'), ('ja', '日本語'), ('ko', '한국어')], default='', help_text="Empty: the browser's", max_length=10, verbose_name='language')),
                    ('time_zone', models.CharField(blank=True, default='', help_text="Empty: the company's", max_length=64, validators=[crm.base.models.check_time_zone], verbose_name='time zone')),
                    ('theme', models.CharField(choices=[('AUTO', 'as the device'), ('LIGHT', 'light'), ('DARK', 'dark')], default='AUTO', max_length=8, verbose_name='appearance')),
                    ('preferences', models.JSONField(blank=True, default=dict, editable=False)),
                    ('is_staff', models.BooleanField(default=False, verbose_name='may open the back office')),
                    ('is_active', models.BooleanField(default=True, verbose_name='active')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='joined')),
                    ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                    ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ],
                options={
                    'verbose_name': 'user',
                    'verbose_name_plural': 'users',
                    'ordering': ['name', 'pk'],
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_unique_whatever_its_case')],
                },
            ),
            migrations.CreateModel(
                name='Territory',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=40, unique=True, verbose_name='code')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='accounts.territory', verbose_name='part of')),
                    ('path', models.CharField(db_collation='C', editable=False, max_length=255, unique=True)),
                    ('country', models.CharField(blank=True, default='', help_text='ISO 3166 code', max_length=2, verbose_name='country')),
                    ('active', models.BooleanField(default=True, verbose_name='active')),
                ],
                options={
                    'verbose_name': 'sales territory',
                    'verbose_name_plural': 'sales territories',
                    'ordering': ['path'],
                },
            ),
            migrations.CreateModel(
                name='TerritoryAssignment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('territory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='accounts.territory', verbose_name='sales territory')),
                    ('role', models.CharField(choices=[('REPRESENTATIVE', 'sales representative'), ('MANAGER', 'market manager'), ('DIRECTOR', 'sales director'), ('FINANCE', 'finance'), ('ADMINISTRATOR', 'administrator'), ('READ_ONLY', 'read only')], max_length=16, verbose_name='role')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Until is the first day that no longer counts.', verbose_name='from, until')),
                    ('covers_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='covered_by', to=settings.AUTH_USER_MODEL, verbose_name='covers for')),
                    ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='note')),
                ],
                options={
                    'verbose_name': 'territory assignment',
                    'verbose_name_plural': 'territory assignments',
                    'ordering': ['territory__path', 'role', 'period'],
                    'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), ('territory', '='), ('role', '='), ('period', '&&')], name='assignment_not_twice_at_a_time'), models.CheckConstraint(condition=models.Q(('period__isempty', False)), name='assignment_period_not_empty'), models.CheckConstraint(condition=models.Q(('covers_for__isnull', True), ('period__endswith__isnull', False), _connector='OR'), name='assignment_cover_has_an_end')],
                },
            ),
            migrations.CreateModel(
                name='TerritoryAssignmentEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.territoryassignment')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                    ('territory', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.territory', verbose_name='sales territory')),
                    ('role', models.CharField(choices=[('REPRESENTATIVE', 'sales representative'), ('MANAGER', 'market manager'), ('DIRECTOR', 'sales director'), ('FINANCE', 'finance'), ('ADMINISTRATOR', 'administrator'), ('READ_ONLY', 'read only')], max_length=16, verbose_name='role')),
                    ('period', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Until is the first day that no longer counts.', verbose_name='from, until')),
                    ('covers_for', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='covers for')),
                    ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='note')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='TerritoryEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.territory')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('code', models.CharField(max_length=40, verbose_name='code')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.territory', verbose_name='part of')),
                    ('path', models.CharField(db_collation='C', editable=False, max_length=255)),
                    ('country', models.CharField(blank=True, default='', help_text='ISO 3166 code', max_length=2, verbose_name='country')),
                    ('active', models.BooleanField(default=True, verbose_name='active')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='UserEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to=settings.AUTH_USER_MODEL)),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('pgh_context_id', models.UUIDField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                    ('name', models.CharField(help_text="As it is written in the person's own language", max_length=150, verbose_name='name')),
                    ('staff_code', models.CharField(blank=True, help_text='As in the ERP', max_length=40, null=True, verbose_name='staff number')),
                    ('phone', models.CharField(blank=True, default='', max_length=40, verbose_name='phone')),
                    ('manager', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reports to')),
                    ('language', models.CharField(blank=True, choices=[('en', 'English'), ('zh-hans', '简体中文'), ('ja', '日本語'), ('ko', '한국어')], default='', help_text="Empty: the browser's", max_length=10, verbose_name='language')),
                    ('time_zone', models.CharField(blank=True, default='', help_text="Empty: the company's", max_length=64, validators=[crm.base.models.check_time_zone], verbose_name='time zone')),
                    ('theme', models.CharField(choices=[('AUTO', 'as the device'), ('LIGHT', 'light'), ('DARK', 'dark')], default='AUTO', max_length=8, verbose_name='appearance')),
                    ('preferences', models.JSONField(blank=True, default=dict, editable=False)),
                    ('is_staff', models.BooleanField(default=False, verbose_name='may open the back office')),
                    ('is_active', models.BooleanField(default=True, verbose_name='active')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='joined')),
                ],
                options={
                    'abstract': False,
                },
            ),
        ]),
        crm.base.trigger_migration.AddTriggers(
            triggers={'territory': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_territoryevent" ("active", "code", "country", "id", "name", "parent_id", "path", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."code", NEW."country", NEW."id", NEW."name", NEW."parent_id", NEW."path", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='e41e14ef0edc2e0e79b9fcb5112870100531ad9c', operation='INSERT', pgid='pgtrigger_insert_insert_1383c', table='accounts_territory', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_territoryevent" ("active", "code", "country", "id", "name", "parent_id", "path", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."code", NEW."country", NEW."id", NEW."name", NEW."parent_id", NEW."path", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id"); RETURN NULL;', hash='807b722b7d8218a81ede6436c8bc838f0e58e61e', operation='UPDATE', pgid='pgtrigger_update_update_f3b65', table='accounts_territory', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_territoryevent" ("active", "code", "country", "id", "name", "parent_id", "path", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."active", OLD."code", OLD."country", OLD."id", OLD."name", OLD."parent_id", OLD."path", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='b4d76fdd9d7995dc141ca62cff958945e804224b', operation='DELETE', pgid='pgtrigger_delete_delete_d18c6', table='accounts_territory', when='AFTER'))], 'territoryassignment': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_territoryassignmentevent" ("covers_for_id", "id", "note", "period", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "territory_id", "user_id") VALUES (NEW."covers_for_id", NEW."id", NEW."note", NEW."period", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."role", NEW."territory_id", NEW."user_id"); RETURN NULL;', hash='29b4c1fec10febf9842860f2789ed006695204e0', operation='INSERT', pgid='pgtrigger_insert_insert_b59f5', table='accounts_territoryassignment', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_territoryassignmentevent" ("covers_for_id", "id", "note", "period", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "territory_id", "user_id") VALUES (NEW."covers_for_id", NEW."id", NEW."note", NEW."period", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."role", NEW."territory_id", NEW."user_id"); RETURN NULL;', hash='ead6bbbabd432dfcd4b11b86c3e7990497950dae', operation='UPDATE', pgid='pgtrigger_update_update_d0991', table='accounts_territoryassignment', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_territoryassignmentevent" ("covers_for_id", "id", "note", "period", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "territory_id", "user_id") VALUES (OLD."covers_for_id", OLD."id", OLD."note", OLD."period", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."role", OLD."territory_id", OLD."user_id"); RETURN NULL;', hash='c0e0002026f899af7fdc180f628cd00fa8666a81', operation='DELETE', pgid='pgtrigger_delete_delete_e4ff5', table='accounts_territoryassignment', when='AFTER'))], 'territoryassignmentevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fa40449a687f7fa53ca2f3d62fcce6011415778d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_842bf', table='accounts_territoryassignmentevent', when='BEFORE'))], 'territoryevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1899f91a1a5de77d4e2d18e2874aa359d4716504', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_24430', table='accounts_territoryevent', when='BEFORE'))], 'user': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("date_joined", "email", "id", "is_active", "is_staff", "is_superuser", "language", "manager_id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "preferences", "staff_code", "theme", "time_zone") VALUES (NEW."date_joined", NEW."email", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."language", NEW."manager_id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."phone", NEW."preferences", NEW."staff_code", NEW."theme", NEW."time_zone"); RETURN NULL;', hash='49398975c13f544ebf6b6dd9ccc09d642b04f369', operation='INSERT', pgid='pgtrigger_insert_insert_3867c', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."manager_id" IS DISTINCT FROM (NEW."manager_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."preferences" IS DISTINCT FROM (NEW."preferences") OR OLD."staff_code" IS DISTINCT FROM (NEW."staff_code") OR OLD."theme" IS DISTINCT FROM (NEW."theme") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone"))', func='INSERT INTO "accounts_userevent" ("date_joined", "email", "id", "is_active", "is_staff", "is_superuser", "language", "manager_id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "preferences", "staff_code", "theme", "time_zone") VALUES (NEW."date_joined", NEW."email", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."language", NEW."manager_id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."phone", NEW."preferences", NEW."staff_code", NEW."theme", NEW."time_zone"); RETURN NULL;', hash='6d669efa7de36c23d65dd6829690523a21e98db8', operation='UPDATE', pgid='pgtrigger_update_update_0e890', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("date_joined", "email", "id", "is_active", "is_staff", "is_superuser", "language", "manager_id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "preferences", "staff_code", "theme", "time_zone") VALUES (OLD."date_joined", OLD."email", OLD."id", OLD."is_active", OLD."is_staff", OLD."is_superuser", OLD."language", OLD."manager_id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."phone", OLD."preferences", OLD."staff_code", OLD."theme", OLD."time_zone"); RETURN NULL;', hash='d43f87e9b37d319aa7b86a02401c2569e4c512d9', operation='DELETE', pgid='pgtrigger_delete_delete_19f14', table='accounts_user', when='AFTER'))], 'userevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9e9498e73f6fbdf2642fb33fa14189f1ad2382c8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_45b21', table='accounts_userevent', when='BEFORE'))]},
        ),
    ]

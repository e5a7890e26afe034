import crm.imports.models
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from crm.base.table_migration import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='ImportProfile',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('importer', models.CharField(max_length=40, verbose_name='kind of sheet')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('mapping', models.JSONField(default=dict, verbose_name='mapping')),
                    ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='saved by')),
                    ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ],
                options={
                    'verbose_name': 'import profile',
                    'verbose_name_plural': 'import profiles',
                    'ordering': ['importer', 'name'],
                    'constraints': [models.UniqueConstraint(models.F('importer'), django.db.models.functions.text.Lower('name'), name='importprofile_name_once_a_kind')],
                },
            ),
            migrations.CreateModel(
                name='ImportRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('importer', models.CharField(max_length=40, verbose_name='kind of sheet')),
                    ('state', models.CharField(choices=[('UPLOADED', 'columns to be matched'), ('MAPPED', 'waiting for the check'), ('CHECKING', 'being checked'), ('CHECKED', 'checked, not loaded yet'), ('APPLYING', 'being loaded'), ('DONE', 'loaded'), ('FAILED', 'could not be read'), ('UNDOING', 'being undone'), ('UNDONE', 'undone')], default='UPLOADED', max_length=10, verbose_name='state')),
                    ('file', models.FileField(max_length=200, upload_to=crm.imports.models.stored_as, verbose_name='file')),
                    ('file_name', models.CharField(max_length=200, verbose_name='file name')),
                    ('file_size', models.PositiveBigIntegerField(default=0, verbose_name='size (bytes)')),
                    ('reading', models.JSONField(blank=True, default=dict, verbose_name='read as')),
                    ('headers', models.JSONField(blank=True, default=list, verbose_name='column titles')),
                    ('sample', models.JSONField(blank=True, default=list, editable=False)),
                    ('mapping', models.JSONField(blank=True, default=dict, verbose_name='mapping')),
                    ('profile_name', models.CharField(blank=True, default='', max_length=120, verbose_name='profile')),
                    ('edits', models.JSONField(blank=True, default=dict, verbose_name='mended cells')),
                    ('rows', models.BigIntegerField(default=0, verbose_name='rows')),
                    ('rows_new', models.BigIntegerField(default=0, verbose_name='new')),
                    ('rows_changed', models.BigIntegerField(default=0, verbose_name='changed')),
                    ('rows_same', models.BigIntegerField(default=0, verbose_name='same')),
                    ('rows_refused', models.BigIntegerField(default=0, verbose_name='refused')),
                    ('rows_kept', models.BigIntegerField(default=0, help_text='Changed or used since they were loaded', verbose_name='not undone')),
                    ('problem', models.JSONField(blank=True, default=dict, verbose_name='problem')),
                    ('uploaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('uploaded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='uploaded')),
                    ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='started')),
                    ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='checked')),
                    ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='loaded')),
                    ('milliseconds', models.PositiveIntegerField(blank=True, null=True, verbose_name='milliseconds')),
                    ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone')),
                ],
                options={
                    'verbose_name': 'import',
                    'verbose_name_plural': 'imports',
                    'ordering': ['-uploaded_at', '-pk'],
                    'indexes': [models.Index(fields=['-uploaded_at'], name='importrun_latest'), models.Index(fields=['uploaded_by', '-uploaded_at'], name='importrun_by_user')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'DONE'), _negated=True), ('finished_at__isnull', False), _connector='OR'), name='importrun_loaded_has_an_end')],
                },
            ),
        ]),
    ]

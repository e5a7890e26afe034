import crm.base.models
import django.core.validators
import django.utils.timezone
from django.db import migrations, models
from crm.base.table_migration import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('base', '0001_extensions'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Company',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(default='', max_length=200, verbose_name='name')),
                    ('time_zone', models.CharField(default='UTC', max_length=64, validators=[crm.base.models.check_time_zone], verbose_name='time zone')),
                    ('currency', models.CharField(default='USD', help_text='ISO 4217 code', max_length=3, verbose_name='reporting currency')),
                    ('fiscal_year_start', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)], verbose_name='first month of the fiscal year')),
                    ('completeness_weights', models.JSONField(blank=True, default=dict, verbose_name='weights of the profile completeness')),
                    ('completeness_required', models.PositiveSmallIntegerField(default=80, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='completeness that a file should reach (%)')),
                ],
                options={
                    'verbose_name': 'company',
                    'verbose_name_plural': 'company',
                    'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='company_is_one_row'), models.CheckConstraint(condition=models.Q(('fiscal_year_start__range', (1, 12))), name='company_fiscal_year_start_is_a_month')],
                },
            ),
            migrations.CreateModel(
                name='JobRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('job', models.CharField(max_length=64, verbose_name='job')),
                    ('on', models.DateField(verbose_name='for the date')),
                    ('state', models.CharField(choices=[('STARTED', 'running'), ('DONE', 'done'), ('FAILED', 'failed'), ('ABANDONED', 'died, was undone')], default='STARTED', max_length=16, verbose_name='state')),
                    ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='started')),
                    ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                    ('rows', models.BigIntegerField(default=0, verbose_name='rows')),
                    ('milliseconds', models.PositiveIntegerField(blank=True, null=True, verbose_name='milliseconds')),
                    ('progress', models.FloatField(default=0.0, help_text='0 to 1', verbose_name='progress')),
                    ('step', models.CharField(blank=True, default='', max_length=200, verbose_name='step')),
                    ('error', models.TextField(blank=True, default='', verbose_name='error')),
                    ('figures', models.JSONField(blank=True, default=dict, verbose_name='figures')),
                    ('requested_by', models.CharField(blank=True, default='', max_length=200, verbose_name='requested by')),
                ],
                options={
                    'verbose_name': 'job run',
                    'verbose_name_plural': 'job runs',
                    'ordering': ['-started_at', '-pk'],
                    'indexes': [models.Index(fields=['job', '-on', '-started_at'], name='jobrun_by_job'), models.Index(fields=['-started_at'], name='jobrun_latest')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('progress__range', (0.0, 1.0))), name='jobrun_progress_is_a_share'), models.CheckConstraint(condition=models.Q(('state', 'STARTED'), ('finished_at__isnull', False), _connector='OR'), name='jobrun_ended_has_an_end')],
                },
            ),
        ]),
    ]

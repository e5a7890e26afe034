import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sales', '0004_records_and_bin'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='receivable',
            name='import_run',
        ),
        migrations.RemoveField(
            model_name='stockcount',
            name='import_run',
        ),
        migrations.CreateModel(
            name='ClosedReceivable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('import_run', models.BigIntegerField(db_index=True)),
                ('open_amount', models.DecimalField(decimal_places=4, max_digits=18, verbose_name='still open')),
                ('receivable', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sales.receivable')),
            ],
            options={
                'verbose_name': 'closed receivable',
                'verbose_name_plural': 'closed receivables',
            },
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0007_rules_of_countries'),
        ('sales', '0007_days_with_orders'),
    ]

    operations = [
        migrations.AddField(
            model_name='dealerstanding',
            name='order_mark',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0005_closed_receivables"),
    ]

    operations = [
        migrations.RenameField("dealerfigures", "sell_out_3m_e3", "sold_on_3m_e3"),
        migrations.AddField(
            model_name="dealerfigures",
            name="sell_in_3m_e3",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        # The next run of the job measures everybody anew.
        migrations.RunSQL("UPDATE sales_figuresstate SET stale = true", migrations.RunSQL.noop),
    ]

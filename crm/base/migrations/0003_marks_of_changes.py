from django.db import migrations, models

from crm.base import marks


class Migration(migrations.Migration):
    dependencies = [("base", "0002_initial")]
    operations = [
        migrations.CreateModel(
            name="ChangeMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=20)),
                ("mark", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(marks.FUNCTION, "DROP FUNCTION base_mark_change(text)"),
        # Nothing is kept under a topic that has no mark yet.
        migrations.RunSQL(
            f"SELECT base_mark_change(topic) FROM unnest(ARRAY{[marks.PEOPLE, marks.VIEWS, marks.SUMS]}) AS topic",
            migrations.RunSQL.noop,
        ),
    ]

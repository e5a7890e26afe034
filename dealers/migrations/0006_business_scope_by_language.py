from django.db import migrations, models


def name_in(label: str) -> models.CharField:
    return models.CharField(blank=True, db_default="", default="", max_length=120, verbose_name=label)


class Migration(migrations.Migration):
    dependencies = [("dealers", "0005_band_of_the_largest")]

    operations = [
        migrations.AlterField(
            model_name="businessfield",
            name="name",
            field=models.CharField(
                help_text="Shown where the reader's language has no name of its own", max_length=120, verbose_name="name"
            ),
        ),
        migrations.AddField(model_name="businessfield", name="name_zh_hans", field=name_in("name in Chinese")),
        migrations.AddField(model_name="businessfield", name="name_ja", field=name_in("name in Japanese")),
        migrations.AddField(model_name="businessfield", name="name_ko", field=name_in("name in Korean")),
    ]

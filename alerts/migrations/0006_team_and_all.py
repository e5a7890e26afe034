from django.db import migrations


class Migration(migrations.Migration):
    """What a list asked for as the team's was all that its reader sees; the team's own cases are another list now."""

    dependencies = [
        ("alerts", "0005_board_by_state"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE alerts_savedcaselist SET query = replace(query, 'whose=team', 'whose=all')",
            "UPDATE alerts_savedcaselist SET query = replace(query, 'whose=all', 'whose=team')",
        ),
    ]

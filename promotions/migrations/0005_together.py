from django.db import migrations


class Migration(migrations.Migration):
    """Two that came at the same time and touch nothing in common."""

    dependencies = [("promotions", "0004_audits_and_claim_exports"), ("promotions", "0004_profit_funds_and_payments")]

    operations: list[object] = []

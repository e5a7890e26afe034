# What an import of very many rows builds and draws, in the way that is quickest to build and to draw.

from django.db import migrations, models

RANK = """
DROP INDEX figures_rank;
CREATE INDEX figures_rank ON sales_dealerfigures (quantity_e3 DESC, kind) WHERE trading;
"""
RANK_BEFORE = """
DROP INDEX figures_rank;
CREATE INDEX figures_rank ON sales_dealerfigures (kind, quantity_e3 DESC) WHERE trading;
"""

# The check of a sales file finds dealers by their codes, very many at once: in a few MB of it instead of their wide rows.
CODES = "CREATE INDEX dealer_of_a_code ON dealers_dealer (code) INCLUDE (id, territory_id) WHERE deleted_at IS NULL"


class Migration(migrations.Migration):
    dependencies = [("dealers", "0003_search"), ("sales", "0003_sales_by_person")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(RANK, RANK_BEFORE)],
            state_operations=[
                migrations.RemoveIndex(model_name="dealerfigures", name="figures_rank"),
                migrations.AddIndex(
                    model_name="dealerfigures",
                    index=models.Index(
                        fields=["-quantity_e3", "kind"], name="figures_rank", condition=models.Q(trading=True)
                    ),
                ),
            ],
        ),
        migrations.RunSQL(
            "ALTER SEQUENCE sales_salesrecord_id_seq CACHE 1000", "ALTER SEQUENCE sales_salesrecord_id_seq CACHE 1"
        ),
        migrations.RunSQL(CODES, "DROP INDEX dealer_of_a_code"),
    ]

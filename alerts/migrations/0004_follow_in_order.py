# The cases of a dealer that moves are locked in the order of their numbers, as actions on several cases lock them.

from django.db import migrations

IN_ORDER = """
CREATE OR REPLACE FUNCTION alerts_cases_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM alerts_case WHERE dealer_id = NEW.id ORDER BY id FOR NO KEY UPDATE;
    UPDATE alerts_case SET territory_id = NEW.territory_id WHERE dealer_id = NEW.id;
    RETURN NULL;
END $$;
"""
AS_THEY_LIE = """
CREATE OR REPLACE FUNCTION alerts_cases_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE alerts_case SET territory_id = NEW.territory_id WHERE dealer_id = NEW.id;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0003_rules_tried_and_lists_kept'),
    ]

    operations = [
        migrations.RunSQL(IN_ORDER, AS_THEY_LIE),
    ]

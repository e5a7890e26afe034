"""What a dealer's twin is recognised by, apart from the dealer."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

from dealers.models.dealer import Dealer


class DealerSpelling(models.Model):
    """Name and address of a dealer, indexed by trigrams: see dealers.duplicates.

    Apart from the dealer, because an update of a dealer's nightly figures would write both indexes anew. Triggers keep
    it.
    """

    dealer = models.OneToOneField(Dealer, models.CASCADE, primary_key=True, related_name="spelling")
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300)

    class Meta:
        indexes = [
            # Similar names and similar addresses, when a dealer is created.
            GinIndex(OpClass("name", "gin_trgm_ops"), name="dealerspelling_name"),
            GinIndex(
                OpClass("address", "gin_trgm_ops"), name="dealerspelling_address", condition=~models.Q(address="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


for _trigger in (
    pgtrigger.Trigger(
        name="spelling_begins",
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(new="begun"),
        func="INSERT INTO dealers_dealerspelling (dealer_id, name, address) SELECT id, name, address FROM begun; RETURN NULL;",
    ),
    pgtrigger.Trigger(
        name="spelling_follows",
        operation=pgtrigger.UpdateOf("name", "address"),
        when=pgtrigger.After,
        condition=pgtrigger.Q(old__name__df=pgtrigger.F("new__name"))
        | pgtrigger.Q(old__address__df=pgtrigger.F("new__address")),
        func=(
            "UPDATE dealers_dealerspelling SET name = NEW.name, address = NEW.address WHERE dealer_id = NEW.id;"
            " RETURN NEW;"
        ),
    ),
):
    pgtrigger.register(_trigger)(Dealer)

"""What the dealer list keeps for itself: the words to find a dealer by, saved views, and who exported what."""

from __future__ import annotations

from enum import IntEnum

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.base import marks
from dealers.choices import ExportFormat
from dealers.models.dealer import Dealer
from dealers.querysets import ExportQuerySet


class Band(IntEnum):
    """How much a dealer sells among all: bands of ever more dealers, so that the first of a search are soon found."""

    TOP = -1
    FIRST = 0
    SECOND = 1
    THIRD = 2
    REST = 3
    # Lies in the bin, and is not found.
    BIN = 9


# What a search looks through, most important first.
BANDS = (Band.TOP, Band.FIRST, Band.SECOND, Band.THIRD, Band.REST)


def _index_name(kind: str, band: Band) -> str:
    return f"dealersearch_{kind}_{'top' if band == Band.TOP else band.value}"


class DealerSearch(models.Model):
    """The words a dealer is found by (see dealers.search), and where a search looks first (dealers.found).

    Apart from the dealer, because an update of a dealer's nightly figures would write all of the indexes anew.
    """

    dealer = models.OneToOneField(Dealer, models.CASCADE, primary_key=True, related_name="search")
    # The dealer's, so that a search reads no other table before it knows whom it has found. A trigger keeps it.
    territory_id = models.BigIntegerField()
    text = models.TextField()
    keys = ArrayField(models.TextField())
    # One of Band. By night, except that the bin is followed at once by a trigger.
    band = models.SmallIntegerField(default=Band.REST, db_default=Band.REST)

    class Meta:
        # An index a band of each. Without a pending list the first search after an import does not have to read it through.
        indexes = [
            # The dealer list's search, from four characters on.
            *(
                GinIndex(
                    OpClass("text", "gin_trgm_ops"), name=_index_name("text", band), fastupdate=False,
                    condition=models.Q(band=band.value),
                )
                for band in BANDS
            ),
            # The same for up to three characters, of somebody who sees everything.
            *(
                GinIndex(
                    fields=["keys"], name=_index_name("keys", band), fastupdate=False,
                    condition=models.Q(band=band.value),
                )
                for band in BANDS
            ),
            # Of somebody who sees some territories. What is frequent elsewhere costs nothing there.
            *(
                GinIndex(
                    models.Func("territory_id", "keys", function="dealers_keys_in"), name=_index_name("in", band),
                    fastupdate=False, condition=models.Q(band=band.value),
                )
                for band in BANDS
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text


for _trigger in (
    pgtrigger.Trigger(
        name="search_follows_territory",
        operation=pgtrigger.UpdateOf("territory_id"),
        when=pgtrigger.After,
        condition=pgtrigger.Q(old__territory_id__df=pgtrigger.F("new__territory_id")),
        func="UPDATE dealers_dealersearch SET territory_id = NEW.territory_id WHERE dealer_id = NEW.id; RETURN NEW;",
    ),
    pgtrigger.Trigger(
        name="search_follows_bin",
        operation=pgtrigger.UpdateOf("deleted_at"),
        when=pgtrigger.After,
        condition=pgtrigger.Q(old__deleted_at__df=pgtrigger.F("new__deleted_at")),
        func=(
            f"UPDATE dealers_dealersearch SET band = CASE WHEN NEW.deleted_at IS NULL THEN {Band.REST} ELSE {Band.BIN} END"
            " WHERE dealer_id = NEW.id; RETURN NEW;"
        ),
    ),
):
    pgtrigger.register(_trigger)(Dealer)


class SavedView(models.Model):
    """Filters, order and columns of the dealer list under a name. Belongs to one user."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=80)
    # As in the address of the list, without a page: see dealers.filters.ListState.
    query = models.CharField(max_length=2000, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="savedview_name_once_a_user"),
        ]
        triggers = [marks.marked_by(marks.VIEWS)]

    def __str__(self) -> str:
        return self.name


class DealerExport(models.Model):
    """One export of the dealer list: who took which dealers out, when, in what form. R-01."""

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    exported_at = models.DateTimeField(_("when"), default=timezone.now)
    format = models.CharField(_("format"), max_length=4, choices=ExportFormat)
    # As in the address of the list, and as it was read then.
    query = models.CharField(max_length=2000, blank=True, default="")
    filters = models.CharField(_("filter"), max_length=2000, blank=True, default="")
    columns = ArrayField(models.CharField(max_length=40), verbose_name=_("columns"))
    rows = models.PositiveIntegerField(
        _("rows"), default=0, help_text=_("Counted before, and again when the file was finished")
    )
    # Null for ever when the connection broke.
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of dealers")
        verbose_name_plural = _("exports of dealers")
        ordering = ["-exported_at", "-pk"]
        indexes = [
            # How much a user has exported today.
            models.Index(fields=["user", "-exported_at"], name="dealerexport_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.exported_at:%Y-%m-%d %H:%M}"


class MapTile(models.Model):
    """How many dealers of a territory lie in a square of the map, and where in the mean; only where there are very many.

    Rebuilt each night by dealers.map_tiles; as old as that. A square of level n is 90 / 2**n degrees wide.
    """

    level = models.PositiveSmallIntegerField()
    territory_id = models.BigIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    dealers = models.IntegerField()
    longitude = models.FloatField()
    latitude = models.FloatField()

    class Meta:
        constraints = [
            # Also finds the squares of somebody's territories for the list's map.
            models.UniqueConstraint(fields=["level", "territory_id", "x", "y"], name="maptile_once"),
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.x}/{self.y}"

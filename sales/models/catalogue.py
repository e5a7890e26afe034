"""Brands, units and products."""

from __future__ import annotations

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sales.querysets import CatalogueQuerySet


@pghistory.track()
class Brand(models.Model):
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    ours = models.BooleanField(_("our brand"), default=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Unit(models.Model):
    """What quantities are counted in: pieces, bottles, cases."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Product(models.Model):
    code = models.CharField(_("code"), max_length=60, unique=True, help_text=_("As in the ERP"))
    name = models.CharField(_("name"), max_length=200)
    brand = models.ForeignKey(
        Brand, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("brand")
    )
    category = models.CharField(_("product group"), max_length=120, blank=True, default="")
    subcategory = models.CharField(_("product sub-group"), max_length=120, blank=True, default="")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("unit")
    )
    pack_size = models.DecimalField(
        _("units in a pack"), max_digits=12, decimal_places=3, default=1, validators=[MinValueValidator(0)]
    )
    list_price = models.DecimalField(
        _("list price"), max_digits=18, decimal_places=4, null=True, blank=True,
        help_text=_("For one unit, tax excluded, in the company's currency"),
    )  # fmt: skip
    unit_cost = models.DecimalField(
        _("cost of a unit"), max_digits=18, decimal_places=4, null=True, blank=True,
        help_text=_("What one unit costs us, tax excluded, in the company's currency; empty: not known"),
    )  # fmt: skip
    active = models.BooleanField(_("active"), default=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(pack_size__gt=0), name="product_pack_is_not_empty"),
            models.CheckConstraint(
                condition=models.Q(list_price__isnull=True) | models.Q(list_price__gte=0),
                name="product_price_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(unit_cost__isnull=True) | models.Q(unit_cost__gte=0),
                name="product_cost_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

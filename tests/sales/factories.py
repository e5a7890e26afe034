from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from sales.models import Brand, Product


class BrandFactory(DjangoModelFactory):
    class Meta:
        model = Brand

    code = factory.Sequence("BR-{}".format)
    name = factory.Sequence("Brand {}".format)


class ProductFactory(DjangoModelFactory):
    class Meta:
        model = Product

    code = factory.Sequence("P-{:04}".format)
    name = factory.Sequence("Product {}".format)

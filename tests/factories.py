"""Rows for tests. A factory fills only what the database insists on; a test names what it is about."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import factory
from django.db.backends.postgresql.psycopg_any import DateRange
from factory.django import DjangoModelFactory

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from dealers.choices import DealerKind
from dealers.models import Contact, Dealer

# Before anything a test does.
LONG_AGO = dt.date(2020, 1, 1)


class RowFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    if TYPE_CHECKING:
        # Calling a factory makes a row of its model, which the type checker cannot see.
        def __new__(cls, *args: Any, **fields: Any) -> Any: ...


class UserFactory(RowFactory):
    """Without a password: tests sign in through `tests.cast.sign_in`. Give `password` to test the sign-in itself."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence("person{}@example.com".format)
    name = factory.Sequence("Person {}".format)

    @classmethod
    def _create(cls, model_class: type[User], *args: object, password: str | None = None, **fields: object) -> User:
        return model_class.objects.create_user(password=password, **fields)  # type: ignore[arg-type]


class TerritoryFactory(RowFactory):
    """A root, unless `parent` is given."""

    class Meta:
        model = Territory

    code = factory.Sequence("T-{}".format)
    name = factory.LazyAttribute(lambda territory: f"Territory {territory.code}")


class AssignmentFactory(RowFactory):
    """A representative since long ago, without end."""

    class Meta:
        model = TerritoryAssignment

    user = factory.SubFactory(UserFactory)
    territory = factory.SubFactory(TerritoryFactory)
    role = Role.REPRESENTATIVE
    period = DateRange(LONG_AGO, None)


class DealerFactory(RowFactory):
    class Meta:
        model = Dealer

    code = factory.Sequence("D-{:04}".format)
    name = factory.Sequence("Dealer {}".format)
    kind = DealerKind.FRANCHISEE
    country = "CN"
    territory = factory.SubFactory(TerritoryFactory)


class ContactFactory(RowFactory):
    class Meta:
        model = Contact

    dealer = factory.SubFactory(DealerFactory)
    name = factory.Sequence("Contact {}".format)

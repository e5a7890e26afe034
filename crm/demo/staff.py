"""The demo company's own people, its territory tree, and who works where."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateRange
from faker import Faker

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from crm.demo.names import person_name
from crm.demo.places import COUNTRIES, Country, Patch

DOMAIN = "haiyue.example"
# One password for all of the demo's people: it runs on one machine, on loopback, with made-up data.
PASSWORD = "Loyal-Dealers-2026"


@dataclass(frozen=True, slots=True)
class PatchStaff:
    country: Country
    patch: Patch
    territory: Territory
    representative: User
    manager: User


@dataclass(frozen=True, slots=True)
class SignIn:
    email: str
    name: str
    role: Role
    territory: str


def _user(
    email: str, name: str, *, number: int, language: str, time_zone: str, password: str, manager: User | None, **more
) -> User:
    user = User(
        email=f"{email}@{DOMAIN}",
        name=name,
        staff_code=f"E{number:04d}",
        language=language,
        time_zone=time_zone,
        manager=manager,
        password=password,
        **more,
    )
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _assign(user: User, territory: Territory, role: Role, start: dt.date, end: dt.date | None = None, **more) -> None:
    TerritoryAssignment.objects.create(user=user, territory=territory, role=role, period=DateRange(start, end), **more)


def hire(*, random: Random, fakers: dict[str, Faker], on: dt.date) -> tuple[list[PatchStaff], User]:
    """Write territories, users and assignments as of the day `on`; returns a row a patch, and the director."""
    hashed = make_password(PASSWORD)
    since = dt.date(on.year - 5, 1, 1)
    root = Territory.objects.create(code="WORLD", name="Haiyue")
    director = _user("director", "Helen Zhao", number=1, language="", time_zone="", password=hashed, manager=None)
    _assign(director, root, Role.DIRECTOR, since)
    admin = _user(
        "admin", "Ada Moreau", number=2, language="", time_zone="", password=hashed, manager=director, is_staff=True
    )
    _assign(admin, root, Role.ADMINISTRATOR, since)
    finance = _user("finance", "Felix Brandt", number=3, language="", time_zone="", password=hashed, manager=director)
    _assign(finance, root, Role.FINANCE, since)
    reader = _user("reader", "Rory Quinn", number=4, language="", time_zone="", password=hashed, manager=director)
    _assign(reader, root, Role.READ_ONLY, since)

    staff: list[PatchStaff] = []
    number = 10
    for country in COUNTRIES:
        fake = fakers[country.code]
        node = Territory.objects.create(code=country.code, name=country.name, parent=root, country=country.code)
        code = country.code.lower()
        manager = _user(
            f"manager.{code}", person_name(fake, country).native, number=number, language=country.language,
            time_zone=country.time_zone, password=hashed, manager=director,
        )  # fmt: skip
        _assign(manager, node, Role.MANAGER, since)
        number += 1
        of_country: list[PatchStaff] = []
        for index, patch in enumerate(country.patches, start=1):
            leaf = Territory.objects.create(code=patch.code, name=patch.name, parent=node, country=country.code)
            rep = _user(
                f"rep.{code}{index}", person_name(fake, country).native, number=number, language=country.language,
                time_zone=country.time_zone, password=hashed, manager=manager,
            )  # fmt: skip
            number += 1
            joined = (
                since
                if random.random() < 0.7
                else dt.date(on.year - random.randint(0, 2), random.randint(1, on.month), 1)
            )
            _assign(rep, leaf, Role.REPRESENTATIVE, joined)
            of_country.append(PatchStaff(country, patch, leaf, rep, manager))
        # The last representative of each country is away for three weeks; her neighbour covers.
        away, neighbour = of_country[-1], of_country[-2]
        _assign(
            neighbour.representative, away.territory, Role.REPRESENTATIVE,
            on - dt.timedelta(days=3), on + dt.timedelta(days=18), covers_for=away.representative,
        )  # fmt: skip
        staff += of_country
    return staff, director


def sign_ins() -> list[SignIn]:
    """Who to sign in as, one of each role and country; empty when there is no demo company."""
    wanted = ["director", "manager.cn", "rep.cn1", "rep.jp1", "rep.kr1", "rep.us1", "finance", "admin", "reader"]
    rows = TerritoryAssignment.objects.filter(
        user__email__in=[f"{name}@{DOMAIN}" for name in wanted], covers_for__isnull=True
    ).select_related("user", "territory")
    by_email = {row.user.email: row for row in rows}
    found = [by_email[f"{name}@{DOMAIN}"] for name in wanted if f"{name}@{DOMAIN}" in by_email]
    return [SignIn(r.user.email, r.user.name, Role(r.role), r.territory.name) for r in found]

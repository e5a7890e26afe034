"""A database of 1,000,000 dealers: territories, people, dealers, contacts and their search words, by set-based SQL.

The same each time. `ensure()` does nothing when the database already holds what this version of the file makes.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection

from bench.vocabulary import COUNTRIES, Word, words_of
from dealers.found import sort_into_bands

DEALERS = int(os.environ.get("BENCH_DEALERS", "1000000"))
REGIONS = 5
LEAVES = 25
# Who the pages are asked as: half of all dealers, everything, one patch.
MANAGER, DIRECTOR, REPRESENTATIVE = "manager@bench.example", "director@bench.example", "rep1@bench.example"
_TABLES = ("dealers_dealer", "dealers_contact", "dealers_dealersearch", "dealers_dealerspelling")


def stamp() -> str:
    """Changes when what is generated changes."""
    sources = [Path(__file__), Path(__file__).with_name("vocabulary.py")]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    return f"{DEALERS} {digest}"


def is_made() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_stamp (made text)")
        cursor.execute("SELECT made FROM bench_stamp")
        return cursor.fetchone() == (stamp(),)


def ensure() -> None:
    """Make the data unless it is there. Empties the tables first, so only ever for a database of its own."""
    call_command("migrate", verbosity=0, skip_checks=True)
    if is_made():
        return
    began = time.perf_counter()
    print(f"Making {DEALERS:,} dealers ...", flush=True)
    with connection.cursor() as cursor:
        # Neither foreign keys nor the triggers of the audit: the rows are consistent, and nobody reads their history.
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'; SET jit = off")
        try:
            cursor.execute("DELETE FROM bench_stamp")
            _empty(cursor)
            _people(cursor)
            _vocabulary(cursor)
            definitions = _drop_indexes(cursor)
            _dealers(cursor)
            for definition in definitions:
                cursor.execute(definition)
            cursor.execute("INSERT INTO bench_stamp VALUES (%s)", [stamp()])
        finally:
            cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
    print(f"... made in {time.perf_counter() - began:.0f} s", flush=True)


def _empty(cursor: Any) -> None:
    cursor.execute(
        "TRUNCATE dealers_dealer, accounts_territory, accounts_user, accounts_territoryassignment, base_company CASCADE"
    )


def _people(cursor: Any) -> None:
    """One root, four countries, 20 regions, 500 leaves; a representative for each leaf, a manager of two countries."""
    cursor.execute(
        """
        INSERT INTO base_company (id, name, time_zone, currency, fiscal_year_start, completeness_weights,
                                  completeness_required)
        VALUES (1, 'Bench', 'UTC', 'USD', 1, '{}', 0)
        """
    )
    rows: list[tuple[Any, ...]] = [(1, "ROOT", "All", None, "0001", "")]
    for c, country in enumerate(COUNTRIES):
        country_id = 2 + c
        rows.append((country_id, country.code, country.code, 1, f"0001{c + 1:04}", country.code))
        for r in range(REGIONS):
            region_id = 10 + c * REGIONS + r
            code = f"{country.code}-{r + 1}"
            rows.append((region_id, code, code, country_id, f"0001{c + 1:04}{r + 1:04}", country.code))
            for n in range(LEAVES):
                leaf_id = 100 + (c * REGIONS + r) * LEAVES + n
                path = f"0001{c + 1:04}{r + 1:04}{n + 1:04}"
                rows.append((leaf_id, f"{code}-{n + 1}", f"{code}-{n + 1}", region_id, path, country.code))
    cursor.executemany(
        "INSERT INTO accounts_territory (id, code, name, parent_id, path, country, active)"
        " VALUES (%s, %s, %s, %s, %s, %s, true)",
        rows,
    )
    leaves = [row[0] for row in rows if row[0] >= 100]
    people = [(1, MANAGER, "Manager"), (2, DIRECTOR, "Director")]
    people += [(10 + n, f"rep{n + 1}@bench.example", f"Representative {n + 1}") for n in range(len(leaves))]
    columns = _required_columns(cursor, "accounts_user")
    for pk, email, name in people:
        values = {**columns, "id": pk, "email": email, "name": name, "language": "en"}
        cursor.execute(
            f"INSERT INTO accounts_user ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})",
            list(values.values()),
        )
    assignments = [(1, 2, "MANAGER"), (1, 3, "MANAGER"), (2, 1, "DIRECTOR")]
    assignments += [(10 + n, leaf, "REPRESENTATIVE") for n, leaf in enumerate(leaves)]
    cursor.executemany(
        "INSERT INTO accounts_territoryassignment (user_id, territory_id, role, period, note)"
        " VALUES (%s, %s, %s, daterange('2020-01-01', NULL), '')",
        assignments,
    )
    for table in ("accounts_user", "accounts_territory"):
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 100000)")


def _required_columns(cursor: Any, table: str) -> dict[str, Any]:
    """Empty values for the columns that must not be null, by their type."""
    empty = {"boolean": True, "jsonb": "{}", "timestamp with time zone": "2020-01-01T00:00Z"}
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = %s AND is_nullable = 'NO' AND is_identity = 'NO' AND column_default IS NULL",
        [table],
    )
    return {
        name: False if name in ("is_superuser", "is_staff") else empty.get(kind, "") for name, kind in cursor.fetchall()
    }


def _vocabulary(cursor: Any) -> None:
    """The words that names are made of, with what they are found by, numbered by country and role."""
    cursor.execute(
        """
        CREATE TEMP TABLE word (country int, role text, n int, spelling text, spoken text, kana text, text text,
                                keys text[], PRIMARY KEY (country, role, n))
        """
    )
    chance = random.Random(20260101)
    with cursor.copy("COPY word FROM STDIN") as copy:
        for c, country in enumerate(COUNTRIES):
            for role, words in words_of(country, chance).items():
                for n, word in enumerate(words):
                    copy.write_row((c, role, n, *_fields(word)))
    cursor.execute("ANALYZE word")


def _fields(word: Word) -> tuple[Any, ...]:
    return word.spelling, word.spoken, word.kana, word.text, list(word.keys)


def _drop_indexes(cursor: Any) -> list[str]:
    """Drop what is no constraint on the large tables, and return how to make it again: building beats filling."""
    cursor.execute(
        """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
          FROM pg_index i
          LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
         WHERE i.indrelid = ANY(%s::regclass[]) AND c.oid IS NULL
        """,
        [list(_TABLES)],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in found]


# A number in 0..1 that looks random and is the same each time.
_DICE = "(hashint8extended(id, {salt}) & 1048575) / 1048576.0"


def _dice(salt: int) -> str:
    return _DICE.format(salt=salt)


def _dealers(cursor: Any) -> None:
    required = _required_columns(cursor, "dealers_dealer")
    counts = {}
    cursor.execute(
        "SELECT role, min(m) FROM (SELECT role, count(*) m FROM word GROUP BY country, role) x GROUP BY role"
    )
    counts = dict(cursor.fetchall())
    cursor.execute(
        f"""
        CREATE TEMP TABLE made AS
        SELECT id, leaf, c, 100 + leaf AS territory_id, 'D' || lpad(id::text, 7, '0') AS code,
               a.spelling || gap.s || b.spelling AS name, a.kana || b.kana AS kana,
               CASE WHEN c = 0 OR c = 2 THEN a.spoken || b.spoken ELSE '' END AS romanised,
               concat_ws(' ', a.text, b.text, p.text, q.text) AS found_by, p.spelling AS city, q.spelling AS person,
               '1' || lpad((hashint8extended(id, 77) & 2147483647)::text, 10, '0') AS phone,
               a.keys || b.keys || p.keys || q.keys AS keys
          FROM (SELECT id, (id * 7919) % {len(COUNTRIES) * REGIONS * LEAVES} AS leaf,
                       ((id * 7919) % {len(COUNTRIES) * REGIONS * LEAVES}) / {REGIONS * LEAVES} AS c
                  FROM generate_series(1::bigint, {DEALERS}) AS id) d
          JOIN word a ON a.country = c AND a.role = 'brand' AND a.n = floor({_dice(1)} * {counts["brand"]})::int
          JOIN word b ON b.country = c AND b.role = 'trade' AND b.n = floor({_dice(2)} * {counts["trade"]})::int
          JOIN word p ON p.country = c AND p.role = 'city' AND p.n = leaf % {counts["city"]}
          JOIN word q ON q.country = c AND q.role = 'person' AND q.n = floor({_dice(3)} * {counts["person"]})::int
          CROSS JOIN LATERAL (SELECT CASE WHEN c = 3 OR c = 2 THEN ' ' ELSE '' END AS s) gap
        """
    )
    # A patch is some 80 km across; patches lie in a grid over their country.
    boxes = ", ".join(f"({c}, {country.west}, {country.south}, {country.width}, {country.height})"
                      for c, country in enumerate(COUNTRIES))  # fmt: skip
    codes = "ARRAY[" + ", ".join(f"'{country.code}'" for country in COUNTRIES) + "]"
    values = {
        "id": "id", "code": "code", "name": "name", "name_romanised": "initcap(romanised)", "name_kana": "kana",
        "kind": "(ARRAY['FRANCHISEE','FRANCHISEE','FRANCHISEE','FRANCHISEE','RETAILER','RETAILER','DISTRIBUTOR',"
                f"'WHOLESALER','DIRECT_STORE','AGENT'])[1 + floor({_dice(4)} * 10)::int]",
        "status": f"CASE WHEN {_dice(5)} < 0.86 THEN 'ACTIVE' WHEN {_dice(5)} < 0.9 THEN 'AT_RISK'"
                  f" WHEN {_dice(5)} < 0.93 THEN 'TRIAL' WHEN {_dice(5)} < 0.96 THEN 'PROSPECT' ELSE 'TERMINATED' END",
        "territory_id": "territory_id", "country": f"({codes})[c + 1]", "city": "city",
        "latitude": f"south + height * ((leaf % 125) / 12 + {_dice(6)}) / 11",
        "longitude": f"west + width * ((leaf % 125) % 12 + {_dice(7)}) / 12",
        "phone": "phone",
        "tier": f"CASE WHEN {_dice(8)} < 0.1 THEN 'A' WHEN {_dice(8)} < 0.3 THEN 'B' WHEN {_dice(8)} < 0.95 THEN 'C' END",
        "tier_since": f"date '2024-01-01' + floor({_dice(9)} * 900)::int",
        "sales_12m": f"round((exp(6 + 5 * {_dice(10)}))::numeric, 2)",
        "sales_prior_12m": f"round((exp(6 + 5 * {_dice(10)}) * (0.6 + 0.9 * {_dice(11)}))::numeric, 2)",
        "balance": f"round((exp(3 + 5 * {_dice(12)}))::numeric, 2)",
        "overdue_amount": f"CASE WHEN {_dice(13)} < 0.15 THEN round((exp(3 + 4 * {_dice(12)}))::numeric, 2) ELSE 0 END",
        "last_order_on": f"date '2026-01-01' + floor({_dice(14)} * 300)::int",
        "last_contact_on": f"CASE WHEN {_dice(15)} > 0.05 THEN date '2026-01-01' + floor({_dice(15)} * 300)::int END",
        "completeness": f"floor({_dice(16)} * 101)::int",
        "created_at": "now()", "updated_at": "now()",
    }  # fmt: skip
    literals = {name: _literal(value) for name, value in required.items() if name not in values}
    values |= literals
    cursor.execute(
        f"""
        INSERT INTO dealers_dealer ({", ".join(values)})
        SELECT {", ".join(values.values())}
          FROM made JOIN (VALUES {boxes}) AS box (country, west, south, width, height) ON country = c
         ORDER BY id
        """
    )
    contact = {
        **{name: _literal(value) for name, value in _required_columns(cursor, "dealers_contact").items()},
        "dealer_id": "id", "name": "person", "phone": "''", "mobile": "phone", "role": "'OWNER'", "influence": "4",
        "attitude": "'NEUTRAL'", "is_primary": "true", "active": "true", "interests": "'{}'",
    }  # fmt: skip
    cursor.execute(
        f"INSERT INTO dealers_contact ({', '.join(contact)}) SELECT {', '.join(contact.values())} FROM made ORDER BY id"
    )
    cursor.execute(
        """
        INSERT INTO dealers_dealersearch (dealer_id, territory_id, text, keys)
        SELECT id, territory_id, concat_ws(' ', lower(code), found_by, phone),
               ARRAY(SELECT DISTINCT unnest(keys || ARRAY['d', 'd0', 'd0' || substr(code, 3, 1)]))
          FROM made ORDER BY id
        """
    )
    cursor.execute(
        """
        INSERT INTO dealers_dealerspelling (dealer_id, name, address)
        SELECT id, name, address FROM dealers_dealer ORDER BY id
        """
    )
    cursor.execute("SELECT setval(pg_get_serial_sequence('dealers_dealer', 'id'), %s)", [DEALERS + 1])
    cursor.execute("DROP TABLE made")
    sort_into_bands()


def _literal(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f"'{value}'"

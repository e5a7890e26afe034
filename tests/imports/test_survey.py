"""The look at a whole file: what it calls neat and plain, and that the short way judges as the long way does."""

from __future__ import annotations

import pytest

from crm.imports.survey import Neatness


def neat(text: bytes, *, delimiter: str = ",", parts: int = 1) -> bool:
    told = Neatness(delimiter)
    size = -(-len(text) // parts)
    for start in range(0, len(text), size):
        told.see(text[start : start + size])
    return told.all_neat()


@pytest.mark.parametrize("parts", [1, 2, 3, 7])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"code,name\nD1,North shop\nD2,\n", True),
        (b"code,name\r\nD1,x\r\n", True),
        ("编码,名称\nD1,x\n".encode(), True),
        (b"code,name\nD1, x\n", False),
        (b"code,name\nD1 ,x\n", False),
        (b"code,name\nD1,x \n", False),
        (b"code,name\nD1,x \r\n", False),
        (b"code,name\n D1,x\n", False),
        (b"code,name\nD1,x ", False),
        (b"code,name\nD1,\tx\n", False),
        (b'code,name\n"D1",x\n', False),
        (b"code,name\n'D1,x\n", False),
        (b"code,name\nD1,=1+1\n", False),
        (b"code,name\nD1,#REF!\n", False),
        ("code,name\nＤ１,x\n".encode(), False),
        (b"code,name\nD1,x\xc2\xa0\n", False),
        (b"code,name\rD1,x\r", False),
    ],
)
def test_a_file_is_neat_when_no_cell_has_to_be_trimmed_or_unguarded(text, expected, parts):
    assert neat(text, parts=parts) is expected


def test_a_tab_is_a_blank_unless_it_separates():
    assert neat(b"a\tb\n1\t2\n", delimiter="\t")
    assert not neat(b"a\tb\n1\t 2\n", delimiter="\t")


ROWS = [
    ("2024-04-30", "D1", "HAT", "2", "20.5", "SO1"),
    ("2024-02-29", "D1", "HAT", "-1", "0.0000", "SO2"),
    ("2024-04-31", "D1", "HAT", "1", "1", "SO3"),
    ("2024-04-01", "D9", "HAT", "1", "1", "SO4"),
    ("2024-04-01", "D1", "CAP", "1", "1", "SO5"),
    ("2024-04-01", "D1", "", "1", "1.23456", "SO6"),
    ("2024-04-01", "D1", "HAT", "many", "1", "SO7"),
    ("2024-04-01", "D1", "HAT", "1e3", "1", "SO8"),
    ("2024-04-01", "D1", "HAT", "1", "", "SO9"),
    ("2024-04-02", "D1", "HAT", "1", "1", "S" * 81),
    ("2024-04-03", "D1", "HAT", "4", "4", "SO4"),
    ("2024-04-03", "D1", "HAT", "5", "5", "SO4"),
    ("01.04.2024", "D1", "HAT", "1", "1", "SO10"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("chosen", [range(2), range(13), *([index] for index in range(13))])
def test_the_short_way_judges_as_the_long_way(chosen, tmp_path, settings, territories):
    from django.db import connection
    from django.utils import timezone

    from crm.imports import actions
    from tests.factories import DealerFactory
    from tests.sales.factories import ProductFactory

    settings.MEDIA_ROOT = tmp_path / "media"
    DealerFactory(code="D1", territory=territories["CN-EAST-1"])
    ProductFactory(code="HAT")
    found = []
    for quote in ("", '"'):
        path = tmp_path / f"sales{len(found)}.csv"
        lines = (",".join(f"{quote}{cell}{quote}" for cell in ROWS[index]) for index in chosen)
        path.write_text("date,dealer code,product code,quantity,amount,order\n" + "\n".join(lines) + "\n")
        run = actions.import_file(path, "sales", at=timezone.now(), check_only=True)
        assert run.reading["neat"] is not bool(quote)
        with connection.cursor() as cursor:
            cursor.execute(
                'SELECT row, verdict, errors::text, dealer, "on", product, kind, quantity::text, amount::text, reference'
                f' FROM "imports_run_{run.pk}_checked" ORDER BY row'
            )
            found.append(cursor.fetchall())
    assert found[0] == found[1]
    assert len(found[0]) == len(chosen)


@pytest.mark.django_db
def test_a_mended_cell_may_be_untidy(tmp_path, settings, territories):
    from django.utils import timezone

    from crm.base.models import Company
    from crm.imports import actions
    from tests.factories import DealerFactory

    settings.MEDIA_ROOT = tmp_path / "media"
    DealerFactory(code="D1", territory=territories["CN-EAST-1"])
    path = tmp_path / "sales.csv"
    path.write_text("date,dealer code,quantity,amount\n2024-04-30,D1,2,x\n")
    run = actions.import_file(path, "sales", at=timezone.now(), check_only=True)
    assert (run.reading["neat"], run.rows_refused) == (True, 1)
    actions.mend_cell(run=run, row=2, column=4, text=" 1,200.50 ", on=Company.get().today())
    assert (run.reading["neat"], run.rows_refused, run.rows_new) == (False, 0, 1)

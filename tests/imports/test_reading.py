"""Files as they come, good and bad."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from crm.imports import encodings, limits, reading
from crm.imports.problems import BadFile
from crm.imports.reading import Reading, check_declared_sizes, inspect, slow_records, utf8_chunks

CHINESE = "编号,名称,城市\nD-1,苏州阳光贸易有限公司,苏州\nD-2,上海浦东经销商,上海市浦东新区\n"
JAPANESE = "コード,店舗名,市区町村\nD-1,さくら商店,横浜市西区\nD-2,株式会社ひまわり東京支店,渋谷区\n"
KOREAN = "코드,상호,도시\nD-1,햇살무역,서울특별시\nD-2,부산대리점 주식회사,부산광역시\n"
FRENCH = "code,nom,ville\nD-1,Société Générale du Vélo,Besançon\nD-2,Café Métropole,Orléans\n"
TAIWANESE = "編號,名稱,城市\nD-1,臺北陽光貿易有限公司,臺北市\nD-2,高雄經銷商,高雄市\n"


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "upload"
    path.write_bytes(content)
    return path


def workbook(tmp_path: Path, *sheets: list[list[object]]) -> Path:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def refused(path: Path, wish: Reading | None = None) -> str:
    with pytest.raises(BadFile) as caught:
        inspect(path, wish)
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (CHINESE, "gb18030", "gb18030"),
        (JAPANESE, "cp932", "cp932"),
        (JAPANESE, "euc_jp", "euc_jp"),
        (KOREAN, "cp949", "cp949"),
        (FRENCH, "cp1252", "cp1252"),
        (TAIWANESE, "big5", "big5"),
    ],
)
def test_encodings_are_found_out(tmp_path, text, encoding, found):
    sheet = inspect(written(tmp_path, text.encode(encoding)))
    assert sheet.reading.encoding == found
    assert sheet.headers == text.splitlines()[0].split(",")
    assert sheet.sample[0] == text.splitlines()[1].split(",")


def test_the_whole_file_comes_out_in_utf_8(tmp_path):
    path = written(tmp_path, CHINESE.encode("gb18030"))
    assert b"".join(utf8_chunks(path, inspect(path).reading)).decode() == CHINESE


def test_a_character_cut_off_at_the_end_of_the_sample_does_not_matter():
    sample = (CHINESE * 100).encode("gb18030")[:-1]
    assert encodings.detect(sample, whole=False) == "gb18030"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found_out(tmp_path, delimiter):
    rows = [["code", "name", "remark"], ["1", "A, B; C", "x"], ["2", "D", "y|z"]]
    text = "\n".join(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in rows)
    assert inspect(written(tmp_path, text.encode())).reading.delimiter == delimiter


def test_a_packed_file(tmp_path):
    sheet = inspect(written(tmp_path, gzip.compress(CHINESE.encode())))
    assert sheet.reading.gzip
    assert sheet.sample[1][2] == "上海市浦东新区"


def test_quoted_line_breaks_stay_in_their_cell(tmp_path):
    sheet = inspect(written(tmp_path, b'code,note\r\n1,"two\r\nlines"\r\n'))
    assert sheet.sample == [["1", "two\r\nlines"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY"),
        (b" \n\n", "EMPTY"),
        (b"code,name\n", "HEADER_ONLY"),
        (b"code,name,code\n1,2,3\n", "DUPLICATE_HEADERS"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "BINARY"),
        (b"code,name\n1,a\0b\n", "NUL_BYTES"),
        (b"PK\x03\x04 broken", "NOT_A_WORKBOOK"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "OLD_OR_LOCKED_WORKBOOK"),
        (b"\x1f\x8b\x08 broken", "BROKEN_GZIP"),
        (",".join(f"c{i}" for i in range(1000)).encode() + b"\n1\n", "TOO_MANY_COLUMNS"),
        (b'code,name\n1,"' + b"x" * (limits.CELL_CHARACTERS + 1) + b"\n2,y\n", "GIGANTIC_CELL"),
    ],
)
def test_bad_files_are_refused_by_name(tmp_path, content, code):
    assert refused(written(tmp_path, content)) == code


def test_double_titles_are_named_with_their_columns(tmp_path):
    with pytest.raises(BadFile) as caught:
        inspect(written(tmp_path, b"code,name,code\n1,2,3\n"))
    assert caught.value.figures == {"header": "code", "first": "A", "second": "C"}


def test_a_wrong_encoding_is_refused(tmp_path):
    assert refused(written(tmp_path, JAPANESE.encode("cp932")), Reading(encoding="utf-8")) == "ENCODING"


def test_nul_bytes_far_into_the_file(tmp_path):
    path = written(tmp_path, b"code,name\n" + b"1,a\n" * 400_000 + b"1,\0\n")
    with pytest.raises(BadFile) as caught:
        list(utf8_chunks(path, inspect(path).reading))
    assert caught.value.code == "NUL_BYTES"


def test_a_packed_bomb_is_stopped_while_unpacking(tmp_path):
    path = written(tmp_path, gzip.compress(b"code,name\n" + b"1,aaaaaaaaaaaaaaaa\n" * 3_000_000))
    with pytest.raises(BadFile) as caught:
        list(utf8_chunks(path, inspect(path).reading))
    assert caught.value.code == "UNPACKS_TOO_LARGE"


def test_records_with_the_wrong_number_of_cells_are_told(tmp_path):
    path = written(tmp_path, b"a,b,c\n1,2,3\n\n1,2\n1,2,3,4\n1,2,3,\n")
    found = list(slow_records(path, inspect(path).reading, 3))
    assert found == [
        (2, None, ["1", "2", "3"]),
        (4, 2, ["1", "2", ""]),
        (5, 4, ["1", "2", "3"]),
        (6, None, ["1", "2", "3"]),
    ]


# --- Workbooks ---


def test_a_workbook(tmp_path):
    path = workbook(tmp_path, [["code", "name", "since", "share"], ["0012", "苏州", 46347, 0.5], [7.0, True, "", 1e3]])
    sheet = inspect(path)
    assert sheet.headers == ["code", "name", "since", "share"]
    assert sheet.sample == [["0012", "苏州", "46347", "0.5"], ["7", "TRUE", "", "1000"]]


def test_the_first_sheet_with_rows_is_taken_and_another_can_be_chosen(tmp_path):
    path = workbook(tmp_path, [], [["a", "b"], [1, 2]], [["c", "d"], [3, 4]])
    first = inspect(path)
    assert (first.reading.sheet, first.headers) == ("Sheet2", ["a", "b"])
    assert first.reading.sheets == ("Sheet1", "Sheet2", "Sheet3")
    assert inspect(path, Reading(sheet="Sheet3")).headers == ["c", "d"]


def test_rows_are_numbered_as_in_the_spreadsheet(tmp_path):
    inspect(path := workbook(tmp_path, [[], ["a", "b"], [], [1, 2], ["x", "y", "beyond"]]))
    lines = reading.converted(path).read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["2", "4", "5"]
    assert lines[2].split(",")[1] == "3"


@pytest.mark.parametrize(("rows", "code"), [([], "EMPTY"), ([["a", "b"]], "HEADER_ONLY"), ([["a", "a"], [1, 2]], "DUPLICATE_HEADERS")])  # fmt: skip
def test_workbooks_without_content(tmp_path, rows, code):
    assert refused(workbook(tmp_path, rows)) == code


def test_a_workbook_with_too_many_columns(tmp_path):
    assert refused(workbook(tmp_path, [[f"c{i}" for i in range(1000)], [1]])) == "TOO_MANY_COLUMNS"


def bomb(members: int = 1, size: int = 10) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for number in range(members):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"0" * size)
    return content.getvalue()


@pytest.mark.parametrize(
    "content", [bomb(size=60 * limits.MEGABYTE), bomb(members=limits.XLSX_MEMBERS + 1), bomb(size=5 * limits.MEGABYTE)]
)
def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch, content):
    monkeypatch.setattr(reading, "_convert", lambda *args: pytest.fail("it was unpacked"))
    assert refused(written(tmp_path, content)) == "WORKBOOK_TOO_LARGE"


def test_a_zip_that_is_no_workbook(tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("letter.txt", "hello")
    assert refused(written(tmp_path, content.getvalue())) == "NOT_A_WORKBOOK"


def test_a_workbook_that_lies_about_its_inside(tmp_path):
    assert refused(written(tmp_path, bomb())) == "NOT_A_WORKBOOK"


def test_the_reader_of_workbooks_is_held_to_its_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "XLSX_MEMORY", 22 * limits.MEGABYTE)
    path = workbook(tmp_path, [["a", "b"], *([number, random.randbytes(1000).hex()] for number in range(10_000))])
    assert check_declared_sizes(path) is None
    assert refused(path) == "WORKBOOK_TOO_LARGE"


def test_the_reader_of_workbooks_is_held_to_its_time(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "XLSX_SECONDS", 0.01)
    path = workbook(tmp_path, [["a", "b"], *([number, str(number) * 20] for number in range(20_000))])
    assert refused(path) == "TOO_SLOW"

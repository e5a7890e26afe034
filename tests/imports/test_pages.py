"""The page of an import, from the upload to the undo."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from crm.imports import tasks
from crm.imports.choices import ImportState
from crm.imports.models import ImportProfile, ImportRun
from dealers.models import Dealer
from tests.factories import DealerFactory

pytestmark = pytest.mark.usefixtures("company")

HEADER = "code,name,kind,sales territory,country"
FILE = (
    f"{HEADER}\nD-1,Sunrise,AGENT,CN-EAST-1,CN\nD-2,Moon,kiosk,CN-EAST-2,CN\nD-3,=1+1,AGENT,CN-EAST-1,CN\n"
    "D-4,Star,kiosk,CN-EAST-1,CN\n"
)


@pytest.fixture
def dora_client(dora, client_of):
    return client_of(dora)


@pytest.fixture
def at_once(monkeypatch, django_capture_on_commit_callbacks):
    """Work is done where it is sent for, as if the worker were very quick."""

    def enqueue(run):
        tasks._TASKS[ImportState(run.state)](run.pk)

    monkeypatch.setattr(tasks, "enqueue", enqueue)


def upload(client, text=FILE, importer="dealers", name="dealers.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    answer = client.post(reverse("imports:list"), {"importer": importer, "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return ImportRun.objects.latest("pk")


def match(client, run, **others):
    columns = {f"column-{name}": headers[0] for name, headers in run.mapping["columns"].items()}
    return client.post(reverse("imports:match", args=[run.pk]), columns | others)


def page(client, run, **query):
    run.refresh_from_db()
    answer = client.get(run.get_absolute_url(), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_whole_way(dora_client, at_once, territories):
    run = upload(dora_client)
    columns = page(dora_client, run)
    assert "Which column is what?" in columns
    assert "Sunrise" in columns

    match(dora_client, run)
    checked = page(dora_client, run)
    assert "Load 1 new, skip 3" in checked
    assert "“kiosk” is none of these" in checked
    assert "is a formula" in checked

    # One is mended in place ...
    mended = dora_client.post(reverse("imports:mend", args=[run.pk]), {"row": 4, "column": 2, "text": "Sum"})
    assert "Load 2 new, skip 2" in mended.content.decode()
    # ... and two by saying what their word means.
    dora_client.post(reverse("imports:words", args=[run.pk]), {"field": "kind", "word": "kiosk", "meaning": "RETAILER"})
    assert "Load 4 new" in page(dora_client, run)
    assert not Dealer.objects.exists()

    dora_client.post(reverse("imports:confirm", args=[run.pk]))
    assert "4 rows are new." in page(dora_client, run)
    assert set(Dealer.objects.values_list("code", "name", "kind")) == {
        ("D-1", "Sunrise", "AGENT"),
        ("D-2", "Moon", "RETAILER"),
        ("D-3", "Sum", "AGENT"),
        ("D-4", "Star", "RETAILER"),
    }

    dora_client.post(reverse("imports:undo", args=[run.pk]))
    assert "This import was undone." in page(dora_client, run)
    assert not Dealer.objects.exists()


def test_nobody_writes_with_the_rights_of_who_uploaded_the_file(ada, dora_client, client_of, at_once, territories):
    """Dora sees the administrator's file, but makes herself no administrator by it."""
    ada_client = client_of(ada)
    run = upload(ada_client, "user,territory,role,since\nbob@example.com,ROOT,MANAGER,2027-01-01\n", "assignments")
    run.refresh_from_db()
    match(ada_client, run)
    assert page(dora_client, run, verdict="")
    steps = {
        "mend": {"row": 2, "column": 1, "text": "dora@example.com"},
        "words": {"field": "role", "word": "MANAGER", "meaning": "ADMINISTRATOR"},
        "match": {"constant-role": "ADMINISTRATOR"},
        "read_again": {},
        "confirm": {},
    }
    for name, data in steps.items():
        assert dora_client.post(reverse(f"imports:{name}", args=[run.pk]), data).status_code == 403, name
    run.refresh_from_db()
    assert (run.state, run.edits) == (ImportState.CHECKED, {})
    assert reverse("imports:confirm", args=[run.pk]) not in page(dora_client, run)
    assert reverse("imports:confirm", args=[run.pk]) in page(ada_client, run)


def test_characters_that_no_text_holds_are_left_out(dora_client, at_once, territories):
    run = upload(dora_client)
    match(dora_client, run, **{"constant-note": "\0a\0b", "save_as": "My\0 columns"})
    assert "Load 1 new, skip 3" in page(dora_client, run)
    assert ImportProfile.objects.get().name == "My columns"
    assert run.mapping["constants"] == {"note": "ab"}


def test_changes_are_shown_with_what_was(dora_client, at_once, territories):
    DealerFactory(code="D-1", name="Old name", kind="AGENT", territory=territories["CN-EAST-1"], country="CN")
    run = upload(dora_client)
    match(dora_client, run)
    text = page(dora_client, run, verdict="C")
    assert '<del class="second">Old name</del>' in text
    assert "Change 1, skip 3" in text
    assert "Moon" not in text.split("<tbody>")[-1]


def test_a_bad_file_says_why_and_another_can_be_taken(dora_client):
    run = upload(dora_client, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    assert run.state == ImportState.FAILED
    assert "neither CSV nor a workbook" in page(dora_client, run)


def test_a_wrongly_read_file_is_read_again(dora_client):
    run = upload(dora_client, f"{HEADER}\nD-1,苏州阳光,AGENT,CN-EAST-1,CN\n".encode("gb18030"))
    dora_client.post(reverse("imports:read_again", args=[run.pk]), {"encoding": "cp1252"})
    assert "苏州阳光" not in page(dora_client, run)
    dora_client.post(reverse("imports:read_again", args=[run.pk]), {"encoding": "gb18030"})
    assert "苏州阳光" in page(dora_client, run)


def test_a_key_without_a_column_is_asked_for_and_the_rest_is_kept(dora_client, at_once):
    run = upload(dora_client)
    columns = {f"column-{name}": headers[0] for name, headers in run.mapping["columns"].items()}
    columns["column-code"] = ""
    columns["constant-city"] = "Suzhou"
    dora_client.post(reverse("imports:match", args=[run.pk]), columns)
    text = page(dora_client, run)
    assert "Say which column fills: code." in text
    assert 'value="Suzhou"' in text
    assert run.state == ImportState.UPLOADED


def test_a_mapping_is_kept_as_a_profile_and_found_again(dora_client, at_once):
    run = upload(dora_client, FILE.replace("kind", "sort of thing"))
    match(dora_client, run, **{"column-kind": "sort of thing", "save_as": "Our ERP", "constant-city": "Suzhou"})
    profile = ImportProfile.objects.get()
    assert (profile.importer, profile.name) == ("dealers", "Our ERP")
    again = upload(dora_client, FILE.replace("kind", "sort of thing"))
    assert again.profile_name == "Our ERP"
    assert again.mapping["columns"]["kind"] == ["sort of thing"]
    assert again.mapping["constants"] == {"city": "Suzhou"}


def test_refused_rows_come_back_as_they_were_with_the_reason(dora_client, at_once):
    run = upload(dora_client)
    match(dora_client, run)
    answer = dora_client.get(reverse("imports:refused", args=[run.pk]), {"format": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0] == [*HEADER.split(","), "Row", "Reason"]
    # A spreadsheet shows the formula instead of running it.
    assert rows[2][:2] == ["D-3", "'=1+1"]
    assert rows[2][5:] == ["4", "name: “=1+1” is a formula. Write its result."]
    book = dora_client.get(reverse("imports:refused", args=[run.pk]))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert sheet == rows


def test_an_example_can_be_imported_as_it_is(dora_client, at_once, dora, territories):
    dora.language = "ja"
    dora.save()
    answer = dora_client.get(reverse("imports:example", args=["dealers"]), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    run = upload(dora_client, text)
    match(dora_client, run)
    run.refresh_from_db()
    assert (run.rows_new, run.rows_refused) == (1, 0)


def test_ones_own_imports_only(dora_client, bob, client_of, at_once):
    run = upload(dora_client)
    bob.assignments.update(role="DIRECTOR")
    client = client_of(bob)
    assert client.get(run.get_absolute_url()).status_code == 404
    assert client.post(reverse("imports:confirm", args=[run.pk])).status_code == 404
    assert "dealers.csv" not in client.get(reverse("imports:list")).content.decode()


def test_a_run_is_confirmed_once(dora_client, at_once):
    run = upload(dora_client)
    match(dora_client, run)
    dora_client.post(reverse("imports:confirm", args=[run.pk]))
    dora_client.post(reverse("imports:confirm", args=[run.pk]))
    assert Dealer.objects.count() == 1


def test_a_file_that_was_not_loaded_is_discarded(dora_client, at_once, django_capture_on_commit_callbacks):
    run = upload(dora_client)
    match(dora_client, run)
    path = run.file.path
    with django_capture_on_commit_callbacks(execute=True):
        dora_client.post(reverse("imports:discard", args=[run.pk]))
    assert not ImportRun.objects.exists()
    with pytest.raises(FileNotFoundError):
        open(path)  # noqa: SIM115


def test_the_number_of_queries_does_not_grow_with_the_rows(dora_client, at_once, django_assert_max_num_queries):
    run = upload(dora_client, FILE + "".join(f"X-{n},Name {n},AGENT,CN-EAST-1,CN\n" for n in range(45)))
    match(dora_client, run)
    with django_assert_max_num_queries(22):
        page(dora_client, run)

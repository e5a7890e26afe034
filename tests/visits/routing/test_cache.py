import os
import subprocess
import sys
from pathlib import Path

import pytest

from visits.routing import cache


@pytest.fixture
def own_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(cache, "CHECKOUT_CACHE", tmp_path / "checkout")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "writable"))
    return tmp_path


def test_another_source_is_another_folder(own_place, monkeypatch, tmp_path):
    before = cache.folder()
    changed = tmp_path / "arrays.py"
    changed.write_text("STARTS = 1", encoding="ascii")
    monkeypatch.setattr(cache, "SOURCES", (cache.SOURCES[0], changed))
    assert cache.folder() != before
    assert cache.folder().parent == own_place / "writable"


def test_a_kernel_of_another_age_is_not_warm(own_place, monkeypatch, tmp_path):
    kernel = tmp_path / "kernel.py"
    kernel.write_text("", encoding="ascii")
    monkeypatch.setattr(cache, "SOURCES", (kernel,))
    cache.folder().mkdir(parents=True)
    assert not cache.is_warm()
    cache.set_warm()
    assert cache.is_warm()
    os.utime(kernel, (1, 1))
    assert not cache.is_warm()


def test_what_the_checkout_compiled_is_brought_along(own_place):
    made = own_place / "checkout" / cache.folder().name
    made.mkdir(parents=True)
    (made / "search.nbi").write_text("compiled", encoding="ascii")
    cache.bring()
    assert (cache.folder() / "search.nbi").read_text(encoding="ascii") == "compiled"
    cache.bring()
    assert [path.name for path in (own_place / "writable").iterdir()] == [cache.folder().name]


def test_a_place_that_cannot_be_written_to_is_left_for_the_temporary_files(own_place, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert cache.place() != own_place / "checkout"
    assert str(os.getuid()) in cache.place().name


def test_warming_what_is_warm_imports_no_compiler():
    if not cache.is_warm():
        pytest.skip("nobody has compiled the search yet; set-up does")
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "from visits.routing.warm import main; main()"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "numba" not in done.stderr

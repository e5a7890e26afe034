"""Texts made of several, in languages that set other signs between them."""

import pytest
from django.template import Context, Template

from crm.base import text


def test_lists_sentences_and_labels_in_english():
    assert text.joined([1, "b", "c"]) == "1, b, c"
    assert text.joined([]) == ""
    assert text.run_on(["It is late.", "", "Go home.", "Sleep."]) == "It is late. Go home. Sleep."
    assert text.run_on(iter([])) == ""
    assert text.labelled("Tier", "A") == "Tier: A"


@pytest.fixture
def as_in_chinese(monkeypatch):
    """Without the compiled catalogues, which a fresh checkout does not have."""
    signs = {", ": "、", "%(first)s %(second)s": "%(first)s%(second)s", "%(label)s: %(text)s": "%(label)s：%(text)s"}
    monkeypatch.setattr(text, "pgettext", lambda _context, message: signs[message])


def test_a_language_sets_its_own_signs_between_them(as_in_chinese):
    assert text.joined(["甲", "乙"]) == "甲、乙"
    assert text.run_on(["已撤销。", "100% 保留。"]) == "已撤销。100% 保留。"
    assert text.labelled("等级", "A") == "等级：A"


def test_templates_escape_what_they_join():
    drawn = Template(
        "{{ names|joined }} {{ names|run_on }} {{ label|labelled:names.0 }} {% for n in names %}{{ n }}"
        "{% if not forloop.last %}{% comma %}{% endif %}{% endfor %}"
    ).render(Context({"names": ["<b>", "c"], "label": "&"}))
    assert drawn == "&lt;b&gt;, c &lt;b&gt; c &amp;: &lt;b&gt; &lt;b&gt;, c"

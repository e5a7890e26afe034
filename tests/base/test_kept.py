"""Parts of a page that are rendered once for all requests that they are the same for."""

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe
from django.utils.translation import override

from crm.base.templatetags.kept import MOST_VARIANTS


class Counter:
    def __init__(self) -> None:
        self.asked = 0

    def __str__(self) -> str:
        self.asked += 1
        return str(self.asked)


def test_the_part_is_rendered_once_for_the_same_values():
    part = Template("{% load kept %}{% kept colour %}{{ counter }}{{ colour }}{% endkept %}")
    counter = Counter()
    drawn = [part.render(Context({"counter": counter, "colour": colour})) for colour in ("red", "blue", "red")]
    assert drawn == ["1red", "2blue", "1red"]


def test_each_language_has_its_own():
    part = Template("{% load i18n kept %}{% kept %}{% translate 'Save' %}{% endkept %}")
    with override("en"):
        english = part.render(Context())
    with override("ja"):
        japanese = part.render(Context())
    assert english == "Save" != japanese


def test_a_text_that_is_not_safe_is_escaped_though_the_same_was_safe_before():
    part = Template("{% load kept %}{% kept text %}{{ text }}{% endkept %}")
    assert part.render(Context({"text": mark_safe("<b>")})) == "<b>"
    assert part.render(Context({"text": "<b>"})) == "&lt;b&gt;"


def test_not_more_variants_are_kept_than_fit():
    part = Template("{% load kept %}{% kept number %}{{ number }}{% endkept %}")
    (node,) = [node for node in part.nodelist if hasattr(node, "nodelist")]
    for number in range(3 * MOST_VARIANTS):
        part.render(Context({"number": number}))
    assert len(node._kept) <= MOST_VARIANTS


def test_what_is_fresh_is_looked_up_each_time_and_escaped():
    part = Template("{% load kept %}{% kept %}{{ counter }}<{% fresh word %}>{% endkept %}")
    counter = Counter()
    drawn = [part.render(Context({"counter": counter, "word": word})) for word in ("red", "<b>", "")]
    assert drawn == ["1<red>", "1<&lt;b&gt;>", "1<>"]


def test_fresh_stands_for_its_value_where_nothing_is_kept():
    assert Template("{% load kept %}{% fresh word %}").render(Context({"word": "a & b"})) == "a &amp; b"


def test_a_part_inside_a_kept_part_leaves_room_too():
    """The inner part is kept by itself first, then inside an outer one, whose second look shows what is new."""
    inner = "{% kept %}{{ counter }}{% fresh word %}{% csrf_token %}{% endkept %}"
    part = Template("{% load kept %}{% if outer %}{% kept %}[" + inner + "]{% endkept %}{% endif %}")
    counter = Counter()
    drawn = [
        part.render(Context({"counter": counter, "word": word, "outer": True, "csrf_token": f"token-{word}"}))
        for word in ("one", "two")
    ]
    for word, text in zip(("one", "two"), drawn, strict=True):
        assert text.startswith(f"[1{word}<input")
        assert f'value="token-{word}"' in text
    assert "one" not in drawn[1]


def test_a_token_is_the_requests_own():
    part = Template("{% load kept %}{% kept %}{% csrf_token %}{{ csrf_token }}{% endkept %}")
    for token in ("first", "second"):
        drawn = part.render(Context({"csrf_token": token}))
        assert drawn == f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">{token}'
    assert part.render(Context()) == ""


def test_what_breaks_while_it_is_kept_keeps_nothing():
    part = Template("{% load kept %}{% kept %}{{ broken.name }}{% endkept %}{% fresh word %}")

    class Broken:
        @property
        def name(self) -> str:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        part.render(Context({"broken": Broken(), "word": "w"}))
    assert Template("{% load kept %}{% fresh word %}").render(Context({"word": "w"})) == "w"

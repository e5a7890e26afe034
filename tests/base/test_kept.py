"""Parts of a page that are rendered once for all requests that they are the same for."""

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

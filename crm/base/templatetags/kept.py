"""Parts of a page that are the same for many requests, rendered once a process: see `kept`."""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

# Of one part in all its variants; then it starts anew.
MOST_VARIANTS = 256


class KeptNode(template.Node):
    def __init__(self, nodelist: NodeList, values: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self.values = values
        self._kept: dict[tuple[object, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        key: list[object] = [get_language()]
        for expression in self.values:
            value = expression.resolve(context)
            # A text that is safe as HTML equals the same text that is not, and True equals 1.
            key += value, type(value)
        variant = tuple(key)
        drawn = self._kept.get(variant)
        if drawn is None:
            drawn = self.nodelist.render(context)
            if len(self._kept) >= MOST_VARIANTS:
                self._kept.clear()
            self._kept[variant] = drawn
        return drawn


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """`{% kept value ... %}...{% endkept %}`: what stands between depends on the language and these values alone.

    They must be hashable. Nothing of one person, no CSRF token and no {% block %} may stand between unless a value
    says which. It is kept with the parsed template, so an edited template starts anew.
    """
    _name, *bits = token.split_contents()
    values = [parser.compile_filter(bit) for bit in bits]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, values)

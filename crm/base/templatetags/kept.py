"""Parts of a page that are the same for many requests, rendered once a process: see `kept` and `fresh`."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Sequence
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, render_value_in_context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

# Of one part in all its variants; then it starts anew.
MOST_VARIANTS = 256

# Stands in a kept text where something fresh goes in. Nobody outside the process can write it.
_SIGN = secrets.token_hex(16)
_HOLE = re.compile(f"{_SIGN}-([0-9]+)-")
_CSRF = "csrf_token"


class _Keeping(threading.local):
    """The fresh parts of what this thread is just rendering to keep it; None while it keeps nothing."""

    parts: list[template.Node] | None = None


_keeping = _Keeping()


def _hole(node: template.Node, parts: list[template.Node]) -> SafeString:
    parts.append(node)
    return mark_safe(f"{_SIGN}-{len(parts) - 1}-")


class FreshNode(template.Node):
    def __init__(self, expression: FilterExpression) -> None:
        self.expression = expression

    def render(self, context: template.Context) -> SafeString:
        if _keeping.parts is not None:
            return _hole(self, _keeping.parts)
        return mark_safe(render_value_in_context(self.expression.resolve(context), context))


class _Token(template.Node):
    """The CSRF token, which is another for each request."""

    def render(self, context: template.Context) -> SafeString:
        if _keeping.parts is not None:
            return _hole(self, _keeping.parts)
        return mark_safe(str(context[_CSRF]))


class KeptNode(template.Node):
    def __init__(self, nodelist: NodeList, values: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self.values = values
        # Texts and, between them, what is fresh.
        self._kept: dict[tuple[object, ...], Sequence[str | template.Node]] = {}

    def render(self, context: template.Context) -> SafeString:
        has_token = context.get(_CSRF) is not None
        key: list[object] = [get_language(), context.autoescape, has_token]
        for expression in self.values:
            value = expression.resolve(context)
            # A text that is safe as HTML equals the same text that is not, and True equals 1.
            key += value, type(value)
        variant = tuple(key)
        parts = self._kept.get(variant)
        if parts is None:
            parts = self._draw(context, has_token=has_token)
            if len(self._kept) >= MOST_VARIANTS:
                self._kept.clear()
            self._kept[variant] = parts
        if len(parts) == 1:
            return mark_safe(str(parts[0]))
        return mark_safe("".join([part if isinstance(part, str) else part.render(context) for part in parts]))

    def _draw(self, context: template.Context, *, has_token: bool) -> Sequence[str | template.Node]:
        outer, _keeping.parts = _keeping.parts, []
        fresh: list[template.Node] = _keeping.parts
        instead: dict[str, Any] = {_CSRF: _hole(_Token(), fresh)} if has_token else {}
        try:
            with context.push(**instead):
                drawn = self.nodelist.render(context)
        finally:
            _keeping.parts = outer
        pieces = _HOLE.split(drawn)
        return [fresh[int(piece)] if place % 2 else str(piece) for place, piece in enumerate(pieces)]


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """`{% kept value ... %}...{% endkept %}`: what stands between depends on the language and these values alone.

    They must be hashable. Nothing of one person and no {% block %} may stand between, unless a value says which or it
    stands in {% fresh %}; a CSRF token may. It is kept with the parsed template, so an edited template starts anew.
    """
    _name, *bits = token.split_contents()
    values = [parser.compile_filter(bit) for bit in bits]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, values)


@register.tag
def fresh(parser: Parser, token: Token) -> FreshNode:
    """`{% fresh value %}`: like `{{ value }}`, and inside {% kept %} looked up for every request all the same.

    Of variables that the part around it knows, not of those that a loop or {% with %} inside it makes.
    """
    bits = token.split_contents()
    if len(bits) != 2:
        raise template.TemplateSyntaxError("{% fresh %} takes one value")
    return FreshNode(parser.compile_filter(bits[1]))

"""How the API reference reads this package's sources.

mkdocstrings reads them through Griffe, which loads this extension: see
mkdocs.yml.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import griffe

if TYPE_CHECKING:
    from typing_extensions import TypeGuard

# "real, fake: ..." and the lines that continue it.
_NAME = r"\*{0,2}\w+"
_JOINT = re.compile(
    rf"^(?P<indent> +)(?P<names>{_NAME}(?:, {_NAME})+): "
    r"(?P<text>.*(?:\n(?P=indent) .*)*)",
    re.MULTILINE,
)
# A paragraph above a list, between which Markdown needs an empty line.
_ABOVE_LIST = re.compile(r"^([^-\s].*)\n(?=- )", re.MULTILINE)
_SETTING = "tfgan_zoo.settings.setting"
_ARCHITECTURE = "tfgan_zoo.architecture.Architecture"
_RECIPE = "tfgan_zoo.recipe.Recipe"


class HouseDocstrings(griffe.Extension):
    """Documents each of joint parameters, and attributes by what makes them."""

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Writes a docstring as Google's form and Markdown have it."""
        if obj.docstring is not None:
            text = _JOINT.sub(_split, obj.docstring.value)
            obj.docstring.value = _ABOVE_LIST.sub(r"\1\n\n", text)

    def on_attribute(self, *, attr: griffe.Attribute, **kwargs: Any) -> None:
        """Documents settings, recipes and architectures by their calls."""
        if attr.docstring is not None:
            return
        text = ""
        if _is_call(attr.value, _SETTING):
            text = _text(_keywords(attr.value)["help"])
            attr.value = _default(attr.value)
        elif _is_call(attr.value, _ARCHITECTURE):
            purpose = _text(_keywords(attr.value)["purpose"])
            text = f"{purpose[:1].upper()}{purpose[1:]}."
        elif _is_call(attr.value, _RECIPE):
            text = "The settings of the paper."
        if text:
            attr.docstring = griffe.Docstring(text, parent=attr)

    def on_function(self, *, func: griffe.Function, **kwargs: Any) -> None:
        """Shows a setting's default, not its declaration, in signatures."""
        for parameter in func.parameters:
            if _is_call(parameter.default, _SETTING):
                parameter.default = _default(parameter.default)


def _is_call(value: Any, path: str) -> TypeGuard[griffe.ExprCall]:
    return isinstance(value, griffe.ExprCall) and value.canonical_path == path


def _default(call: griffe.ExprCall) -> griffe.Expr | str | None:
    given = [*call.arguments][: -len(_keywords(call))]
    return given[0] if given else None


def _split(match: re.Match[str]) -> str:
    return "\n".join(
        f"{match['indent']}{name}: {match['text']}"
        for name in match["names"].split(", ")
    )


def _keywords(call: griffe.ExprCall) -> dict[str, griffe.Expr | str]:
    return {
        argument.name: argument.value
        for argument in call.arguments
        if isinstance(argument, griffe.ExprKeyword)
    }


def _text(expression: griffe.Expr | str) -> str:
    """Joins the string literals of an expression."""
    literals = re.findall(r"(['\"])(.*?)\1", str(expression))
    return "".join(text for _, text in literals)

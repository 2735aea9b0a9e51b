"""Settings are declared once, as dataclass fields with a help text and rules.

The flag, `--help`, the checks of the value, the place in `config.json` and the
row in the docs are made from the declaration.
"""

# Without `from __future__ import annotations`: the types are read at run time.
import dataclasses
import inspect
import math
import textwrap
from typing import Any, Callable, Optional, TypeVar

from tfgan_zoo import checks
from tfgan_zoo.messages import describe_limits

_LARGEST = 2**31 - 1
# What numbers may be; both limits are included.
COUNT = (1, _LARGEST)
COUNT_OR_ZERO = (0, _LARGEST)
AMOUNT = (0.0, math.inf)
SHARE = (0.0, 1.0)

# In `needs`: any value of the other setting that turns it on.
ON = "on"
_OFF = ("none", 0, None)

_KEY = "rules"
_DOC_WIDTH = 79
_Class = TypeVar("_Class", bound=type)


@dataclasses.dataclass(frozen=True)
class Rules:
    """What a declaration says of a setting besides name, type and default.

    Attributes:
        help: a sentence or a noun phrase for people.
        default_text: the default in words, if it is no plain value.
        limits: the least and the greatest value.
        choices: all values that it may have.
        check: called with its name and a value; raises if the value is bad.
        needs: another setting and a value of it, or `ON`, without which this
            setting has no effect.
        is_path: whether it is a path, or may be; a leading `~` is expanded.
        is_structural: whether networks are built by it, so that
            `GAN.compile` cannot change it.
        may_change: whether a run may be resumed with another value.
    """

    help: str
    default_text: str = ""
    limits: Optional[tuple[float, float]] = None
    choices: tuple[Any, ...] = ()
    check: Optional[Callable[[str, Any], Any]] = None
    needs: Optional[tuple[str, Any]] = None
    is_path: bool = False
    is_structural: bool = False
    may_change: bool = False

    def describe(self, prefix: str = "") -> str:
        """Returns the help with the rules, in sentences.

        Args:
            prefix: put before the name of another setting, such as "--".
        """
        parts = [self.help]
        if self.choices:
            parts.append(f"One of: {', '.join(map(str, self.choices))}.")
        if self.limits is not None:
            low, high = self.limits
            is_open = high >= _LARGEST
            parts.append(describe_limits(low, None if is_open else high))
        if self.needs is not None:
            name, value = self.needs
            other = f"{name}={value}" if value != ON else name
            parts.append(f"Only used with {prefix}{other}.")
        if self.default_text:
            parts.append(f"Default: {self.default_text}.")
        return " ".join(parts)


@dataclasses.dataclass(frozen=True)
class Setting:
    """A setting as a dataclass declares it.

    Attributes:
        name: of the field and of the flag.
        types: of its values; the first is not NoneType.
        default: its value if none is given.
        rules: the rest of the declaration.
    """

    name: str
    types: tuple[type, ...]
    default: Any
    rules: Rules

    def convert(self, value: Any) -> Any:
        """Returns a value as the setting's type, checked.

        Raises:
            TypeError: it is of another type.
            ValueError: it breaks a rule.
        """
        value = checks.convert_type(self.name, value, self.types)
        if value is None:
            return None
        if self.rules.limits is not None:
            checks.in_range(self.name, value, self.rules.limits)
        if self.rules.choices:
            checks.one_of(self.name, value, self.rules.choices)
        if self.rules.check is not None:
            self.rules.check(self.name, value)
        return value

    def find_unmet_need(self, settings: Any) -> Optional[str]:
        """Returns what makes the setting ineffective, as "name=value".

        Args:
            settings: has all settings as attributes.

        Returns:
            None if it has an effect.
        """
        if self.rules.needs is None:
            return None
        name, needed = self.rules.needs
        value = getattr(settings, name)
        is_met = value not in _OFF if needed == ON else value == needed
        return None if is_met else f"{name}={value}"


class Settings:
    """Base of frozen dataclasses whose fields are settings.

    Raises:
        TypeError: a value is of the wrong type.
        ValueError: a value breaks a rule of its declaration.
    """

    def __post_init__(self) -> None:
        for setting in list_settings(type(self)):
            value = setting.convert(getattr(self, setting.name))
            object.__setattr__(self, setting.name, value)


def setting(
    default: Any = dataclasses.MISSING, *, help: str, **rules: Any
) -> Any:
    """Declares a setting: the value of a field in a subclass of `Settings`.

    Args:
        default: value if none is given; missing if one must be given.
        help: see `Rules`.
        **rules: other attributes of `Rules`.
    """
    metadata = {_KEY: Rules(help, **rules)}
    return dataclasses.field(default=default, metadata=metadata)


def list_settings(declaring: type) -> tuple[Setting, ...]:
    """Returns the settings that a dataclass declares or inherits, in order.

    Args:
        declaring: a dataclass; a field without rules has no help.
    """
    types = checks.field_types(declaring)
    return tuple(
        Setting(
            field.name,
            types[field.name],
            field.default,
            field.metadata.get(_KEY, Rules("")),
        )
        for field in dataclasses.fields(declaring)
    )


def unset(declaring: type) -> Callable[[_Class], _Class]:
    """Returns a decorator that makes inherited settings None by default.

    Put it below `dataclasses.dataclass`. Type checkers still see the types of
    the bases, which are those of resolved settings.

    Args:
        declaring: a dataclass; those of its settings that the decorated class
            inherits too become optional there.
    """

    def decorate(cls: _Class) -> _Class:
        # Python 3.9 has a base's annotations where a class has none itself.
        annotations = dict(cls.__dict__.get("__annotations__", {}))
        for setting in list_settings(declaring):
            if hasattr(cls, setting.name):
                metadata = {_KEY: setting.rules}
                field: Any = dataclasses.field(default=None, metadata=metadata)
                setattr(cls, setting.name, field)
                kind: Any = setting.types[0]
                annotations[setting.name] = Optional[kind]
        cls.__annotations__ = annotations
        return cls

    return decorate


def document(cls: _Class) -> _Class:
    """Adds the settings of a dataclass to its docstring."""
    lines = [inspect.cleandoc(cls.__doc__ or ""), "", "Attributes:"]
    for setting in list_settings(cls):
        text = f"{setting.name}: {setting.rules.describe()}"
        lines += textwrap.wrap(
            text, _DOC_WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 8
        )
    cls.__doc__ = "\n".join(lines)
    return cls

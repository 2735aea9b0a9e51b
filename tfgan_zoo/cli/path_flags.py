"""Flags that are paths."""

from __future__ import annotations

from absl import flags

from tfgan_zoo import paths
from tfgan_zoo.pretrained.hub import addresses

# A flag belongs to the module that calls `define_path`.
flags.disclaim_key_flags()


# tensorflow-datasets reads from buckets too.
_MAY_BE_ADDRESSES = ("data_dir",)
_MAY_BE_ON_HUB = ("compare", "model", "start_from")


class PathParser(flags.ArgumentParser):
    """Expands a leading `~`; refuses an empty path and most addresses."""

    syntactic_help = "a path"

    def __init__(
        self, *, may_be_address: bool, may_be_on_hub: bool = False
    ) -> None:
        super().__init__()
        self._may_be_address = may_be_address
        self._may_be_on_hub = may_be_on_hub

    def parse(self, argument: str) -> str:
        if not argument.strip():
            raise ValueError("A path must not be empty.")
        is_on_hub = self._may_be_on_hub and addresses.is_address(argument)
        if not (self._may_be_address or is_on_hub):
            paths.require_no_address(argument)
        return paths.expand_text(argument)

    def flag_type(self) -> str:
        return "string"


def define_path(
    name: str, default: str | None, help_text: str
) -> flags.FlagHolder[str | None]:
    """Defines a flag for a path, or for a name in the place of one.

    A leading `~` is expanded, which shells leave alone behind an equals sign.
    A slash at the end stays. An empty path, one with NUL and an address are
    refused, but for `hf://owner/name` where a generator is meant.

    Args:
        name: of the flag.
        default: None where there is none.
        help_text: what `--help` prints.
    """
    return flags.DEFINE(
        PathParser(
            may_be_address=name in _MAY_BE_ADDRESSES,
            may_be_on_hub=name in _MAY_BE_ON_HUB,
        ),
        name,
        default,
        help_text,
        serializer=flags.ArgumentSerializer(),
    )

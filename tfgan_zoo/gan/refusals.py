"""What Keras offers for every model and a GAN has no use for."""

from __future__ import annotations

from typing import Any


class Refusals:
    """Mixed into a GAN, refuses calls that would mislead, in a line each."""

    def evaluate(self, *args: Any, **kwargs: Any) -> Any:
        """Refuses: a GAN has no loss that tells how good it is.

        Raises:
            TypeError: always.
        """
        raise TypeError(
            "A GAN has no loss to evaluate; `tfgan_zoo.evaluation.evaluate` "
            "measures its samples. Received: a call of `evaluate`."
        )

    def test_on_batch(self, *args: Any, **kwargs: Any) -> Any:
        """Refuses, as `evaluate` does.

        Raises:
            TypeError: always.
        """
        return self.evaluate()

    def export(self, *args: Any, **kwargs: Any) -> Any:
        """Refuses: Keras would export the generator without what samples it.

        Raises:
            TypeError: always.
        """
        raise TypeError(
            "A GAN is exported by `tfgan_zoo.export.export(gan, folder)`. "
            "Received: a call of `export`."
        )

    def get_config(self) -> dict[str, Any]:
        """Refuses: what Keras would make of it has no networks.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(
            "Keras cannot copy, pickle or describe a GAN; `save` writes one "
            "to a folder, from which `models.load` or `restore` brings it "
            "back, and `generator` and `discriminator` are Keras models. "
            f"Received: {type(self).__name__}."
        )

    def __reduce__(self) -> Any:
        return self.get_config()

    def __deepcopy__(self, memo: Any) -> Any:
        return self.get_config()

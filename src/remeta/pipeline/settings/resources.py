"""What the stages of a family take of a machine; nothing that a result depends on."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt

from remeta.frozen import Advice, Frozen

DEFAULT = "default"  # for families that params.yaml does not name


class Need(Frozen):
    cpus: PositiveInt  # and as many threads
    gpus: NonNegativeFloat  # a fraction shares one
    memory_gb: PositiveFloat


class Resources(Frozen):
    """The one block of params.yaml that says where stages run, and not what they make."""

    resources: dict[str, Need]

    @classmethod
    def of(cls, params: Any, where: str) -> "Resources":
        block = {"resources": params["resources"]} if "resources" in params else {}
        resources = cls.read(block, where)
        resources.complete(where)
        return resources

    def complete(self, where: str) -> None:
        if DEFAULT not in self.resources:
            raise Advice(f"{where}: resources.{DEFAULT} is missing; add it.")

    def by_stage(self, names: Iterable[str], where: str) -> dict[str, Need]:
        """Of every stage its family's need; a family without stages is a slip of the fingers."""
        families = {name: family(name) for name in names}
        known = {DEFAULT, *families.values()}
        for name in self.resources:
            if name not in known:
                choice = ", ".join(sorted(known))
                raise Advice(f"{where}: resources.{name} is no family; choose among: {choice}.")
        default = self.resources[DEFAULT]
        return {name: self.resources.get(families[name], default) for name in families}


def family(stage: str) -> str:
    """`train` of train_mri_fig3_point@quick-mri-0."""
    return re.split("[_@]", stage, maxsplit=1)[0]

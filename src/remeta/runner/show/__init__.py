"""`remeta show`: what a method, a panel or a run is, and where all that belongs to it lies."""

from remeta.frozen import Advice
from remeta.pipeline.settings.names import PANELS
from remeta.pipeline.settings.params import Settings
from remeta.runner.show import panels


def show(name: str) -> None:
    settings = Settings.load()
    known = {panel.id: panel for panel in PANELS}
    for panel in PANELS:  # a name without its paper will do where nothing else has it
        alike = [other for other in PANELS if other.name == panel.name]
        a_run = any(panel.name in (*other.runs, *other.lenders) for other in PANELS)
        known |= {panel.name: panel} if len(alike) == 1 and not a_run else {}
    if name in known:
        print("\n".join(panels.describe(settings, known[name])))
        return
    from remeta.methods import REGISTRY  # imported late: a panel is shown without torch
    from remeta.runner.show import methods

    runs = dict.fromkeys(run for panel in PANELS for run in (*panel.runs, *panel.lenders))
    if name in REGISTRY:
        print("\n".join(methods.describe(settings, name)))
    elif name in runs:
        print("\n".join(methods.describe_run(settings, name)))
    else:
        raise Advice(
            f"{name} is no method ({', '.join(REGISTRY)}), no panel "
            f"({', '.join(panel.id for panel in PANELS)}) and no run ({', '.join(runs)})."
        )


__all__ = ["show"]

"""What to paste into dvc.yaml for a panel that is not there yet."""

from remeta.papers.panel import Panel
from remeta.pipeline.settings.names import LEARNT
from remeta.report.kinds import kind_of

AXES = (
    'matrix: {{profile: ["${{profile.name}}"], run: "${{grid.{}.{}}}", seed: "${{profile.seeds}}"}}'
)


def lines(panel: Panel) -> str:
    """The blocks it merges are spelt out at the first panel of its kind."""
    ways = {"evaluate": scored, "train": trained, kind_of(panel).stages[-1]: looked_at}
    spelt = next(way for stage, way in ways.items() if stage in kind_of(panel).stages)
    return "\n".join([f"  # {panel.title}", *spelt(panel)])


def scored(panel: Panel) -> list[str]:
    held = f"{names(panel)}, tested: {panel.tested.files}"
    score = "score_expert" if panel.tested.taught_by in LEARNT else "score"
    id = panel.id
    ends = f"  score_{id}: {{<<: *{score}, vars: *{id}, {AXES.format(id, 'score')}}}"
    return [
        f"  train_{id}: {{<<: *train, vars: &{id} [{{{held}}}],",
        f"    {AXES.format(id, 'train').replace('matrix: ', f'matrix: &{id}_runs ')}}}",
        f"  evaluate_{id}: {{<<: *evaluate, vars: *{id}, matrix: *{id}_runs}}",
        *([ends] if "score" in kind_of(panel).stages else []),
        *shown(panel),
    ]


def trained(panel: Panel) -> list[str]:
    return [
        f"  train_{panel.id}: {{<<: *train_alone, vars: &{panel.id} [{{{names(panel)}}}],",
        f"    {AXES.format(panel.id, 'train')}}}",
        *shown(panel),
    ]


def looked_at(panel: Panel) -> list[str]:
    """Whose `sees` is the verb that looks."""
    home = panel.borrowed[0][0]
    one = f"{names(panel)}, sees: ..."
    return [
        f"  ..._{panel.id}: {{<<: *look, vars: [{{{one}, lender: {home}}}],",
        f"    {AXES.format(f'{panel.paper}_{home}', 'train')}}}",
        f"  table_{panel.id}: {{<<: *table, vars: &{panel.id} [{{{one}}}]}}",
        f"  {panel.id}: {{<<: *figure, vars: *{panel.id}}}",
    ]


def names(panel: Panel) -> str:
    lender = f", lender: {panel.borrowed[0][0]}" if panel.borrowed and panel.runs else ""
    return f"paper: {panel.paper}, panel: {panel.name}, data: {panel.data.files}{lender}"


def shown(panel: Panel) -> list[str]:
    deps = ", deps: *beside" if panel.borrowed else ""
    figure = f"  {panel.id}: {{<<: *figure, vars: *{panel.id}{deps}}}"
    table = f"  table_{panel.id}: {{<<: *table, vars: *{panel.id}{deps}}}"
    return [table] if panel.published else [table, figure]

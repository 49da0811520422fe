"""What to paste into dvc.yaml for a panel that is not there yet."""

from typing import Any

from remeta.papers.panel import Panel
from remeta.pipeline.settings.names import LEARNT
from remeta.report.kinds import kind_of
from tests.contracts.graph import params

AXES = (
    'matrix: {{profile: ["${{profile.name}}"], run: "${{grid.{}.{}}}", seed: "${{profile.seeds}}"}}'
)


def lines(panel: Panel) -> str:
    """The blocks it merges are spelt out at the first panel of its kind."""
    stages = kind_of(panel).stages
    spelt = (
        tuned
        if panel.published
        else scored
        if "score" in stages
        else trained
        if "train" in stages
        else looked_at
        if panel.looks
        else again
    )
    return "\n".join([f"  # {panel.title}", *spelt(panel)])


def plot(panel: Panel) -> dict[str, Any]:
    """What `dvc plots` shows of it: the first of the curves that a reader of the page can see."""
    sight = kind_of(panel).sights[0]
    table = f"results/study/{panel.paper}/tables/{panel.name}{sight.part}.csv"
    labels = {f"{axis}_label": said for axis, said in sight.labels(panel).items()}
    return {"template": "runs", **labels, "x": sight.over(panel), "y": {table: sight.y}}


def plotted(panel: Panel) -> str:
    found = plot(panel)
    ((table, field),) = found.pop("y").items()
    named = [f"{name}: {value}" for name, value in found.items()]
    return f"  - {panel.id}: {{{', '.join(named)}, y: {{{table}: {field}}}}}"


def scored(panel: Panel) -> list[str]:
    held = f"{names(panel)}, tested: {panel.tested.files}"
    score = "score_expert" if panel.tested.taught_by in LEARNT else "score"
    if panel.tested.expert_of in LEARNT:
        held, score = f"{held}, taught: {panel.tested.expert_of}", "score_taught"
    evaluate = "evaluate_watching" if panel.tested.context else "evaluate"
    id = panel.id
    return [
        f"  train_{id}: {{<<: *train, vars: &{id} [{{{held}}}],",
        f"    {AXES.format(id, 'train').replace('matrix: ', f'matrix: &{id}_runs ')}}}",
        f"  evaluate_{id}: {{<<: *{evaluate}, vars: *{id}, matrix: *{id}_runs}}",
        f"  score_{id}: {{<<: *{score}, vars: *{id}, {AXES.format(id, 'score')}}}",
        *shown(panel),
    ]


def tuned(panel: Panel) -> list[str]:
    """As published, but for the choice; drawn beside its sibling (deps: *drawn_twice there)."""
    held_out = "score" in kind_of(panel).stages
    known = f"{names(panel)}, published: {panel.published}"
    beside = ", deps: *beside" if panel.borrowed else ""
    known += f", tested: {panel.tested.files}" if held_out else ""
    runs, id, alone = ", ".join(panel.runs), panel.id, "" if held_out else "_alone"
    own = f" params: *tuned{alone}_by_run," * (panel.paper in params()["hp"]["tuning_of"])
    tuning = [
        f"  tune_{id}: {{<<: *tune{alone},{own} vars: &{id} [{{{known}}}],",
        f'    matrix: {{profile: ["${{profile.name}}"], run: [{runs}]}}}}',
        f"  train_{id}: {{<<: *train{alone}, deps: *trained{alone}_as_chosen, vars: *{id},",
    ]
    if not held_out:
        axes = AXES.format(id, "train")
        return [*tuning, f"    {axes}}}", f"  table_{id}: {{<<: *table, vars: *{id}{beside}}}"]
    return [
        *tuning,
        f"    {AXES.format(id, 'train').replace('matrix: ', f'matrix: &{id}_runs ')}}}",
        f"  evaluate_{id}: {{<<: *evaluate, deps: *evaluated_as_chosen, vars: *{id}, "
        f"matrix: *{id}_runs}}",
        f"  score_{id}: {{<<: *score_expert, deps: *scored_as_chosen, vars: *{id},",
        f"    {AXES.format(id, 'score')}}}",
        f"  table_{id}: {{<<: *table, vars: *{id}{beside}}}",
    ]


def trained(panel: Panel) -> list[str]:
    return [
        f"  train_{panel.id}: {{<<: *train_alone, vars: &{panel.id} [{{{names(panel)}}}],",
        f"    {AXES.format(panel.id, 'train')}}}",
        *shown(panel),
    ]


def looked_at(panel: Panel) -> list[str]:
    home = panel.borrowed[0][0]
    (sees,) = kind_of(panel).stages
    one = f"{names(panel)}, sees: {sees}"
    return [
        f"  {sees}_{panel.id}: {{<<: *look, vars: [{{{one}, lender: {home}}}],",
        f"    {AXES.format(f'{panel.paper}_{home}', 'train')}}}",
        f"  table_{panel.id}: {{<<: *table, vars: &{panel.id} [{{{one}}}]}}",
        f"  {panel.id}: {{<<: *figure, vars: *{panel.id}}}",
    ]


def again(panel: Panel) -> list[str]:
    if panel.made_of:
        return asked(panel)
    known = f"{names(panel)}, lender: {panel.borrowed[0][0]}"
    return [
        f"  table_{panel.id}: {{<<: *table, vars: &{panel.id} [{{{known}}}], deps: *lent}}",
        f"  {panel.id}: {{<<: *figure, vars: *{panel.id}, deps: *drawn_lent}}",
    ]


def asked(panel: Panel) -> list[str]:
    """The panels that it asks may be of other papers."""
    folders = [id.replace("_", "/", 1) for id in panel.made_of]
    read = ", ".join(f'"results/${{item.profile}}/{folder}"' for folder in folders)
    deps = f"src/remeta/report, src/remeta/papers, {read}"
    table = '"results/${item.profile}/${paper}/tables/${panel}.csv"'
    return [
        f"  table_{panel.id}: {{<<: *table, vars: &{panel.id} [{{{names(panel)}}}], outs: *swept,",
        f"    deps: [{deps}]}}",
        f"  {panel.id}: {{<<: *figure, vars: *{panel.id},",
        f"    deps: [{deps}, {table}]}}",
    ]


def names(panel: Panel) -> str:
    lender = f", lender: {panel.borrowed[0][0]}" if panel.borrowed and panel.runs else ""
    return f"paper: {panel.paper}, panel: {panel.name}, data: {panel.data.files}{lender}"


def shown(panel: Panel) -> list[str]:
    tabled, drawn = (", deps: *beside", ", deps: *drawn_beside") if panel.borrowed else ("", "")
    return [
        f"  table_{panel.id}: {{<<: *table, vars: *{panel.id}{tabled}}}",
        f"  {panel.id}: {{<<: *figure, vars: *{panel.id}{drawn}}}",
    ]

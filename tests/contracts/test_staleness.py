"""A changed parameter runs exactly the stages again that it is about."""

import re
from functools import cache

from dvc.dependency import ParamsDependency

from remeta.papers.registry import DATASETS, PANELS
from remeta.pipeline.settings.names import DEMONSTRATED
from remeta.pipeline.settings.params import write_yaml
from remeta.report.kinds import kind_of
from tests.contracts.graph import opened, params, project, stages

LOOKS = [panel for panel in PANELS if panel.looks]  # at what other panels train
LOOKING = "|".join(sorted({stage for panel in LOOKS for stage in kind_of(panel).stages}))
OF_RUNS = f"(tune|train|evaluate|score|{LOOKING})_"
ANY_PANEL = "|".join(panel.id for panel in PANELS)
# What stands at a key, and the stages it is about; {x} is a panel, {r} a run, {f} a data set, {t}
# any that its expert solves, {p} any panel of it, {s} any that scores there, {l} is whoever looks
# at what a panel trains, {w} who scores it after demonstrations, which say how to watch, {q} is a
# paper, {h} any that has ranges of its own.
RULES = {
    r"hp\.tasks_seed": "tasks_.*",
    r"hp\.policy\..*": OF_RUNS + ".*",
    r"hp\.experts\.(?P<f>\w+)\..*": "expert_{f}@.*|(demos|context)_{t}@.*",
    r"hp\.data\.(?P<f>\w+)\..*": "(demos|context)_{f}@.*",
    r"hp\.listed\.(?P<f>\w+)": "tasks_{f}@.*",
    r"hp\.panels\.(?P<x>\w+)\.modes": OF_RUNS + "{x}@.*|{l}@.*",
    r"hp\.panels\.(?P<x>\w+)\.may_diverge": "train_{x}@.*",
    r"hp\.panels\.\w+\.test": "",  # nothing is held out
    r"hp\.panels\.(?P<x>\w+)\.test\.(steps|std)": "(tune|evaluate|score)_{x}@.*|{o}@.*",
    r"hp\.panels\.(?P<x>\w+)\.test\.discount": OF_RUNS + "{x}@.*|{o}@.*",
    r"hp\.panels\.(?P<x>\w+)\.test\.rates\.(?P<r>[\w-]+)": (
        "train_{x}@[a-z]+-{r}-[0-9]+|(tune|evaluate|score)_{x}@.*|{o}@.*"
    ),
    r"hp\.panels\.(?P<x>\w+)\.runs\.(?P<r>[\w-]+)\..*": (
        "(train_{x}|{l}|{w})@[a-z]+-{r}-[0-9]+|tune_{x}@[a-z]+-{r}"
    ),
    r"hp\.tuning\..*": "tune_(?!{h}).*",
    r"hp\.tuning_of\.(?P<q>\w+)\.(?P<r>[\w-]+)\..*": "tune_{q}_.*@[a-z]+-{r}",
    r"profile\.seeds": f"(table_.*|{ANY_PANEL}|\\w+_claims|page)@.*",
    r"profile\.figures": f"({ANY_PANEL}|mri_fig2|page)@.*",
    r"profile\.data\.(?P<f>\w+)\.(train|test)_tasks": "tasks_{f}@.*",
    r"profile\.data\.(?P<f>\w+)\.validation_tasks": "(tasks_{f}|tune_{s})@.*",
    r"profile\.data\.(?P<f>\w+)\.demos_per_task": "(demos|context)_{f}@.*",
    r"profile\.data\.(?P<f>\w+)\.roll_outs": OF_RUNS + "{s}@.*",
    r"profile\.data\.(?P<f>\w+)\.horizon": (
        "(expert|demos|context)_{f}@.*|" + OF_RUNS + r"{p}(_of_\w+)?@.*"
    ),
    r"profile\.experts\.(?P<f>\w+)\.env_steps": "expert_{f}@.*|(demos|context)_{t}@.*",
    r"profile\.experts\.(?P<f>\w+)\.quality": "demos_{f}@.*",
    r"profile\.exams\.(?P<f>\w+)\..*": "demos_{f}@.*",
    r"profile\.panels\.(?P<x>\w+)\.(batch|episodes)": "(tune|train)_{x}@.*",
    r"profile\.panels\.(?P<x>\w+)\.validate_every": "train_{x}@.*",
    r"profile\.panels\.(?P<x>\w+)\.runs\.(?P<r>[\w-]+)\..*": (
        "(tune|train)_{x}@[a-z]+-{r}(-[0-9]+)?"
    ),
    r"profile\.tuning\..*": "tune_.*",
    r"profile\.looks\.(?P<x>\w+)\..*": f"({LOOKING})_" + r"{x}(_of_\w+)?@.*",
    r"grid\..*": "",  # which stages there are
    r"resources\..*": "",  # where stages run is no part of what they make
}


def leaves(values, above=()):
    for key, value in values.items():
        if isinstance(value, dict):
            yield from leaves(value, (*above, key))
        else:
            yield ".".join((*above, key))


OF_OWN_RANGES = "(" + "|".join(f"{paper}_" for paper in params()["hp"]["tuning_of"]) + ")"
LEAVES = [key for key in leaves(params()) if not key.startswith(("defaults.", "profile.name"))]


@cache
def lookers(panel: str | None) -> list[str]:
    """Blocks that look at what a panel trains; one that no stage has, if there are none."""
    blocks = {stage.block for stage in stages().values()}
    found = [
        block
        for look in LOOKS
        for block in (f"{stage}_{look.id}" for stage in kind_of(look).stages)
        for block in (block, f"{block}_of_{(panel or '').partition('_')[2]}")
        if block in blocks and panel in look.lenders.values()
    ]
    return found or ["nobody"]


@cache
def expected(key: str) -> frozenset[str]:
    (rule,) = [rule for rule in RULES if re.fullmatch(rule, key)]
    named = re.fullmatch(rule, key).groupdict()
    family = named.get("f")
    near = [panel for panel in PANELS if panel.data.name == family]
    taught = [data.name for data in DATASETS if data.taught_by == family]
    named["h"] = OF_OWN_RANGES
    named["t"] = "(" + "|".join(taught) + ")"
    named["p"] = "(" + "|".join(panel.id for panel in near) + ")"
    scored = [panel.id for panel in near if "evaluate" in kind_of(panel).stages]
    named["s"] = "(" + "|".join(scored) + ")"
    named["l"] = "(" + "|".join(lookers(named.get("x"))) + ")"
    retested = "|".join(panel.id for panel in LOOKS if panel.kind in ("outside", "retested"))
    tests = re.compile(rf"(outside|adaptations)_({retested})(_of_\w+)?")  # as the lender's protocol
    outside = [block for block in lookers(named.get("x")) if tests.fullmatch(block)]
    watched = [panel.id for panel in PANELS if panel.id == named.get("x") and panel.data.context]
    named["w"] = "(" + "|".join(f"evaluate_{id}" for id in watched or ["nobody"]) + ")"
    named["o"] = "(" + "|".join(outside or ["nobody"]) + ")"
    pattern = re.sub(r"\{(\w{1,5})\}", lambda found: named[found[1]], RULES[rule])
    return matching(pattern)


@cache
def matching(pattern: str) -> frozenset[str]:
    return frozenset(name for name in stages() if re.fullmatch(pattern, name))


def test_every_parameter_is_about_exactly_the_stages_that_its_place_says():
    for key in LEAVES:
        read = {name for name, stage in stages().items() if stage.reads(key)} - {"probes"}
        assert read == expected(key), key


def test_every_parameter_of_a_trained_run_is_about_some_stage():
    idle = {key for key in LEAVES if not expected(key)}
    known = r"hp\.panels\.\w+\.runs\.random\.kind|hp\.panels\.\w+\.test|(resources|grid)\..*"
    shown = "|".join({*DEMONSTRATED} & {panel.data.name for panel in PANELS})
    known += rf"|profile\.data\.(?!({shown})\.)\w+\.(demos_per_task|roll_outs)"
    assert all(re.fullmatch(known, key) for key in idle), idle


def test_probes_follow_everything_that_changes_what_the_code_does():
    probes = stages()["probes"]
    assert probes.deps == {"src/remeta"}
    for key in LEAVES:
        assert probes.reads(key) == (not key.startswith(("profile.", "resources."))), key


def test_dvc_itself_sees_the_change_where_it_is_and_nowhere_else(tmp_path):
    """The rules above are about keys; this is about what DVC makes of them."""
    folder, profile = project(tmp_path / "project"), params()["profile"]["name"]
    names = [
        f"train_mri_fig3_point@{profile}-mri-0",
        f"train_mri_fig3_point@{profile}-maml-0",
        f"train_mri_fig3_reacher@{profile}-mri-0",
    ]
    with opened(folder) as repo:
        found = [repo.stage.load_one(str(folder / "dvc.yaml"), name) for name in names]
        before = [values(stage) for stage in found]
        changed = params()
        changed["hp"]["panels"]["mri_fig3_point"]["runs"]["mri"]["inner_rate"] = 0.123
        write_yaml(folder / "params.yaml", changed)
        after = [values(stage) for stage in found]
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, True, True]


def values(stage):
    return [dep.read_params() for dep in stage.deps if isinstance(dep, ParamsDependency)]

"""What `remeta` can do, and where that is done; as data, since most of it is dear to import."""

VERBS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    # verb: (what it does, module:function, arguments in the function's order, see `cli`)
    "profile": (
        "choose a profile: quick, study or paper",
        "pipeline.settings.profile:choose",
        ("name",),
    ),
    "tasks": ("draw a data set's task sets", "pipeline.stages.tasks:draw_tasks", ("data",)),
    "expert": ("train a data set's expert", "pipeline.stages.expert:learn_expert", ("data",)),
    "demos": (
        "record an expert's demonstrations",
        "pipeline.stages.demos:record_demos",
        ("data",),
    ),
    "context": (
        "record demonstrations of tasks that are held out",
        "pipeline.stages.demos:record_context",
        ("data",),
    ),
    "train": (
        "meta-train one run of a panel",
        "pipeline.stages.train:train",
        ("panel", "run", "seed"),
    ),
    "evaluate": ("score a run", "pipeline.stages.evaluate:evaluate", ("panel", "run", "seed")),
    "gradients": (
        "measure the noise of a trained run's meta-gradient",
        "pipeline.stages.gradients:gradients",
        ("panel", "run", "seed"),
    ),
    "traces": (
        "record where a trained run's roll-outs go",
        "pipeline.stages.traces:traces",
        ("panel", "run", "seed"),
    ),
    "outside": (
        "score a trained run on tasks outside of training's",
        "pipeline.stages.outside:outside",
        ("panel", "run", "seed"),
    ),
    "adaptations": (
        "score how a trained run adapts to tasks it was not trained on",
        "pipeline.stages.adaptations:adaptations",
        ("panel", "run", "seed"),
    ),
    "drifts": (
        "measure how far a trained run is from its expert, step by step",
        "pipeline.stages.drifts:drifts",
        ("panel", "run", "seed"),
    ),
    "gaits": (
        "record how a trained run's robot carries itself before and after adaptation",
        "pipeline.stages.gaits:gaits",
        ("panel", "run", "seed"),
    ),
    "table": ("collect a panel's scores", "pipeline.stages.reports:table", ("panel",)),
    "figure": ("draw a panel", "pipeline.stages.reports:figure", ("panel",)),
    "goals": ("draw the goals of the ant", "pipeline.stages.reports:goals", ("paper",)),
    "claims": ("judge a paper's claims", "pipeline.stages.reports:claims", ("paper",)),
    "report": ("write a paper's report", "pipeline.stages.reports:report", ("paper",)),
    "scoreboard": ("refresh the README's scoreboard", "pipeline.stages.reports:scoreboard", ()),
    "page": (
        "write the page of a profile: claims, figures and numbers in one file",
        "pipeline.stages.page:page",
        ("--profile NAME: of another profile than the chosen one",),
    ),
    "film": (
        "film a run as it adapts: a task before and after each update",
        "pipeline.stages.film:film",
        ("panel", "run", "seed"),
    ),
    "minari": (
        "write demonstrations as Minari data sets, `remeta/NAME-v0`",
        "pipeline.stages.minari:to_minari",
        ("data*: names of data sets",),
    ),
    "export": (
        "copy figures (with SVG), LaTeX tables and a BibTeX entry for who writes a paper",
        "pipeline.stages.page:export",
        (
            "folder: where they go",
            "name*: papers or panels; everything that was run without one",
            "--profile NAME: of another profile than the chosen one",
        ),
    ),
    "compare": (
        "tell which verdicts, effects and curves moved between commits or profiles",
        "runner.compare:compare",
        (
            "before: a commit or a profile",
            "after*: another; without one, what is here, or the chosen profile",
            "--page FILE: write it as a page that opens from disk, too",
        ),
    ),
    "repro": (
        "make what is stale, several stages at a time",
        "runner.repro:repro",
        (
            "target*: stages of dvc.yaml with all they need; everything without one",
            "--jobs N: stages at a time; as many as there are cores without it",
            "--ray ADDRESS: run stages on a Ray cluster that shares this folder; `auto` finds it",
            "--profile NAME: choose a profile first",
            "--keep-going!: after a failure go on with what does not need it (the default)",
            "--fresh: run everything anew, whatever is known of it",
            "--repair: mend a damaged dvc.lock first",
        ),
    ),
    "status": (
        "say what is stale and why",
        "runner.status:status",
        ("target*: stages of dvc.yaml with all they need; everything without one",),
    ),
    "verify": (
        "train a panel from scratch and compare it with what is committed",
        "runner.verify:verify",
        ("panel", "--seeds N: only the first N of the committed seeds"),
    ),
    "show": ("tell what a method, a panel or a run is", "runner.show:show", ("name",)),
    "prune": (
        "remove what no profile, run or seed has any more",
        "runner.prune:prune",
        ("--dry-run: only list it",),
    ),
    "tune": (
        "choose a run's numbers, on training tasks",
        "pipeline.stages.tune:tune",
        ("panel", "run"),
    ),
    "bench": ("measure speed and memory, side by side", "bench.run:bench", ()),
    "bench-runner": (
        "measure what the runner costs and saves, beside `dvc repro`",
        "bench.runner:bench_runner",
        (),
    ),
    "bench-imitators": (
        "hold BC, GAIL, AIRL and SAC on a robot against published figures; takes hours",
        "bench.published:bench_imitators",
        (
            "robot: hopper, walker2d or half_cheetah",
            "--seeds N: of every imitator; those of the study profile without it",
        ),
    ),
    "price": (
        "measure what the panels would cost at the chosen profile, by a meta-iteration of each run",
        "bench.price:price",
        ("panel*: only these, or all whose names begin so",),
    ),
    "quick": ("time the quick profile in a fresh clone", "bench.quick:quick", ()),
    "probe": (
        "renew the fingerprints of behaviour",
        "pipeline.probes:probe",
        (
            "panel*: only these, or all whose names begin so",
            "--explain: write nothing; say what moved and which stages would run again",
        ),
    ),
}

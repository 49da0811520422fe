"""Two lanes do every panel once, and none before what it borrows."""

from itertools import chain

from remeta.papers.mri import PANELS
from remeta.pipeline.lanes import LANES, divided, stages
from tests.contracts import graph


def test_every_panel_is_in_one_lane_with_the_panel_it_borrows_from():
    shares = [[panel.name for panel in share] for share in divided(PANELS, LANES)]
    assert sorted(chain(*shares)) == sorted(panel.name for panel in PANELS)
    for panel in PANELS:
        (lane,) = [share for share in shares if panel.name in share]
        for lender, _ in panel.borrowed:
            assert lane.index(lender) < lane.index(panel.name)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_a_lane_names_all_stages_of_its_panels_and_each_after_what_it_needs():
    known = {name.split("@")[0] for name in graph.stages()}
    for share in divided(PANELS, LANES):
        names = stages(share)
        assert set(names) <= known
        for panel in share:
            own = [name for name in known if name.endswith(panel.id)]
            assert sorted(own) == sorted(name for name in names if name.endswith(panel.id))

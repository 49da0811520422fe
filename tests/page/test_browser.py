"""The page in a browser, from disk, with the network cut off: it filters, hovers and leads on."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from remeta.report.claims.verdicts import read_claims
from tests.page.conftest import STUDY

POINT = STUDY.root / "study/mri/tables/fig3_point.csv"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1400,1000",
    "--virtual-time-budget=60000", "--dump-dom",
)  # fmt: skip


@pytest.fixture(scope="module")
def seen(study, tmp_path_factory):
    """What a reader saw, by the width of the window."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if not browser:
        pytest.skip("no Chromium is installed here, so that nobody opens the page")
    folder = tmp_path_factory.mktemp("opened")
    (folder / "index.html").write_text(study)
    reader = Path(__file__).with_name("reader.html").read_text()
    (folder / "reader.html").write_text(reader.replace("PAGE", "index.html"))
    words = [browser, *FLAGS, f"--user-data-dir={folder}/profile", f"file://{folder}/reader.html"]
    end = subprocess.run(words, capture_output=True, text=True, timeout=300)
    told = re.search(r'<pre id="seen">(.+?)</pre>', end.stdout, re.S)
    assert told, end.stderr[-2000:]
    return json.loads(unescape(told[1]))


@pytest.mark.parametrize("width", ["1280", "390"])
def test_nothing_is_asked_for_and_nothing_goes_wrong(seen, width):
    assert seen[width]["asked"] == [] and seen[width]["mishaps"] == []


@pytest.mark.parametrize("width", ["1280", "390"])
def test_it_fits_into_its_window(seen, width):
    assert seen[width]["beyond"] <= 0


@pytest.mark.parametrize("width", ["1280", "390"])
def test_filters_leave_just_what_was_asked_for(seen, width):
    rows = read_claims(STUDY.root / "study/mame/claims.csv")
    wanted = sum(row.verdict == "contradicted" for row in rows)
    assert seen[width]["filtered"] == [["mame", "contradicted"]] * wanted
    assert seen[width]["cards"] == wanted < seen[width]["tiles"]


@pytest.mark.parametrize("width", ["1280", "390"])
def test_links_show_what_filters_hid_and_open_what_is_folded(seen, width):
    assert seen[width]["shown"] and seen[width]["opened"]


@pytest.mark.parametrize("width", ["1280", "390"])
def test_curves_are_drawn_and_read_under_the_cursor(seen, width):
    assert seen[width]["drawn"]
    said = seen[width]["hovered"]
    table = pd.read_csv(POINT)
    last = table[(table.run == "mri") & (table.metric == "return") & (table.adapt_step == 5)]
    assert f"{last['mean'].item():.4g}" in said.replace(",", "")
    assert seen[width]["seeds"] > len(STUDY.seeds)


@pytest.mark.parametrize("width", ["1280", "390"])
def test_who_has_no_mouse_reads_and_zooms_curves_by_keys(seen, width):
    said, table = seen[width]["pressed"], pd.read_csv(POINT)
    first = table[(table.run == "mri") & (table.metric == "return") & (table.adapt_step == 0)]
    assert f"{first['mean'].item():.4g}" in said.replace(",", "")
    assert seen[width]["order"] == 0 and seen[width]["zoomed"] and seen[width]["restored"]

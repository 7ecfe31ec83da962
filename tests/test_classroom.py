"""A class: the environment that Binder and a hub start, the buttons that lead there, the limits that were measured."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import nbformat
import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT, bluebook
from sphinx.errors import ExtensionError

from bluebook.site import online
from tools import class_load

VALUES = yaml.safe_load((ROOT / "classroom/values.yaml").read_text("utf-8"))
MEASURED = pd.read_csv(ROOT / "data/class.csv").set_index("id")["value"]
HUB = {
    "bluebook_binder": "https://binder.example.org/v2/gh/a/b/HEAD",
    "bluebook_hub": "https://hub.example.edu.cn/",
    "bluebook_notebooks": "https://git.example.org/class/blue.git",
}


def config(**own: str) -> SimpleNamespace:
    return SimpleNamespace(**dict.fromkeys(online.KEYS, "") | own)


def test_a_button_leads_to_the_page_itself_and_stands_only_where_there_is_an_address() -> None:
    assert online.buttons(config(), "chapters/lab/template") == []
    binder, hub = (urlsplit(url) for _, url in online.addresses(config(**HUB), "chapters/lab/template"))
    assert binder.path == "/v2/gh/a/b/HEAD"
    assert parse_qs(binder.query) == {"urlpath": ["lab/tree/notebooks/chapters/lab/template.ipynb"]}
    assert (hub.netloc, hub.path) == ("hub.example.edu.cn", "/hub/user-redirect/git-pull")
    asked = parse_qs(hub.query)
    assert asked["repo"] == [HUB["bluebook_notebooks"]]
    assert asked["urlpath"] == ["lab/tree/blue/chapters/lab/template.ipynb"]
    assert len(online.buttons(config(bluebook_binder=HUB["bluebook_binder"]), "index")) == 1


@pytest.mark.parametrize(
    "own", [{"bluebook_binder": "mybinder.org/v2"}, {"bluebook_hub": "https://h.example"}]
)
def test_an_address_that_is_none_and_a_hub_with_nothing_to_pull_stop_the_build(own: dict[str, str]) -> None:
    with pytest.raises(ExtensionError, match=r"bluebook_(binder|notebooks)"):
        online._refuse(None, config(**own))


@pytest.mark.slow
def test_no_dead_button_stands_in_the_built_site_and_a_living_one_where_an_address_is_set(
    site: Path, mini: Path
) -> None:
    assert [
        p for p in site.rglob("*.html") if re.search("user-redirect|btn-open-", p.read_text("utf-8"))
    ] == []
    path = mini / "_config.yml"
    text = path.read_text("utf-8")
    for key, url in HUB.items():
        text, found = re.subn(rf'({key}: )""', rf"\g<1>{url}", text)
        assert found == 1
    path.write_text(text, "utf-8")
    done = bluebook("build", cwd=mini)
    assert done.returncode == 0, done.stdout + done.stderr
    page = BeautifulSoup((mini / "_build/html/chapters/one.html").read_text("utf-8"), "html.parser")
    links = {a["class"][2]: a["href"] for a in page.select("a[class*=btn-open-]")}
    told = dict(online.addresses(config(**HUB), "chapters/one"))
    assert links == {f"btn-open-{name.lower()}": url for name, url in told.items()}
    front = (mini / "_build/html/index.html").read_text("utf-8")
    assert "btn-open-" not in front, "a page without cells has no notebook to open"


def test_each_students_data_are_laid_out_once_and_then_left_alone(tmp_path: Path) -> None:
    given = VALUES["singleuser"]
    command = given["lifecycleHooks"]["postStart"]["exec"]["command"]
    shared = tmp_path / "srv"
    shutil.copytree(ROOT / "data/public", shared / "notebooks/data")
    command = [part.replace("/srv/bluebook", str(shared)) for part in command]
    assert given["extraEnv"]["BLUEBOOK_DATA"].startswith(given["storage"]["homeMountPath"] + "/")
    own = tmp_path / "home/data"
    own.parent.mkdir()
    for _ in range(2):
        subprocess.run(command, env=os.environ | {"BLUEBOOK_DATA": str(own)}, check=True)
        assert (own / "cities.csv").is_file() and not (own / "data").exists()
        (own / "mine.csv").write_text("x", "utf-8")


def test_the_limits_for_a_student_leave_room_above_what_was_measured() -> None:
    memory = {k: int(v[:-1]) * {"M": 1, "G": 1024}[v[-1]] for k, v in VALUES["singleuser"]["memory"].items()}
    assert MEASURED["memory_most"] < memory["guarantee"] < memory["limit"]
    assert MEASURED["start_most"] < VALUES["singleuser"]["startTimeout"]
    assert MEASURED["others_seen"] == 0 and MEASURED["students"] >= 60


def test_a_student_of_the_load_changes_one_cell() -> None:
    text = (ROOT / "data" / class_load.TABLE).read_text("utf-8")
    now = class_load.written("\ufeff" + text, "21.5")
    one = [(a, b) for a, b in zip(text.splitlines(), now.splitlines(), strict=True) if a != b]
    assert len(one) == 1 and one[0][1].startswith("gdp_growth_real,河南,2021,A,21.5,")


@pytest.mark.slow
def test_the_steps_of_binder_leave_notebooks_that_run(site: Path, tmp_path: Path) -> None:
    """What repo2docker does with the folder: install binder/requirements.txt, run binder/postBuild."""
    home, env = tmp_path / "repo", {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    env = {k: v for k, v in env.items() if not k.startswith("BLUEBOOK")}
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.rstrip("\0").split("\0"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, home / name)
    shutil.copytree(ROOT / "_build/work", home / "_build/work")  # chapters that the tests' own build has run
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "env")], check=True)
    env["PATH"] = f"{tmp_path / 'env/bin'}{os.pathsep}{env['PATH']}"
    install = ["python", "-m", "pip", "install", "-q", "-r", "binder/requirements.txt"]
    for step in (install, ["binder/postBuild"]):
        done = subprocess.run(step, cwd=home, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert not (home / "_build").exists()
    notebook = home / "notebooks/chapters/report/index-results.ipynb"
    run = ["jupyter", "execute", "--inplace", notebook.name]
    done = subprocess.run(run, cwd=notebook.parent, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "<svg" in str([c.get("outputs") for c in nbformat.read(notebook, 4).cells])
    assert (home / "notebooks/data/datapackage.json").is_file()
    told = subprocess.run(["python", "-c", "import nbgitpuller, jupyterlab"], env=env, check=False)
    assert told.returncode == 0

"""A look at the draft: what fails is a note with its mend, the rest is shown, the published book stays."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, bluebook, cell, page

from bluebook.messages import BadInput
from bluebook.site import preview
from bluebook.year import draft


def state(folder: Path) -> dict[str, str]:
    files = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def as_draft(home: Path) -> None:
    path = home / "data/editions/2022/edition.yml"
    path.write_text(path.read_text("utf-8").replace("status: published", "status: draft"), "utf-8")


def text(path: Path) -> str:
    return path.read_text("utf-8")


# ---------------------------------------------------------------- staging, without Sphinx


def test_a_page_goes_by_its_path_or_by_its_name_alone() -> None:
    for told in (
        "chapters/report/index-results",
        "report/index-results.md",
        "index-results",
        "report\\index-results",
    ):
        assert preview._wanted(ROOT, told) == ["chapters/report/index-results"]
    assert preview._wanted(ROOT, "index") == ["index"]


def test_an_unknown_page_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(BadInput, match=r"没有“report/index-result5”.*report/index-results"):
        preview._wanted(ROOT, "report/index-result5")


def test_of_the_other_pages_only_labels_and_headings_are_staged() -> None:
    whole = "---\na: b\n---\n\n(a)=\n# 一 {fig}`x`\n\n正文。\n\n```{code-cell} ipython3\n# 不是标题\n1 / 0\n```\n\n(b)=\n## 二\n"
    short = preview.outline(whole, "chapters/a")
    assert short.startswith("(a)=\n# 一 …\n\n") and "(b)=\n## 二" in short
    assert "正文" not in short and "1 / 0" not in short and "preview a" in short


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("BadInput: scores.csv 第 3 行", "mend_input"),
        ("FindingError: 现在不成立", "mend_sentence"),
        ("KeyError: '410100'", "mend_data"),
        ("TypeError: cannot", "mend_data"),
    ],
)
def test_an_error_calls_for_its_mend(error: str, code: str) -> None:
    assert preview.mend_of(error) == code


# ---------------------------------------------------------------- what a draft says of itself


def test_only_a_draft_and_a_preview_have_a_banner(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert draft.banner() == "" and draft.marked("<svg></svg>") == "<svg></svg>"
    monkeypatch.setenv("BLUEBOOK_PREVIEW", "page")
    assert "不是发布的网页" in draft.banner()
    as_draft(copy.parent)
    assert "草稿" in draft.banner() and "2022" in draft.banner()


def test_a_picture_of_a_draft_has_the_word_across_it(copy: Path) -> None:
    import vl_convert as vlc

    svg = '<svg width="200" height="100" xmlns="http://www.w3.org/2000/svg"><g></g></svg>'
    as_draft(copy.parent)
    told = draft.marked(svg)
    assert ">草稿</text></svg>" in told and "translate(100,50)" in told
    assert vlc.svg_to_png(told) != vlc.svg_to_png(svg)


# ---------------------------------------------------------------- a small book


@pytest.mark.slow
def test_a_draft_is_shown_as_far_as_it_goes_and_the_published_book_stays(mini: Path) -> None:
    as_draft(mini)
    (mini / "chapters/two.md").write_text(
        page("(two)=\n# 第二章\n\n" + cell("import bluebook as bb") + cell("{}['缺的']")), "utf-8"
    )
    (mini / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n- file: chapters/one\n- file: chapters/two\n", "utf-8"
    )
    before = state(mini / "_build/html")
    done = bluebook("preview", cwd=mini, lang="zh")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "chapters/two 第 2 个单元格：KeyError" in done.stdout and "1 页换成了说明" in done.stdout
    site = mini / "_build/preview/html"
    good, bad = text(site / "chapters/one.html"), text(site / "chapters/two.html")
    assert "洛阳得" in good and "52.70" in good
    assert "第 2 个单元格出错" in bad and "KeyError" in bad and "怎么改" in bad
    for shown in (good, bad, text(site / "index.html")):
        assert "草稿：2022 年度" in shown
    notebook = json.loads(text(site / "_sources/chapters/one.ipynb"))
    assert "草稿" in "".join(notebook["cells"][0]["source"])
    kit = zipfile.ZipFile(io.BytesIO((site / "downloads/notebooks-zh.zip").read_bytes()))
    assert "草稿" in kit.read("README.md").decode()
    assert state(mini / "_build/html") == before
    one = mini / "chapters/one.md"
    one.write_text(text(one).replace("洛阳得", "洛阳这次得"), "utf-8")
    again = bluebook("preview", "one", cwd=mini, lang="zh")
    assert again.returncode == 0 and "0 页换成了说明" in again.stdout, again.stdout + again.stderr
    assert "洛阳这次得" in text(site / "chapters/one.html")
    assert "KeyError" in text(site / "chapters/two.html"), (
        "the other page stays as the last preview showed it"
    )
    assert state(mini / "_build/html") == before


@pytest.mark.slow
def test_an_unfilled_draft_is_refused_by_build_and_shown_by_preview(mini: Path) -> None:
    assert bluebook("new-edition", "2023", cwd=mini).returncode == 0
    assert bluebook("build", cwd=mini).returncode == 2
    done = bluebook("preview", "chapters/one", cwd=mini, lang="zh")
    assert done.returncode == 0, done.stdout + done.stderr
    site = mini / "_build/preview/html"
    assert "草稿：2023 年度" in text(site / "chapters/one.html")
    assert "这次只预览了另一页" in text(site / "index.html")


@pytest.mark.slow
def test_a_built_draft_says_so_too(mini: Path) -> None:
    as_draft(mini)
    done = bluebook("build", cwd=mini)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "草稿：2022 年度" in text(mini / "_build/html/index.html")
    assert "bluebookEditions=[]" in text(mini / "_build/editions.js"), "from the disk nothing may be missing"

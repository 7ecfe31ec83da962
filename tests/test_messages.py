"""The catalogues: every message is there in both languages, is used, and gets the fields that it names."""

import ast
import re
import string
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT

from bluebook import messages
from bluebook.messages import BadInput

ROOMS = sorted(path.parent for path in (ROOT / "bluebook").rglob(messages.FILE))

FIRST = ("SAYS.refuse", "SAYS.notice", "SAYS.text", "say")  # calls that begin with the code


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def said(room: Path) -> tuple[set[str], set[str]]:
    """Return the codes that a room's modules name, and the beginnings of those that they put together."""
    whole, begun = set(), set()
    for path in sorted(room.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
    return whole, begun


def calls(room: Path) -> list[tuple[str, str, ast.Call]]:
    """Return module, code and call of every message that a room says by its name."""
    out = []
    for path in sorted(room.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            at = 0 if name in FIRST else 1 if name in ("message", "fault") else None
            if at is None or len(node.args) <= at:
                continue
            # A code that is put together is known by its beginning.
            if not any(isinstance(n, ast.JoinedStr) for n in ast.walk(node.args[at])):
                told = (n for n in ast.walk(node.args[at]) if isinstance(n, ast.Constant))
                out += [(path.name, n.value, node) for n in told]
    return out


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_both_languages_take_the_same_fields(room):
    found = messages.catalogue(room)
    assert found
    for code, (zh, en) in found.items():
        assert fields(zh) == fields(en), code
        assert "\n" not in zh + en, code
        assert zh != en or not re.sub(r"\{\w+\}", "", zh).strip(), f"{code}: not translated"


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_message_is_said_by_its_room(room):
    whole, begun = said(room)
    unsaid = [c for c in messages.catalogue(room) if c not in whole and not c.startswith(tuple(begun - {""}))]
    assert unsaid == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_code_that_is_said_is_in_the_catalogue_and_gets_its_fields(room):
    found = messages.catalogue(room)
    assert calls(room)
    for module, code, call in calls(room):
        if code not in found:
            # the other room's catalogue, told by its file
            assert "__file__" in ast.unparse(call) and ast.unparse(call.args[0]) != "__file__", (module, code)
            continue
        if any(keyword.arg is None for keyword in call.keywords) or ast.unparse(call.func) == "fault":
            continue  # fields gathered before
        if ast.unparse(call.func) == "SAYS.text" and not call.keywords:
            continue  # a template, which a finding fills
        assert fields(found[code][1]) <= {keyword.arg for keyword in call.keywords}, (module, code)


@pytest.fixture
def room(tmp_path):
    (tmp_path / messages.FILE).write_text(
        '[odd]\nzh = "{n:g} 不对{why}"\nen = "{n:g} is wrong{why}"\n', "utf-8"
    )
    return messages.Catalogue(tmp_path / "any.py")


def test_a_refusal_names_place_and_reason(room):
    with pytest.raises(BadInput) as caught:
        room.refuse("odd", "t.csv", 3, "x", n=2.0, why=("，因为一", ", as one"))
    assert caught.value.en == "t.csv row 3 column x: 2 is wrong, as one"
    assert caught.value.zh == "t.csv 第 3 行 x 列：2 不对，因为一"
    assert caught.value.code == "odd"


def test_a_refusal_without_a_place_is_the_message_alone(room):
    with pytest.raises(BadInput) as caught:
        room.refuse("odd", n=2.0, why="")
    assert (caught.value.zh, caught.value.en) == ("2 不对", "2 is wrong")


def test_a_notice_is_one_line_in_the_readers_language_without_a_path(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    # A shell that another test has started is not this reader's.
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    notice, where = messages.Notice("缺 3 格", "3 cells missing"), ("/a/score.py", 65)
    messages._show(notice, messages.Notice, *where)
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    messages._show(notice, messages.Notice, *where)
    assert capsys.readouterr().err == "⚠ 缺 3 格\n⚠ 3 cells missing\n"


def test_in_a_notebook_a_cell_prints_a_notice_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    shell = SimpleNamespace(execution_count=4)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setattr(messages, "_noticed", set())
    notice = messages.Notice("缺 3 格", "3 cells missing")
    for cell in (4, 4, 5):
        shell.execution_count = cell
        messages._show(notice, messages.Notice, "/a/score.py", 65)
    assert capsys.readouterr() == ("⚠ 缺 3 格\n" * 2, "")
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    messages._show(notice, messages.Notice, "/a/score.py", 65)
    assert capsys.readouterr() == ("", "⚠ 缺 3 格\n")


def test_other_warnings_are_shown_as_python_shows_them() -> None:
    code = "import warnings, bluebook.messages; warnings.warn('as ever', UserWarning)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "<string>:1: UserWarning: as ever" in done.stderr


def test_a_text_is_in_the_pages_language_and_filled_at_once_or_later(room, monkeypatch):
    assert room.text("odd", n=2.0, why="") == "2 不对"
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    assert room.text("odd") == "{n:g} is wrong{why}"
    with pytest.raises(KeyError):
        room.text("odd", n=2.0)


def test_an_unknown_code_or_a_missing_field_is_a_fault_of_the_program(room):
    with pytest.raises(KeyError):
        room.refuse("even")
    with pytest.raises(KeyError):
        room.refuse("odd", n=1)

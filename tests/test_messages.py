"""The catalogues: every message is there in both languages, is used, and gets the fields that it names."""

import ast
import string
from pathlib import Path

import pytest
from conftest import ROOT

from bluebook import messages
from bluebook.messages import BadInput

ROOMS = sorted(path.parent for path in (ROOT / "bluebook").rglob(messages.FILE))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def calls(room: Path) -> list[tuple[str, ast.Call]]:
    """Every call of ``refuse`` or ``notice`` in a room, by module."""
    out = []
    for path in sorted(room.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("SAYS.refuse", "SAYS.notice"):
                out.append((path.name, node))
    return out


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_both_languages_take_the_same_fields(room):
    found = messages.catalogue(room)
    assert found
    for code, (zh, en) in found.items():
        assert fields(zh) == fields(en), code
        assert "\n" not in zh + en and zh != en, code


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_message_is_said_and_gets_its_fields(room):
    found, said = messages.catalogue(room), set()
    text = "".join(path.read_text("utf-8") for path in room.glob("*.py"))
    for module, call in calls(room):
        codes = [n.value for n in ast.walk(call.args[0]) if isinstance(n, ast.Constant)]
        if any(keyword.arg is None for keyword in call.keywords) or not codes:
            continue  # fields gathered before
        given = {keyword.arg for keyword in call.keywords}
        for code in (c for c in codes if c in found):
            assert fields(found[code][1]) <= given, (module, code)
            said.add(code)
    quoted = {code for code in found if f'"{code}"' in text or code.startswith("zero_advice_")}
    assert set(found) == said | quoted


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_code_that_is_said_is_in_the_catalogue(room):
    found = messages.catalogue(room)
    for module, call in calls(room):
        if isinstance(call.args[0], ast.Constant):
            assert call.args[0].value in found, module
    assert calls(room)


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


def test_a_notice_is_one_line_whatever_it_quotes(room):
    with pytest.warns(messages.Notice, match="wrong a b") as heard:
        room.notice("odd", n=1, why=" a\nb")
    assert heard[0].message.code == "odd" and heard[0].message.zh == "1 不对 a b"


def test_an_unknown_code_or_a_missing_field_is_a_fault_of_the_program(room):
    with pytest.raises(KeyError):
        room.refuse("even")
    with pytest.raises(KeyError):
        room.refuse("odd", n=1)

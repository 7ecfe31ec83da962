"""Pictures are drawn beforehand, exactly as the pages will ask for them."""

import nbformat
import pytest
import vl_convert

from bluebook.charts.frame import MIME
from bluebook.site import figures, pictures


def spec(word):
    return {
        "data": {"values": [{"a": word, "b": 1}]},
        "mark": "bar",
        "encoding": {"x": {"field": "b", "type": "quantitative"}, "y": {"field": "a", "type": "nominal"}},
    }


def notebook(*specs):
    outputs = [
        nbformat.v4.new_output("display_data", {MIME: {"id": f"f{i}", "spec": s}})
        for i, s in enumerate(specs)
    ]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=outputs)])


@pytest.mark.slow
def test_what_was_drawn_beforehand_is_what_the_page_takes(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "FEW", 1)
    specs = [spec(word) for word in ("郑州", "洛阳")]
    pictures.draw([notebook(*specs, None)], tmp_path, {})
    assert len(list(tmp_path.glob("*.svg"))) == len(list(tmp_path.glob("*.png"))) == 2
    monkeypatch.setattr(vl_convert, "vegalite_to_svg", None)  # nothing is drawn again
    shown = [figures.drawn(one, tmp_path) for one in specs]
    assert all(one["png"].startswith(b"\x89PNG") for one in shown) and shown[0] != shown[1]


@pytest.mark.slow
def test_a_character_without_a_shape_is_left_for_the_page_to_tell(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "FEW", 1)
    pictures.draw([notebook(spec("\U0001f600"), spec("新乡"))], tmp_path, {})
    assert len(list(tmp_path.glob("*.svg"))) == 1

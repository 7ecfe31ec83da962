"""Check certificates: ``python certify.py F …``. What a claim says, what proves it: `recover/proofs.py`."""

import csv
import hashlib
import json
import sys
from decimal import Decimal
from fractions import Fraction as F
from operator import mul
from pathlib import Path


def need(fine: object, why: str) -> None:
    if not fine:
        raise ValueError(why)


def table(file: Path, seal: str) -> list:
    need(hashlib.sha256(file.read_bytes()).hexdigest() == seal, file.name)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = [{k.strip(): (v or "").strip() for k, v in row.items() if k} for row in csv.DictReader(lines)]
    return [r | {"who": f"{r.get('unit', r.get('city'))} {r.get('time', '')}".strip()} for r in rows]


def system(reading: dict, tree: list, data: list, scores: list = (), bounds: list = ()) -> dict:
    """Return what the inputs say: children and weights by code; intervals by unit and code, as text."""
    data, at, kids, far = {row["who"]: row for row in data}, {}, {}, F(10**99)
    for row in tree:
        if not any(row["parent"] in cells for cells in data.values()):
            kids.setdefault(row["parent"], []).append(row["code"])
    (root,) = kids.pop("")
    for c, half in reading["half"].items():
        rows = {row["who"]: row for row in scores if row.get("code", root) == c and row["who"] in data}
        told = {u: row["score"] for u, row in rows.items()} if c in kids else {u: data[u][c] for u in data}
        own = {u: [F(text) - F(half), F(text) + F(half)] for u, text in told.items() if text}
        ranks = {u: int(r) for u, row in rows.items() if (r := row.get("rank", "").strip("= ")).isdigit()}
        last = next((n for n, r in enumerate(sorted(ranks.values())) if r > n + 1), len(ranks))  # to a gap
        scale = [-far, far] if c in kids else [F(end) for end in reading["scale"]]
        for u in data if c in kids or reading["missing"] == "unknown" else own:
            seen = ranks.keys() & own.keys() if u not in own else ()
            low = [own[v][0] for v in seen if ranks[v] >= ranks.get(u, far)]
            high = [own[v][1] for v in seen if ranks[v] <= ranks.get(u, last)]
            low, high = own.get(u, [max(low, default=-far), min(high, default=far)])
            at.setdefault(u, {})[c] = [str(max(low, scale[0])), str(min(high, scale[1]))]
    for row in bounds:
        at[row["who"]][row["code"]] = [str(F(row["lower"] or -far)), str(F(row["upper"] or far))]
    return {"children": kids, "weights": {row["code"]: row.get("weight", "") for row in tree}, "at": at}


class Certificate:
    """A certificate that holds; one that does not raises. Without a folder no seal and no inputs count."""

    def __init__(self, given: dict, folder: Path | None = None) -> None:
        seal = hashlib.sha256(json.dumps(given | {"seal": ""}, sort_keys=True).encode()).hexdigest()
        need(not folder or given["seal"] == seal, "it was changed")
        inputs, s, self.claims = given["inputs"], given["system"], given["claims"]
        paths = {name: folder / one["file"] for name, one in inputs.items() if folder}
        self.compared = bool(paths) and all(path.exists() for path in paths.values())
        tables = {k: table(path, inputs[k]["sha256"]) for k, path in paths.items() if self.compared}
        need(not tables or system(given["reading"], **tables) == s, "the inputs say otherwise")
        self.children, self.weights = s["children"], s["weights"]
        self.at = {u: {c: [*map(F, ends)] for c, ends in row.items()} for u, row in s["at"].items()}
        self.leaves = {c for row in self.at.values() for c in row if c not in self.children}
        for claim in self.claims:
            need(claim == claim | self.derived(claim), claim["says"])

    def below(self, code: str) -> list:
        return [k for c in self.children[code] for k in self.below(c)] if code in self.children else [code]

    def linear(self, claim: dict, sign: int) -> str:
        c, value, unit = dict.fromkeys(self.leaves, F(0)), claim["kind"] == "value", claim.get("unit")
        norm = [k for k in self.below(claim["of" if value else "in"]) if not value or k in self.at[unit]]
        gain = self.below(claim["of"]) if claim["kind"] == "weight" else []
        for u in {*claim["proof"], *([unit] if value else [])}:
            own, here, mine = claim["proof"].get(u, {}), self.at[u], value and u == unit
            need(len(self.children) == 1 or all(k in here for k in c), "a mean that lacks parts of its parts")
            need(not mine or claim["of"] not in own, "a value proves itself")
            amount = {k: F(-sign if mine and k in norm else 0) for k in c}
            for code, k in ((by, k) for by in own for k in self.below(by) if k in here):
                amount[k] += (m := F(own[code]))
                c[k] -= m * here[code][m < 0]
            c = {k: c[k] + (m and m * here[k][m > 0]) for k, m in amount.items()}
        need({*gain} <= {*norm} and all(c[k] <= 0 for k in c if k not in norm), "too much is asked of a g")
        nano = min(sign * (k in gain) - c[k] for k in norm) * 10**9 // 1  # rounded outwards
        return f"{Decimal(sign * nano).scaleb(-9):f}"

    def rank(self, claim: dict, s: int) -> list:
        w, low, high = ({k: F(v) for k, v in claim[n].items()} for n in ("weights", "low", "high"))
        need(self.leaves == {*w} == {*low} == {*high} and sum(w.values()) == 1, "not all weights, or not 1")
        need(all(low[k] <= w[k] <= high[k] for k in w), "weights beyond the limits")
        x, me = self.at, self.at[claim["unit"]]
        tie = max(abs(end) for row in x.values() for k in w for end in row[k]) / 10**9
        f = {u: {k: s * (r[k][s < 0] - me[k][s > 0] - tie) for k in w} for u, r in x.items() if r is not me}

        def least(f: dict) -> F:
            total, rest = sum(f[k] * low[k] for k in f), 1 - sum(low.values())
            for k in sorted(f, key=f.get):
                total, rest = total + f[k] * min(rest, high[k] - low[k]), rest - min(rest, high[k] - low[k])
            return total

        def counted(case: dict, yes: set, no: set) -> int:
            if on := {case["on"]} if "on" in case else None:
                return min(counted(case["yes"], yes | on, no), counted(case["no"], yes, no | on))
            for u, v in case.items():
                most = -least({k: -e for k, e in f[u].items()})
                need(F(v) >= 0 and u not in yes and (u in no or F(v) * most <= 1), "a multiplier too large")
            return len(yes) + -(-least({k: sum(F(v) * f[u][k] for u, v in case.items()) for k in w}) // 1)

        count = counted(claim["proof"], {u for u in f if least(f[u]) > 0}, set())
        reached = 1 + sum(s * sum(f[u][k] * w[k] for k in w) > 0 for u in f)
        return [1 + count if s > 0 else len(x) - count, reached]

    def mean(self, u: str, code: str) -> list | None:
        if code not in self.children:
            return self.at[u].get(code)
        own = [(F(self.weights[c]), ends) for c in self.children[code] if (ends := self.mean(u, c))]
        return [sum(v * ends[i] for v, ends in own) / sum(v for v, _ in own) for i in (0, 1)] if own else None

    def derived(self, claim: dict) -> dict:
        kind, end, u, code, base = (claim.get(k, "") for k in ("kind", "end", "unit", "of", "in"))
        sign = {"≥": 1, "≤": -1}[end]
        if kind == "rank":
            bound = self.rank(claim, sign)
        elif kind == "break":
            bound, ends = [*map(str, self.mean(u, code))], self.at[u][code]
            need(F(bound[0]) > ends[1] or F(bound[1]) < ends[0], "the score follows")
        elif kind == "grid":
            ends = [(r, s * 10**12, r[code][s < 0]) for r in self.at.values() for s in (1, -1)]  # of scores
            codes, bound = self.children[code], [[claim["parts"]]]  # weights so far, then what is left
            gain = {k: [-((t - r[k][s > 0]) * s // 1) if k in r else 0 for r, s, t in ends] for k in codes}
            kids = sorted(codes, key=lambda k: sum(min(g, 0) for g in gain[k]))  # the tightest first
            for n, keep in enumerate(range(len(kids) - 1, -1, -1), 1):
                most = [[*f[:n], max(f[n:], default=0)] for f in zip(*map(gain.get, kids), strict=True)]
                sets = ([*w, v, at - v] for *w, at in bound for v in range(1 if keep else at, at - keep + 1))
                bound = [w for w in sets if all(sum(map(mul, w, f)) >= 0 for f in most)]
            bound = sorted([w[kids.index(k)] for k in codes] for w in bound)
        else:
            bound = self.linear(claim, sign)
            need(kind in ("weight", "value") or F(bound) > 0, "no contradiction")
        return {"bound": bound, "says": " ".join(filter(None, [kind, u, code, base, end, str(bound)]))}


if __name__ == "__main__":
    for name in sys.argv[1:]:
        try:
            found = Certificate(json.loads(Path(name).read_text("utf-8-sig")), Path(name).parent)
        except Exception as why:
            sys.exit(f"{name}: refused ({why!r})")
        state = "accepted" if found.compared else "accepted; the inputs are absent and were not compared"
        print(*(claim["says"] for claim in found.claims), f"{name}: {state}", sep="\n")

"""What COINr returns on the ASEM data, file by file: correlations and sensitivity. See tests/validation/files.csv."""

import numpy as np
import pandas as pd
import pytest

import bluebook as bb
from bluebook.index import tree as trees
from bluebook.index.structure import alpha, components, correlation

from .given import COINR, asem, final, raw, rows, same, screened, wide

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")
SEEN, SENSE = COINR / "e_analysis", COINR / "f_sensitivity"
KINDS = ("pearson", "spearman", "kendall")
PARENTS = asem().set_index("code")["parent"].to_dict()
LEAVES = bb.leaves(asem())


def levels():
    """Normalised values and all scores above them, units × codes."""
    tree = asem().assign(direction=1)
    return final().join(bb.score(final().reset_index(), tree, normalise="none").scores)


def lineage(code):
    """The code's parent, its parent's parent, and so on."""
    out = []
    while code := PARENTS[code]:
        out.append(code)
    return out


TABLES = {  # what each of COINr's tables correlates
    "corr_indicators_raw_upper_triangle": lambda: raw().set_index("unit"),
    "corr_within_pillar_raw": lambda: raw().set_index("unit"),
    "corr_within_pillar_raw_directed": lambda: (
        raw().set_index("unit") * asem().set_index("code")["direction"].loc[LEAVES]
    ),
    "corr_within_pillar_final": final,
    "corr_indicator_with_parent": levels,
    "corr_indicator_with_index": levels,
    "corr_indicator_with_family": levels,
    "corr_pillar_with_parent": levels,
    "corr_pillars_all": levels,
    "corr_pillars_within_subindex": levels,
    "corr_subindex_with_index": levels,
}


@pytest.mark.parametrize("name", TABLES)
def test_every_correlation_of_coinr(name):
    want, table = rows(SEEN / f"{name}.csv"), TABLES[name]()
    up = {"Pillar": 0, "Sub-index": 1, "Index": 2}
    for kind in KINDS:
        got = []
        for a, b in zip(want["Var1"], want["Var2"], strict=True):
            if name == "corr_indicator_with_family":
                a = lineage(b)[up[a]]
            got.append(correlation(table[a].to_numpy(float), table[b].to_numpy(float), kind))
        same(got, want[kind])


def test_every_flag_of_coinr():
    want = rows(SEEN / "corr_flags.csv")
    ours = {("Normalised", 0): final(), ("Raw", 0): TABLES["corr_within_pillar_raw"]()}
    ours["Raw", 1] = TABLES["corr_within_pillar_raw_directed"]()
    for (stage, limit, kind, level, directed), theirs in want.groupby(
        ["dset", "thresh", "type", "grouplev", "use_directions"]
    ):
        table, tree = ours[stage, directed], asem()
        if level == 3:  # within a sub-index: its indicators as one family
            leaves = tree[tree["code"].isin(bb.leaves(tree))]
            leaves = leaves.assign(parent=[lineage(code)[1] for code in leaves["code"]])
            tree = pd.concat([tree[tree["code"].isin(["Conn", "Sust", "Index"])], leaves])
        limits = {"high": limit, "low": -2.0} if kind == "high" else {"high": 2.0, "low": limit}
        pairs = bb.structure(table, tree, **limits).pairs.query("flag == @kind")
        got = {
            frozenset(p): r for p, r in zip(zip(pairs["a"], pairs["b"], strict=True), pairs["r"], strict=True)
        }
        asked = {
            frozenset(p): r
            for p, r in zip(zip(theirs["Ind1"], theirs["Ind2"], strict=True), theirs["Corr"], strict=True)
        }
        assert set(got) == set(asked), (stage, limit, kind, level, directed)
        same([got[p] for p in asked], list(asked.values()))


def under(group, level):
    """The codes of one level (1 the indicators) that hang below a group."""
    at_level = {1: LEAVES}
    at_level[2] = list(dict.fromkeys(lineage(code)[0] for code in at_level[1]))
    at_level[3] = ["Conn", "Sust"]
    return [code for code in at_level[level] if group in lineage(code)]


def test_every_alpha_of_coinr():
    tables = {
        "raw_complete": raw().set_index("unit"),
        "normalised": levels()[LEAVES],
        "aggregated": levels(),
    }
    for _, row in rows(SEEN / "cronbach.csv").iterrows():
        codes = under(row["group"], row["level"])
        for column, table in tables.items():
            if not pd.isna(row[column]):
                same(alpha(table[codes].dropna().to_numpy(float)), row[column])


def test_every_component_of_coinr_up_to_its_sign():
    weights, values = rows(SEEN / "pca_weights.csv"), rows(SEEN / "pca_eigenvalues.csv")
    assert weights["case"].nunique() == 5
    for (case, group), part in weights.groupby(["case", "group"]):
        table = raw().set_index("unit") if case.startswith("raw") else levels()
        whole = table[part["code"]].dropna().to_numpy(float)
        assert (part["n_rows_used"] == len(whole)).all()
        shares, loading = components(whole)
        want = part["weight_pc1"].to_numpy()
        same(loading * np.sign(loading @ want), want)
        share = values[(values["case"] == case) & (values["group"] == group)].sort_values("component")[
            "share"
        ]
        same(shares, share)


def test_effective_weights_equal_and_unequal():
    want = rows(SEEN / "effective_weights.csv").set_index("code")
    for column, weights in (("eff_equal", ""), ("eff_unequal", "unequal")):
        got = bb.leaf_weights(asem(weights))
        same(got, want.loc[got.index, column])


def test_what_coinr_gains_by_its_weights_and_that_ours_even_out_more():
    """Its search stops early or leaves for negative weights: what its weights bring is ours to check."""
    table = rows(SEEN / "opt_weights.csv")
    scores = levels()
    for case, part in table.groupby("case"):
        w = part.set_index("code")["weight"]
        values = scores.copy()
        if len(w) == 8:
            for sub in ("Conn", "Sust"):
                own = [code for code in w.index if sub in lineage(code)]
                values[sub] = scores[own].to_numpy() @ w[own].to_numpy() / w[own].sum()
            values["Index"] = values[["Conn", "Sust"]].mean(axis=1)
        else:
            values["Index"] = scores[w.index].to_numpy() @ w.to_numpy() / w.sum()
        got = [correlation(values[c].to_numpy(), values["Index"].to_numpy()) for c in w.index]
        same(got, part["correlation_at_weight"])
        if case == "level3_equal_default_tol":
            ours = bb.balanced_weights(scores[w.index])
            index = scores[ours.index].to_numpy() @ ours.to_numpy()
            even = [correlation(scores[c].to_numpy(), index) for c in ours.index]
            assert np.ptp(even) < 1e-9 < np.ptp(part["correlation_at_weight"])


# --- sensitivity -------------------------------------------------------------------------------------------


def runs(name):
    """The index under each of COINr's drawn settings, units × runs."""
    drawn = rows(SENSE / f"{name}_parameters.csv")
    sets = rows(SENSE / "sens_weight_sets.csv")
    own = {n: part.set_index("code")["weight"] for n, part in sets.groupby("set")}
    made, plain, kept = {}, asem(), {}
    for most in drawn["winmax"].unique():
        made[most] = bb.treat(screened(), plain, most=int(most)).data
    how = {"minmax_1_100": "minmax:1:100", "zscore_10_2": "zscore:10:2"}
    mean = {"a_amean": "arithmetic", "a_gmean": "geometric"}
    out = {}
    for rep, *setting in drawn.itertuples(index=False, name=None):
        if (key := tuple(setting)) not in kept:
            most, scale, weights, together = key
            tree = plain.assign(
                weight=[own[weights].get(c, w) for c, w in zip(plain["code"], plain["weight"], strict=True)]
            )
            found = bb.score(made[most], tree, normalise=how[scale], aggregate=mean[together])
            kept[key] = found.scores["Index"], found.ranks["Index"]
        out[rep] = kept[key]
    return pd.DataFrame({r: s for r, (s, _) in out.items()}), pd.DataFrame(
        {r: p for r, (_, p) in out.items()}
    )


@pytest.fixture(scope="module")
def uncertain():
    return runs("ua")


def nominal():
    return bb.score(bb.treat(screened(), asem()).data, asem())


def test_every_score_and_rank_of_the_hundred_drawn_indices_is_that_of_coinr(uncertain):
    scores, ranks = uncertain
    for file, got in (("ua_scores", scores), ("ua_ranks", ranks)):
        want = wide(SENSE / f"{file}.csv").drop(columns="Nominal")
        same(got.loc[want.index], want)
    own = nominal()
    same(own.scores["Index"], wide(SENSE / "ua_scores.csv")["Nominal"][own.scores.index])
    same(own.ranks["Index"], wide(SENSE / "ua_ranks.csv")["Nominal"][own.scores.index])


def spread(ranks):
    """Mean, median and the 5 and 95 per cent points (between order statistics, as R's default)."""
    ends = {f"Q{q}": ranks.quantile(q / 100, axis=1) for q in (5, 95)}
    return pd.DataFrame({"Mean": ranks.mean(axis=1), "Median": ranks.median(axis=1), **ends})


def test_how_the_ranks_of_the_hundred_spread_is_that_of_coinr(uncertain):
    want = wide(SENSE / "ua_rank_stats.csv")
    same(spread(uncertain[1]).loc[want.index], want.drop(columns="Nominal"))


def test_every_rank_of_the_sensitivity_runs_is_that_of_coinr():
    want = wide(SENSE / "sa_ranks.csv")
    ranks = runs("sa")[1].loc[want.index]
    same(ranks, want.drop(columns="Nominal"))
    moved = ranks.sub(want["Nominal"], axis=0).abs().mean()
    same(moved, rows(SENSE / "sa_output_mean_abs_rank_change.csv")["y"])
    stats = wide(SENSE / "sa_rank_stats.csv")
    both_halves = ranks.iloc[:, :80]  # COINr describes the two samples, not the runs that mix them
    same(spread(both_halves).loc[stats.index], stats.drop(columns="Nominal"))


@pytest.mark.parametrize("level", [1, 2, 3])
def test_ranks_without_one_part_and_how_far_they_move_are_those_of_coinr(level):
    want = wide(SENSE / f"remove_level{level}_ranks.csv")
    moved = rows(SENSE / f"remove_level{level}_mean_abs_rank_diff.csv").set_index("removed")
    data, plan = final().reset_index(), asem().assign(direction=1)
    for code in want.columns:
        less = plan if code == "Nominal" else trees.without(plan, code)
        ranks = bb.score(data[["unit", *trees.leaves(less)]], less, normalise="none").ranks.iloc[:, -1]
        assert ranks.loc[want.index].tolist() == want[code].tolist(), code
        same((ranks.loc[want.index] - want["Nominal"]).abs().mean(), moved.loc[code].iloc[0])


def test_how_indicators_go_with_their_denominators_is_that_of_coinr():
    want = rows(SENSE / "denominator_correlations.csv")
    units, data = rows(COINR / "input" / "units.csv").set_index("unit"), raw().set_index("unit")
    for kind in KINDS:
        got = [
            correlation(data[c].to_numpy(float), units.loc[data.index, by].to_numpy(float), kind)
            for c, by in zip(want["code"], want["denominator"], strict=True)
        ]
        same(got, want[kind])

/* Five weights to move: scores and ranks at once, by the rules of bluebook/index.py. The page holds the numbers and
   every word; without this script it shows the table for the book's own weights. Works under file:// and inlined
   into a notebook, where it leaves the address alone. */
(function () {
  "use strict";
  const TIE = 1e-9;
  const STYLE = `
.bb-scroll:has(.bb-weights) { overflow: visible; max-height: none; }
.bb-weights fieldset { border: 0; margin: 0 0 .4rem; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
.bb-weights legend { float: left; margin-right: .8rem; font-size: .9rem; padding: .35rem 0; }
.bb-weights fieldset label { padding: .35rem 0; font-size: .9rem; cursor: pointer; }
.bb-weight { display: grid; grid-template-columns: 6.5em minmax(6rem, 1fr) 7.5em; gap: .6rem; align-items: center; }
.bb-weight label { font-size: .92rem; }
.bb-weight output { text-align: end; font-variant-numeric: tabular-nums; font-size: .9rem; }
.bb-weight input { width: 100%; height: 2.4rem; margin: 0; accent-color: var(--bb-link, #0a4d88); touch-action: pan-y; cursor: pointer; }
.bb-weight input:disabled { cursor: not-allowed; }
.bb-weight[data-off] { color: var(--bb-muted, #5a6572); }
.bb-weights-buttons { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0; }
.bb-weights button { font: inherit; font-size: .9rem; padding: .45rem .9rem; border: 1px solid var(--bb-line, #d5dbe2); border-radius: .3rem; background: var(--bb-soft, #f4f6f9); color: inherit; cursor: pointer; }
.bb-weights :is(button, input, a):focus-visible { outline: 2px solid var(--bb-link, #0a4d88); outline-offset: 2px; }
.bb-weights-said { min-height: 1.6em; font-size: .9rem; margin: .2rem 0 .4rem !important; color: var(--bb-muted, #5a6572); }
.bb-weights-address { width: 100%; font: inherit; font-size: .85rem; padding: .3rem; }
.bb-weights table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.bb-weights td:nth-child(4) { width: 45%; }
.bb-weights .bb-bar { display: block; height: .8rem; background: var(--bb-link, #0a4d88); border-radius: 2px; min-width: 1px; }
.bb-weights .bb-up { color: var(--bb-v-confirmed, #00664a); white-space: nowrap; }
.bb-weights .bb-down { color: var(--bb-v-contradicted, #ad2a1a); white-space: nowrap; }
@media (max-width: 600px) {
  .bb-weight { grid-template-columns: 5.2em minmax(5rem, 1fr) 6.2em; gap: .4rem; }
  .bb-weights td:nth-child(4) { width: 30%; }
}`;

  /* The weighted mean of what is there; null where too little is, or where all that is there weighs nothing. */
  function mean(values, weights, availability) {
    let sum = 0, weight = 0, here = 0, all = 0;
    values.forEach(function (value, i) {
      if (value === undefined) return;
      all += 1;
      if (value === null) return;
      here += 1;
      sum += weights[i] * value;
      weight += weights[i];
    });
    return weight > 0 && here >= availability * all - TIE ? sum / weight : null;
  }

  /* Halves away from zero, as printed figures are. */
  function rounded(x, decimals) {
    const scale = 10 ** decimals;
    return Math.sign(x) * Math.floor(Math.abs(x) * scale * (1 + 1e-12) + 0.5) / scale;
  }

  /* 1 is the highest; equal scores share the smallest rank, and a chain of ties is one tie. */
  function ranked(scores) {
    const order = scores.map((s, i) => i).filter(i => scores[i] !== null).sort((a, b) => scores[b] - scores[a] || a - b);
    const ranks = scores.map(() => null);
    order.forEach(function (i, place) {
      const before = order[place - 1], size = Math.max(Math.abs(scores[i]), Math.abs(scores[before] ?? 0));
      ranks[i] = place && scores[before] - scores[i] <= TIE * size ? ranks[before] : place + 1;
    });
    return ranks;
  }

  function result(set, weights, decimals) {
    const scores = set.levels.map(row => mean(row.map((v, i) => set.has[i] ? v : undefined), weights, set.availability));
    const shown = scores.map(s => s === null ? null : rounded(s, decimals));
    return { scores: shown, ranks: ranked(shown) };
  }

  function wire(root) {
    root.dataset.ready = "1";
    const told = JSON.parse(root.querySelector("script[type='application/json']").textContent), words = told.words;
    const frame = root.closest("figure"), inline = root.hasAttribute("data-inline");
    const body = root.querySelector("tbody"), rows = new Map([...body.rows].map(r => [r.dataset.city, r]));
    const sliders = [...root.querySelectorAll("input[type=range]")], outputs = [...root.querySelectorAll(".bb-weight output")];
    const choices = [...root.querySelectorAll("input[type=radio]")], said = root.querySelector(".bb-weights-said");
    const address = root.querySelector(".bb-weights-address");
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const base = {}, state = { weights: told.weights.slice(), data: told.data };
    for (const name in told.sets) base[name] = result(told.sets[name], told.weights, told.decimals);
    let timer, saver;

    function fill(text, values) { return text.replace(/\{(\w+)\}/g, (_, key) => values[key]); }

    function isDefault() { return state.data === told.data && state.weights.every((w, i) => w === told.weights[i]); }

    function hash() { return "#weights=" + state.weights.join(",") + "&data=" + state.data; }

    function link() { return location.href.split("#")[0] + hash(); }

    function read() {
      const found = /^#weights=([\d.,]+)(?:&data=(\w+))?$/.exec(location.hash.replace(/%2C/gi, ","));
      if (!found) return false;
      const numbers = found[1].split(",").map(Number);
      if (numbers.length !== told.weights.length || numbers.some(n => !(n >= 0 && n <= 100))) return false;
      state.weights = numbers;
      state.data = found[2] in told.sets ? found[2] : told.data;
      return true;
    }

    function save() {
      if (inline) return;
      clearTimeout(saver);
      saver = setTimeout(function () {
        try { history.replaceState(null, "", isDefault() ? location.href.split("#")[0] : hash()); } catch (e) { /* the address stays */ }
      }, 200);
    }

    function dress(set) {
      // The frame says what the numbers are: with the panel it wears the badge, in a copy of the page as well.
      frame.dataset.status = set.status;
      frame.querySelector(".bb-title").textContent = set.title;
      frame.querySelector(".bb-subtitle").textContent = set.subtitle;
      const source = frame.querySelector(".bb-source");
      source.textContent = set.source + " ";
      const old = frame.querySelector(".bb-badge");
      if (old) old.remove();
      const mark = document.createElement(set.badge ? "p" : "span");
      mark.className = set.badge ? "bb-badge" : "bb-status";
      mark.textContent = set.badge || set.told;
      if (set.badge) { mark.setAttribute("role", "note"); frame.querySelector(".bb-subtitle").after(mark); } else source.append(mark);
      const csv = frame.querySelector("a[download][href$='.csv']");
      if (csv) csv.setAttribute("href", csv.getAttribute("href").replace(/[^/]+\.csv$/, set.csv));
    }

    function announce(found, moved) {
      clearTimeout(timer);
      timer = setTimeout(function () {
        const first = found.ranks.indexOf(1);
        said.textContent = first < 0 ? words.nothing
          : fill(moved ? words.moved : words.same, { first: told.cities[first].name, score: found.scores[first].toFixed(told.decimals), n: moved });
      }, 350);
    }

    function show() {
      const set = told.sets[state.data], found = result(set, state.weights, told.decimals), was = base[state.data];
      const weight = state.weights.reduce((sum, w, i) => sum + (set.has[i] ? w : 0), 0);
      sliders.forEach(function (slider, i) {
        if (Number(slider.value) !== state.weights[i]) slider.value = state.weights[i];
        const off = !set.has[i], share = off ? words.none : weight > 0 ? (100 * state.weights[i] / weight).toFixed(1) + "%" : "—";
        slider.disabled = off;
        slider.closest(".bb-weight").toggleAttribute("data-off", off);
        outputs[i].textContent = off ? words.none : state.weights[i] + " · " + share;
        slider.setAttribute("aria-valuetext", off ? words.none : fill(words.value, { points: state.weights[i], share: share }));
      });
      const before = calm ? null : new Map([...rows].map(([code, row]) => [code, row.getBoundingClientRect().top]));
      const order = told.cities.map((c, i) => i).sort((a, b) => (found.ranks[a] ?? 99) - (found.ranks[b] ?? 99) || a - b);
      let moved = 0;
      order.forEach(function (i) {
        const row = rows.get(told.cities[i].code), cells = row.cells, rank = found.ranks[i], score = found.scores[i];
        const change = rank === null || was.ranks[i] === null ? 0 : was.ranks[i] - rank;
        moved += change !== 0;
        cells[0].textContent = rank ?? "—";
        cells[2].className = change > 0 ? "bb-up" : change < 0 ? "bb-down" : "";
        cells[2].textContent = change > 0 ? "▲" + change : change < 0 ? "▼" + -change : "";
        if (change) cells[2].setAttribute("aria-label", fill(change > 0 ? words.up : words.down, { n: Math.abs(change) })); else cells[2].removeAttribute("aria-label");
        cells[3].firstElementChild.style.width = (score ?? 0) + "%";
        cells[4].textContent = score === null ? (was.scores[i] === null ? words.few : "—") : score.toFixed(told.decimals);
        body.append(row);
      });
      if (before) for (const [code, row] of rows) {
        const way = before.get(code) - row.getBoundingClientRect().top;
        if (way) row.animate([{ transform: "translateY(" + way + "px)" }, { transform: "none" }], { duration: 180, easing: "ease-out" });
      }
      choices.forEach(c => { c.checked = c.value === state.data; });
      announce(found, moved);
      return found;
    }

    function turn(name) { state.data = name; dress(told.sets[name]); show(); }

    sliders.forEach((slider, i) => slider.addEventListener("input", function () { state.weights[i] = Number(slider.value); show(); save(); }));
    choices.forEach(c => c.addEventListener("change", function () { turn(c.value); save(); }));
    root.querySelector("[data-do=reset]").addEventListener("click", function () { state.weights = told.weights.slice(); show(); save(); });
    const copy = root.querySelector("[data-do=copy]");
    if (inline) copy.remove();
    else copy.addEventListener("click", function () {
      const done = () => { clearTimeout(timer); said.textContent = words.copied; };
      const byHand = function () {
        address.hidden = false;
        address.value = link();
        address.select();
        let fine = false;
        try { fine = document.execCommand("copy"); } catch (e) { /* then the reader copies it */ }
        if (fine) done(); else { clearTimeout(timer); said.textContent = words.byhand; }
      };
      if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(link()).then(done, byHand); else byHand();
    });
    root.querySelector(".bb-weights-controls").hidden = false;
    if (!inline) {
      const shared = read();
      window.addEventListener("hashchange", function () { if (read()) turn(state.data); });
      if (shared) { turn(state.data); frame.scrollIntoView(); return; }
    }
    show();
  }

  function start() {
    if (!document.getElementById("bb-weights-style")) {
      const style = document.createElement("style");
      style.id = "bb-weights-style";
      style.textContent = STYLE;
      document.head.append(style);
    }
    document.querySelectorAll(".bb-weights:not([data-ready])").forEach(wire);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();

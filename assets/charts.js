/* Draws every chart of a page when it comes near the screen, from the book's own copy of Vega; works under
   file:// as well. Charts of one figure share their selections of the same name. */
(function () {
  "use strict";
  const here = document.currentScript.src;
  const zh = (document.documentElement.lang || "").startsWith("zh");
  // bluebook/charts/theme.py names these; in the dark they become their counterparts.
  const DARK = { "#1b222a": "#e7ebef", "#56606c": "#a7b1bc", "#dfe3e8": "#2c353f", "#ffffff": "#12171d", "#858f9b": "#6b7683", "#eaf3f9": "#182a3a",
    "#ad2a1a": "#ff9b85", "#855600": "#efc06a", "#00664a": "#74cfa9", "#0a4d88": "#86bdec", "#6b7885": "#98a3af", "#a3aeb9": "#626d79", "#dde3e9": "#39434e" };
  const SWAPPED = new RegExp(Object.keys(DARK).join("|"), "gi");
  let library;

  function load() {
    library = library || new Promise(function (ok, bad) {
      const script = document.createElement("script");
      script.src = new URL("vega-bundle.js", here);
      script.onload = ok;
      script.onerror = function () { bad(new Error(zh ? "图表程序没有载入" : "the chart library did not load")); };
      document.head.append(script);
    });
    return library;
  }

  function dark() { return document.documentElement.dataset.theme === "dark"; }

  function specification(chart) {
    const text = chart.querySelector("script[type='application/json']").textContent;
    return JSON.parse(dark() ? text.replace(SWAPPED, c => DARK[c.toLowerCase()]) : text);
  }

  async function draw(chart) {
    const spec = specification(chart);
    await load();
    let host = chart.querySelector(".bb-drawing");
    if (!host) { host = document.createElement("div"); host.className = "bb-drawing"; chart.append(host); }
    if (chart.view) chart.view.finalize();
    const result = await window.vegaEmbed(host, spec, { renderer: "svg", actions: false, tooltip: { theme: dark() ? "dark" : "light" } });
    chart.view = result.view;
    chart.dataset.ready = "1";
    const svg = host.querySelector("svg");
    if (svg && !svg.getAttribute("aria-label") && spec.description) svg.setAttribute("aria-label", spec.description);
    // A row of marks that says nothing of itself is no picture of its own: the drawing's name and its table tell all.
    host.querySelectorAll("[role='graphics-symbol']:not([aria-label])").forEach(g => g.setAttribute("aria-hidden", "true"));
    share(chart);
    chart.dispatchEvent(new CustomEvent("bb-drawn", { bubbles: true, detail: result.view }));
  }

  /* Selections travel between the panels of one figure: pick a city on the map, see it in the ranking. */
  function share(chart) {
    const panels = [...chart.parentElement.querySelectorAll(".bb-chart")];
    if (panels.length < 2) return;
    const stores = view => Object.keys(view.getState({ data: name => /_store$/.test(name || "") , signals: () => false }).data || {});
    for (const name of stores(chart.view)) {
      chart.view.addDataListener(name, function (_, value) {
        const text = JSON.stringify(value.map(v => v.values));
        for (const other of panels) {
          if (other === chart || !other.view) continue;
          let current;
          try { current = other.view.data(name); } catch (e) { continue; }
          if (JSON.stringify(current.map(v => v.values)) === text) continue;
          other.view.data(name, value.map(v => ({ unit: v.unit, fields: v.fields, values: v.values }))).runAsync();
        }
      });
    }
  }

  /* Vega measures a chart's column only when the window changes, and a page that folds its sidebars away is still
     moving then: measure once more when the column has come to rest. */
  let resting;
  const columns = new ResizeObserver(function (entries) {
    if (!entries.some(e => { const was = e.target.column, now = Math.round(e.contentRect.width); e.target.column = now; return was && was !== now; })) return;
    clearTimeout(resting);
    resting = setTimeout(() => window.dispatchEvent(new Event("resize")), 120);
  });

  function fail(chart, problem) {
    chart.dataset.failed = "1";
    const note = document.createElement("p");
    note.className = "bb-failed";
    note.textContent = (zh ? "图没有画出来：" : "The chart could not be drawn: ") + problem.message;
    chart.append(note);
  }

  /* The picture that stands in for the chart where scripts do not run is what paper gets while it is not drawn. */
  function forPaper(figure) {
    const kept = figure.querySelector("noscript");
    if (!kept) return;
    const picture = new DOMParser().parseFromString(kept.textContent, "text/html").querySelector("img");
    picture.classList.add("bb-paper");
    kept.after(document.importNode(picture, true));
  }

  document.addEventListener("DOMContentLoaded", function () {
    const charts = [...document.querySelectorAll(".bb-chart")];
    if (!charts.length) return;
    const near = new IntersectionObserver(function (entries) {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        near.unobserve(entry.target);
        draw(entry.target).catch(problem => fail(entry.target, problem));
      }
    }, { rootMargin: "500px" });
    charts.forEach(chart => { near.observe(chart); columns.observe(chart); });
    document.querySelectorAll("figure.bb-figure").forEach(forPaper);
    for (const kind of ["beforeprint", "change"]) {
      (kind === "change" ? window.matchMedia("print") : window).addEventListener(kind, () =>
        document.querySelectorAll("img.bb-paper").forEach(p => { p.loading = "eager"; }));
    }
    let was = dark();
    new MutationObserver(function () {
      if (dark() === was) return;
      was = dark();
      charts.forEach(c => c.dataset.ready && draw(c).catch(p => fail(c, p)));
    }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  });
})();

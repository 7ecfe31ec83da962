/* Two to four cities side by side; who they are stands in the address (#c=410100,410300). The page holds every
   number as words; without this script it shows a table of all cities. Works under file:// and in a notebook. */
(function () {
  "use strict";

  function made(tag, text, attributes) {
    const node = document.createElement(tag);
    if (text) node.textContent = text;
    for (const name in attributes || {}) node.setAttribute(name, attributes[name]);
    return node;
  }

  function wire(root) {
    root.dataset.ready = "1";
    const told = JSON.parse(root.querySelector("script[type='application/json']").textContent), words = told.words;
    const place = root.querySelector(".bb-compare-table"), said = root.querySelector(".bb-compare-said");
    const every = root.querySelector(".bb-compare-all"), boxes = [...root.querySelectorAll("input[type=checkbox]")];
    let chosen = [];

    /* Codes in the address, in its order: known ones, each once, as many as fit. */
    function asked() {
      const match = /(?:^#|&)c=([\d,]*)/.exec(decodeURIComponent(location.hash));
      const codes = match ? match[1].split(",").filter(c => told.codes.includes(c)) : [];
      return [...new Set(codes)].slice(0, told.most);
    }

    function row(item, at) {
      const line = made("tr");
      line.append(made("th", item.name, { scope: "row" }));
      for (const i of at) {
        const cell = made("td", item.cells[i]);
        if (item.asides) cell.append(made("small", item.asides[i]));
        line.append(cell);
      }
      return line;
    }

    function table(at) {
      const grid = made("table"), head = made("thead"), line = made("tr"), body = made("tbody");
      line.append(made("th", words.what, { scope: "col" }));
      for (const i of at) {
        const cell = made("th", told.links[i] ? "" : told.names[i], { scope: "col" });
        if (told.links[i]) cell.append(made("a", told.names[i], { href: told.links[i] }));
        line.append(cell);
      }
      head.append(line);
      for (const group of told.groups) {
        const title = made("tr", "", { class: "bb-group" });
        title.append(made("th", group.name, { colspan: at.length + 1, scope: "rowgroup" }));
        body.append(title, ...group.rows.map(item => row(item, at)));
      }
      grid.append(head, body);
      return grid;
    }

    function show() {
      const at = chosen.map(c => told.codes.indexOf(c)), full = chosen.length >= told.most;
      for (const box of boxes) {
        box.checked = chosen.includes(box.value);
        box.disabled = full && !box.checked;
      }
      const names = at.map(i => told.names[i]).join(words.comma);
      said.textContent = (names ? words.shown + names + words.stop : "") + (chosen.length < 2 ? words.few : full ? words.many : "");
      every.hidden = at.length > 0;
      place.replaceChildren(...(at.length ? [table(at)] : []));
    }

    function choose(codes) {
      chosen = codes;
      const hash = "#c=" + codes.join(",");
      // replace: the way back leads to the page before, not through every tick
      if (location.hash !== hash) location.replace(hash);
      show();
    }

    root.querySelector(".bb-compare-pick").hidden = false;
    boxes.forEach(box => box.addEventListener("change", function () {
      const rest = chosen.filter(c => c !== box.value);
      choose(box.checked ? [...rest, box.value].slice(0, told.most) : rest);
    }));
    window.addEventListener("hashchange", function () { chosen = asked(); show(); });
    chosen = asked();
    show();
  }

  function start() { document.querySelectorAll(".bb-compare:not([data-ready])").forEach(wire); }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();

/* What a page does besides its charts: bubbles of quoted figures, the date of the build, small repairs of labels. */
(function () {
  "use strict";
  const zh = (document.documentElement.lang || "").startsWith("zh");

  /* Keep a bubble on the screen: aside of its edges, above its figure where there is no room below. */
  function place(fig) {
    const tip = fig.querySelector(".bb-tip"), root = document.documentElement;
    tip.style.removeProperty("--shift");
    fig.classList.remove("bb-up");
    if (getComputedStyle(tip).position === "fixed") return; // on a phone it is a sheet at the foot of the screen
    const box = tip.getBoundingClientRect(), room = root.clientWidth - 8;
    if (box.right > room) tip.style.setProperty("--shift", room - box.right + "px");
    else if (box.left < 8) tip.style.setProperty("--shift", 8 - box.left + "px");
    fig.classList.toggle("bb-up", box.bottom > root.clientHeight && fig.getBoundingClientRect().top > root.clientHeight / 2);
  }

  function shut(except) {
    document.querySelectorAll(".bb-fig.bb-open").forEach(f => { if (f !== except) f.classList.remove("bb-open"); });
  }

  document.addEventListener("click", function (event) {
    const fig = event.target.closest(".bb-fig");
    shut(fig);
    if (!fig || event.target.closest(".bb-tip")) return;
    if (!fig.classList.toggle("bb-open")) document.activeElement.blur(); // else focus would hold it open
    place(fig);
  });
  document.addEventListener("keydown", function (event) {
    if ((event.key === "Enter" || event.key === " ") && event.target.matches(".bb-fig-value")) { event.preventDefault(); event.target.click(); }
    if (event.key !== "Escape") return;
    shut(null);
    const fig = document.activeElement && document.activeElement.closest(".bb-fig");
    if (fig) document.activeElement.blur();
  });
  for (const kind of ["mouseover", "focusin"]) {
    document.addEventListener(kind, event => { const fig = event.target.closest && event.target.closest(".bb-fig"); if (fig) place(fig); });
  }

  /* A table that can be filtered: rows carry data-…, controls say which. What is asked for stands in the address
     (#verdict=contradicted&text=…), so that it can be sent and comes back with the page. Without this script all
     rows show, in groups that open by themselves. */
  const FEW = 40; // rows found that stand open at once
  function filter(box) {
    const figure = box.closest("figure"), rows = [...figure.querySelectorAll("tbody tr")], groups = [...figure.querySelectorAll("details.bb-rows")];
    const controls = [...box.querySelectorAll("[data-filter]")], count = box.querySelector(".bb-count");
    const asked = () => controls.filter(c => c.value.trim());
    function apply() {
      let shown = 0;
      for (const row of rows) {
        row.hidden = !asked().every(function (c) {
          const wanted = c.value.trim().toLowerCase();
          return c.dataset.filter === "text" ? (row.textContent + " " + row.id).toLowerCase().includes(wanted) : row.dataset[c.dataset.filter].toLowerCase() === wanted;
        });
        shown += !row.hidden;
      }
      for (const group of groups) {
        const all = group.querySelectorAll("tbody tr"), left = [...all].filter(r => !r.hidden).length;
        group.hidden = !left;
        group.open = asked().length > 0 && shown <= FEW;
        group.querySelector(".bb-rows-n").textContent = left === all.length ? left : left + " / " + all.length;
      }
      count.textContent = count.dataset.pattern.replace("{n}", shown).replace("{all}", rows.length);
    }
    /* Take the choice from the address; one that names a row of this table shows that row whatever was chosen. */
    function arrive() {
      const hash = location.hash.slice(1), row = !hash.includes("=") && document.getElementById(decodeURIComponent(hash));
      if (row && rows.includes(row)) {
        if (row.hidden) { controls.forEach(c => { c.value = ""; }); apply(); }
        if (row.closest("details.bb-rows")) row.closest("details.bb-rows").open = true;
        row.scrollIntoView();
      }
      const wanted = new URLSearchParams(hash.includes("=") ? hash : "");
      if (!controls.some(c => wanted.has(c.dataset.filter))) return;
      controls.forEach(c => { c.value = wanted.get(c.dataset.filter) || ""; });
      apply();
      figure.scrollIntoView();
    }
    controls.forEach(c => c.addEventListener("input", function () {
      apply();
      const kept = new URLSearchParams(asked().map(a => [a.dataset.filter, a.value.trim()]));
      history.replaceState(null, "", "#" + (asked().length ? kept : figure.id));
    }));
    box.hidden = false;
    apply();
    arrive();
    window.addEventListener("hashchange", arrive);
  }

  /* One switch at the top of a page opens the code of all its figures. */
  function codeSwitch() {
    const code = [...document.querySelectorAll("details.bb-code")], head = document.querySelector("article.bd-article h1");
    if (!code.length || !head) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "bb-codeswitch";
    function name() {
      const open = code.every(d => d.open);
      button.textContent = open ? (zh ? "收起代码" : "Hide code") : (zh ? "显示全部代码" : "Show all code");
      button.setAttribute("aria-pressed", open);
    }
    button.addEventListener("click", function () { const open = !code.every(d => d.open); code.forEach(d => { d.open = open; }); name(); });
    code.forEach(d => d.addEventListener("toggle", name));
    name();
    const foot = document.querySelector(".bb-keyfoot");
    if (foot && window.matchMedia("(max-width: 600px)").matches) foot.append(button); // beside the title there is no room
    else head.before(button);
  }

  /* On a phone the chapters of a part fold below its name, in the menu and on the front page. */
  function foldChapters() {
    if (!window.matchMedia("(max-width: 600px)").matches) return;
    for (const caption of document.querySelectorAll(".bd-links p.caption, .bd-article .toctree-wrapper > p.caption")) {
      const list = caption.nextElementSibling;
      if (!list || list.tagName !== "UL") continue;
      const part = document.createElement("details"), name = document.createElement("summary");
      part.className = "bb-part";
      part.open = list.querySelector(".current") !== null;
      name.textContent = caption.textContent.trim();
      caption.replaceWith(part);
      part.append(name, list);
    }
  }

  function built() {
    const info = window.bluebookBuild;
    document.querySelectorAll(".bb-build").forEach(function (place) {
      place.textContent = info ? (zh ? "构建于 " + info.built + "，版本 " + info.release : "Built " + info.built + ", release " + info.release) : "";
    });
  }

  /* On paper: which page this is and when it was printed. */
  function printed() {
    const place = document.querySelector(".bb-printed"), now = new Date();
    const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(n => String(n).padStart(2, "0")).join("-");
    const own = document.querySelector("link[rel=canonical]"), url = own ? own.href : location.protocol.startsWith("http") ? location.href.split("#")[0] : "";
    if (place) { place.hidden = false; place.textContent = (zh ? "打印于 " : "Printed ") + day + (url ? (zh ? "，" : ", ") + url : ""); }
  }

  document.addEventListener("bluebook-build", built);
  window.addEventListener("beforeprint", printed);
  window.matchMedia("print").addEventListener("change", printed);
  document.addEventListener("DOMContentLoaded", function () {
    built();
    codeSwitch();
    foldChapters();
    document.querySelectorAll(".bb-filters").forEach(filter);
    // The theme names two kinds of button otherwise than they read; a voice user says what stands on them.
    document.querySelectorAll("summary[aria-label], .search-button-field[aria-label]").forEach(b => b.removeAttribute("aria-label"));
    // What scrolls sideways can be reached by key.
    document.querySelectorAll(".bb-math, .bd-article pre").forEach(b => { if (b.scrollWidth > b.clientWidth) b.tabIndex = 0; });
    // In the list of chapters a part that folds has an arrow only.
    document.querySelectorAll(".bd-links li details > summary").forEach(function (arrow) {
      const part = arrow.closest("li").querySelector("a");
      arrow.setAttribute("aria-label", zh ? "展开或收起：" + part.textContent.trim() : "Fold or unfold: " + part.textContent.trim());
    });
    // The address of the page as the reader sees it belongs into a citation; it is not known when the book is built.
    document.querySelectorAll("figure [data-cite]").forEach(function (cite) {
      const figure = cite.closest("figure");
      if (location.protocol.startsWith("http")) cite.textContent = cite.dataset.cite + " " + location.href.split("#")[0] + "#" + figure.id;
    });
  });
})();

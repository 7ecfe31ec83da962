/* The editions side by side in the header: 2022 | 2023 | latest. Which there are says ../editions.js, outside of this
   edition, so that a frozen page shows those that came after it; without that file nothing is shown. */
(function () {
  "use strict";
  const zh = (document.documentElement.lang || "").startsWith("zh");

  function fill() {
    const nav = document.querySelector(".bb-editions"), found = window.bluebookEditions;
    if (!nav || !Array.isArray(found) || !found.length || nav.childElementCount) return;
    const here = new URL(nav.dataset.root || "./", location.href);
    const base = new URL(nav.dataset.list, location.href);
    const newest = found[found.length - 1], whole = e => new URL(e.path, base);
    // An older release lies below its year, and so does the book in another language: the deepest address decides.
    const own = found.find(e => here.href.startsWith(whole(e).href));
    const older = own && (own.older || []).find(o => here.href.startsWith(new URL(o.path, base).href));
    const inside = older ? new URL(older.path, base) : own ? whole(own) : here;
    const page = decodeURI(location.href.split(/[?#]/)[0].slice(inside.href.length)) || "index.html";

    function link(edition, text, current) {
      const a = document.createElement("a"), same = (edition.pages || []).includes(page);
      a.href = new URL(same ? encodeURI(page) : "index.html", whole(edition)).href;
      a.textContent = text;
      a.title = (zh ? edition.title : edition.title_en) || text;
      if (current) a.setAttribute("aria-current", "true");
      nav.append(a);
    }
    found.forEach(e => link(e, String(e.year), own === e && !older));
    link(newest, zh ? "最新" : "latest", false);
    if (older) note(zh ? "这是第 " + older.release + " 次印发，已有更正：" : "Release " + older.release + ", since corrected: ", own);
    else if (own && own !== newest) note(zh ? "这是 " + own.year + " 年版。最新的一版：" : "This is the edition of " + own.year + ". The newest: ", newest);
    nav.hidden = false;
    nav.scrollLeft = nav.scrollWidth; // on a phone the newest are in sight
  }

  /* Whoever comes from a search engine must see that there is a newer one. */
  function note(words, edition) {
    const head = document.querySelector("article.bd-article"), p = document.createElement("p"), a = document.createElement("a");
    if (!head) return;
    p.className = "bb-newer";
    a.href = new URL("index.html", new URL(edition.path, new URL(document.querySelector(".bb-editions").dataset.list, location.href))).href;
    a.textContent = (zh ? edition.title : edition.title_en) || edition.year;
    p.append(words, a);
    head.prepend(p);
  }

  function load() {
    const nav = document.querySelector(".bb-editions");
    if (!nav) return;
    // A book at the root of a server has nothing above it: do not even ask.
    if (location.protocol !== "file:" && new URL(nav.dataset.root || "./", location.href).pathname === "/") return;
    const script = document.createElement("script");
    script.src = nav.dataset.list;
    script.onload = fill;
    script.onerror = () => script.remove();
    document.head.append(script);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", load); else load();
})();

/* What was found wrong after an edition was frozen: read from beside its folder, shown above its unchanged pages. */
(function () {
  "use strict";
  const zh = (document.documentElement.lang || "").startsWith("zh");
  let asked = false;

  /* The page's own build-info.js stands at the root of its site and says as which release it is frozen, if it is. */
  function root() {
    const script = document.querySelector('script[src$="build-info.js"]');
    return script ? new URL(".", script.src) : null;
  }

  function ask() {
    const info = window.bluebookBuild, home = root();
    if (asked || !info || !info.frozen || !home) return;
    asked = true;
    const script = document.createElement("script");
    script.src = new URL("../errata.js", home).href;
    script.onload = show; // an absent file says nothing: there is nothing to show
    document.head.append(script);
  }

  function page(home) {
    const here = decodeURIComponent(location.pathname), above = decodeURIComponent(home.pathname);
    const name = here.startsWith(above) ? here.slice(above.length) : here;
    return (name.endsWith("/") || name === "" ? name + "index" : name).replace(/\.html$/, "").replace(/^en\//, "");
  }

  function line(one, home, named) {
    const p = document.createElement("p");
    const why = one.reason === "revision" ? (zh ? "来源后来修订" : "its source was revised") : (zh ? "本书的差错" : "an error of this book");
    p.textContent = zh
      ? "第 " + one.release + " 次印发后更正：“" + one.old + "”应为“" + one.new + "”（" + one.date + "，" + why + "）。" + one.note
      : "Corrected after release " + one.release + ": “" + one.old + "” should read “" + one.new + "” (" + one.date + "; " + why + "). " + one.note;
    if (named && one.place) {
      const link = document.createElement("a");
      link.href = new URL(one.place + ".html", home).href;
      link.textContent = one.place;
      p.append(" ", link);
    }
    return p;
  }

  function show() {
    const home = root(), article = document.querySelector("article.bd-article") || document.querySelector("main");
    if (!article || document.querySelector(".bb-errata")) return;
    const info = window.bluebookBuild, name = page(home);
    const all = name === "chapters/reference/errata"; // that page lists them all, each with its page
    const own = (window.bluebookErrata || []).filter(e => e.year === info.edition && e.release === info.frozen);
    const mine = own.filter(e => all || !e.place || e.place === name);
    if (!mine.length) return;
    const box = document.createElement("aside");
    box.className = "bb-errata admonition note";
    box.setAttribute("aria-label", zh ? "勘误" : "Errata");
    mine.forEach(e => box.append(line(e, home, all)));
    article.prepend(box);
  }

  document.addEventListener("bluebook-build", ask);
  document.addEventListener("DOMContentLoaded", ask);
})();

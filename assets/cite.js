/* How to cite a page: its address and the day are known only where it is read. */
(function () {
  "use strict";
  const zh = (document.documentElement.lang || "").startsWith("zh");
  document.addEventListener("DOMContentLoaded", function () {
    const now = new Date(), today = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(n => String(n).padStart(2, "0")).join("-");
    const url = location.protocol.startsWith("http") ? location.href.split(/[?#]/)[0] : "";
    for (const place of document.querySelectorAll(".bb-citation")) {
      place.textContent = place.dataset.cite.replaceAll("{today}", today).replace(/ ?\{url\}(\.?)/g, (all, dot) => url ? all.replace("{url}", url) : "");
    }
    for (const button of document.querySelectorAll(".bb-copy")) {
      const text = button.closest("dt").nextElementSibling;
      button.hidden = !navigator.clipboard;
      button.addEventListener("click", () => navigator.clipboard.writeText(text.innerText.trim()).then(() => { button.textContent = zh ? "已复制" : "Copied"; }));
    }
  });
})();

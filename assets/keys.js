/* The key sentences of a chapter, copied with the address of their page. */
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest(".bb-keyfoot button:not(.bb-codeswitch)");
    if (!button || !navigator.clipboard) return;
    const sentences = [...button.closest(".bb-key").querySelectorAll("li > span")].map(function (said) {
      const words = said.cloneNode(true);
      words.querySelectorAll(".bb-tip").forEach(tip => tip.remove());
      return words.textContent.trim();
    });
    navigator.clipboard.writeText([...sentences, location.href.split("#")[0]].join("\n")).then(function () {
      button.textContent = (document.documentElement.lang || "").startsWith("zh") ? "已复制" : "Copied";
    });
  });
})();

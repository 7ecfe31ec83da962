/* Search: loads the text of the book (searchindex.js) with the first use of a search field, by a script element, so
   that it works under file:// as well; looks through it for words, names, questions, pinyin and traditional forms. */
(function () {
  "use strict";
  const root = document.documentElement.dataset.content_root || "./";
  const zh = (document.documentElement.lang || "").startsWith("zh");
  const HAN = "[\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff]";
  const PIECES = new RegExp(HAN + "+|[\\p{L}\\p{N}](?:(?!" + HAN + ")[\\p{L}\\p{N}&.%+\\-])*", "gu");
  const ALL_HAN = new RegExp("^" + HAN + "+$");
  // Words that ask, and say nothing of what is asked.
  const ASKING = /怎么样|怎么办|怎么|怎样|如何|为什么|为何|什么|哪里|哪儿|哪些|哪个|哪几|多少|是不是|有没有|请问|能不能|可不可以|在哪|的|吗|呢/g;
  let asked, book;

  function load() {
    asked = asked || new Promise(function (ok, bad) {
      const script = document.createElement("script");
      script.src = root + "searchindex.js";
      script.onload = () => ok(prepare(window.bluebookIndex));
      script.onerror = () => { asked = null; bad(new Error(zh ? "搜索用的目录没有载入，请再试一次" : "the index did not load; try again")); };
      document.head.append(script);
    });
    return asked;
  }

  /* Small letters, half-width, simplified: one character for one, so that places stay the same. */
  function fold(text) {
    return text.toLowerCase().replace(/[\uff01-\uff5e]/g, c => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
      .replace(/[\u3400-\u9fff\uf900-\ufaff]/g, c => book.traditional[c] || c);
  }

  function prepare(index) {
    book = index;
    for (const page of book.pages) {
      page.name = fold(page.title);
      page.parts = page.parts.map(([anchor, title, kind, text, pinyin]) => ({ anchor, title, kind, text, pinyin, head: fold(title), body: fold(text) }));
      page.whole = page.name + "\n" + page.parts.map(p => p.head + "\n" + p.body).join("\n");
    }
    book.whole = book.pages.map(p => p.whole).join("\n");
    return book;
  }

  /* How often a word stands in a text; a Latin word only from its beginning. */
  function count(text, word) {
    let n = 0;
    const latin = !ALL_HAN.test(word[0]);
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      if (!latin || at === 0 || !/[a-z0-9.]/.test(text[at - 1])) n += 1;
    }
    return n;
  }

  /* A run of characters that the book does not hold as a whole, in the longest pieces that it holds. */
  function split(run) {
    if (book.whole.includes(run)) return [run];
    const bare = run.replace(ASKING, " ").trim();
    if (!bare) return [run];
    if (bare !== run) return bare.split(/ +/).flatMap(split);
    const found = [];
    let held = 0;
    for (let i = 0; i < run.length;) {
      let size = Math.min(8, run.length - i);
      while (size > 1 && !book.whole.includes(run.slice(i, i + size))) size -= 1;
      if (size > 1) { found.push(run.slice(i, i + size)); held += size; }
      i += size;
    }
    return held >= 0.6 * run.length ? found : [run]; // else the book does not speak of it
  }

  /* How well letters fit a name's syllables: its whole pinyin, its initials, or the beginning of either. */
  function sounds(letters, pinyin) {
    const syllables = pinyin.split(" "), whole = syllables.join(""), first = syllables.map(s => s[0]).join("");
    if (letters === whole) return 4;
    if (letters === first && first.length > 1) return 3;
    if (letters.length > 2 && whole.startsWith(letters)) return 2;
    return letters.length > 2 && syllables.length > 1 && first.startsWith(letters) ? 1 : 0;
  }

  /* The same inside a title: from the beginning of any syllable. */
  function within(letters, pinyin) {
    const syllables = pinyin.split(" ");
    if (letters.length > 2 && syllables.map(s => s[0]).join("").includes(letters)) return 1;
    return letters.length > 3 && syllables.some((_, i) => syllables.slice(i).join("").startsWith(letters)) ? 2 : 0;
  }

  function score(page, words, rare) {
    let sum = 0, held = 0;
    for (const word of words) {
      const body = count(page.whole, word);
      if (!body) continue;
      held += 1;
      let s = 6 * Math.log2(1 + body) + 60 * Math.min(1, 20 * body * word.length / page.whole.length);
      if (page.name === word) s += 400; else if (count(page.name, word)) s += 260 + (page.name.startsWith(word) ? 20 : 0);
      let heads = 0, figures = 0;
      for (const part of page.parts) {
        if (part.kind !== "f" && part.head === word) s += part.kind === "t" ? 200 : 90;
        else if (count(part.head, word)) { if (part.kind === "f") figures += 1; else heads += 1; }
      }
      sum += rare(word) * (s + 40 * Math.min(heads, 3) + 14 * Math.min(figures, 3));
    }
    return sum * (held / words.length) ** 2;
  }

  /* The place of a page that says most of what is looked for, and its line. */
  function place(page, words) {
    let best = page.parts[0], most = -1;
    for (const part of page.parts) {
      const n = words.reduce((sum, w) => sum + Math.min(3, count(part.body, w)) + (part.head === w ? 9 : 5 * Math.min(1, count(part.head, w))), 0);
      if (n > most) { best = part; most = n; }
    }
    return best;
  }

  function excerpt(part, words) {
    const lines = part.text.split("\n"), folded = part.body.split("\n");
    let best = 0, most = 0;
    folded.forEach((line, i) => { const n = words.filter(w => count(line, w)).length; if (n > most) { best = i; most = n; } });
    const line = lines[best] || "", at = Math.max(0, Math.min(...words.map(w => folded[best] === undefined ? -1 : folded[best].indexOf(w)).filter(i => i >= 0).concat(most ? [] : [0])));
    const from = at > 40 ? at - 30 : 0, to = Math.min(line.length, from + 110);
    return (from ? "…" : "") + line.slice(from, to) + (to < line.length ? "…" : "");
  }

  function hit(page, words) {
    const part = place(page, words), top = part === page.parts[0];
    return { url: page.url + (part.anchor && !top ? "#" + part.anchor : ""), title: page.title, heading: top ? "" : part.title, text: excerpt(part, words), words };
  }

  /* What is looked for: results from the best, each {url, title, heading, text, words}. */
  function search(query) {
    const runs = fold(query).match(PIECES) || [];
    if (!runs.length) return [];
    const letters = fold(query).replace(/[\s']/g, ""), spoken = /^[a-z]+$/.test(letters);
    const bare = runs.length === 1 ? runs[0].replace(/市$/, "") : "";
    const named = book.names.map(n => [n, n[0] === bare || fold(n[0]) === letters ? 5 : spoken ? sounds(letters, n[1]) : 0]).filter(n => n[1]);
    const strongest = Math.max(0, ...named.map(n => n[1]));
    const names = named.filter(n => n[1] === strongest).map(n => n[0]);
    const terms = spoken && strongest < 3 ? book.terms.filter(x => sounds(letters, x[1]) > 1).map(x => x[0]) : [];
    const results = names.map(n => ({ url: n[2] + (n[3] ? "#" + n[3] : ""), title: n[0], heading: (book.pages.find(p => p.url === n[2]) || {}).title || "", text: n[4], words: [n[0]] }));
    const seen = new Set(names.map(n => n[2]));
    const wanted = names.length ? names.map(n => [n[0]]) : terms.map(x => [fold(x)]);
    wanted.push(runs.flatMap(run => ALL_HAN.test(run) ? split(run) : [named_by(run) || run]));
    for (const words of wanted) {
      const df = w => book.pages.filter(p => count(p.whole, w)).length, rare = w => Math.log(1 + book.pages.length / (1 + df(w)));
      const found = book.pages.map(page => [page, score(page, words, rare)]);
      if (spoken && words === wanted[wanted.length - 1]) {
        for (const row of found) {
          const heads = row[0].parts.filter(p => p.pinyin).map(p => within(letters, p.pinyin)), fits = within(letters, row[0].pinyin);
          if (fits || heads.some(Boolean)) { row[1] += 80 * fits + 20 * Math.max(0, ...heads); row[2] = fits ? row[0].parts[0] : row[0].parts.filter(p => p.pinyin)[heads.findIndex(Boolean)]; }
        }
      }
      found.sort((a, b) => b[1] - a[1]);
      for (const [page, s, part] of found) {
        if (s <= 0 || seen.has(page.url)) continue;
        seen.add(page.url);
        results.push(part && !count(page.whole, words[0]) ? { url: page.url + (part !== page.parts[0] ? "#" + part.anchor : ""), title: page.title, heading: part.title, text: excerpt(part, words), words: [] } : hit(page, words));
      }
    }
    return results;
  }

  /* A word in Latin letters that is no word of the book, but a name's pinyin. */
  function named_by(letters) {
    if (count(book.whole, letters)) return null;
    const found = book.names.find(n => sounds(letters, n[1]) > 2);
    return found ? found[0] : null;
  }

  /* Write text with its words marked; nothing of it is read as HTML. */
  function marked(host, text, words) {
    const low = fold(text);
    for (let i = 0; i < text.length;) {
      const word = words.find(w => low.startsWith(w, i));
      if (word) { const m = document.createElement("mark"); m.textContent = text.slice(i, i + word.length); host.append(m); i += word.length; continue; }
      const next = Math.min(...words.map(w => low.indexOf(w, i)).filter(n => n > i).concat(text.length));
      host.append(text.slice(i, next));
      i = next;
    }
  }

  function show(host, results, most) {
    host.replaceChildren();
    const told = document.createElement("p");
    told.className = "search-summary";
    told.textContent = results.length ? (zh ? `找到 ${results.length} 页` : `${results.length} pages`) : (zh ? "没有找到。换个短一点的词试试。" : "Nothing found. Try a shorter word.");
    const list = document.createElement("ul");
    list.className = "search";
    for (const result of results.slice(0, most)) {
      const item = document.createElement("li"), link = document.createElement("a"), text = document.createElement("p");
      link.href = root + result.url;
      marked(link, result.title + (result.heading && result.heading !== result.title ? " › " + result.heading : ""), result.words);
      text.className = "context";
      marked(text, result.text, result.words);
      item.append(link, text);
      list.append(item);
    }
    host.append(told, list);
  }

  function run(host, query, most) {
    if (!query.trim()) { host.replaceChildren(); return Promise.resolve(); }
    return load().then(() => show(host, search(query), most), problem => { host.textContent = problem.message; });
  }

  window.bluebookSearch = query => load().then(() => search(query));

  document.addEventListener("DOMContentLoaded", function () {
    const results = document.getElementById("search-results");
    if (results) {
      const query = new URLSearchParams(location.search).get("q") || "";
      document.querySelectorAll("input[type=search][name=q]").forEach(f => { f.value = query; });
      run(results, query, 50);
    }
    for (const field of document.querySelectorAll("input[type=search][name=q]")) {
      let host = field.closest("dialog") ? document.createElement("div") : results, waiting;
      if (!host) continue;
      if (host !== results) { host.className = "bb-hits"; field.form.after(host); }
      field.addEventListener("focus", () => load().catch(() => {}), { once: true });
      field.addEventListener("input", function () { clearTimeout(waiting); waiting = setTimeout(() => run(host, field.value, host === results ? 50 : 8), 120); });
    }
  });
})();

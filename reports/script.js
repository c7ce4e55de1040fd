// Comfort only: the page reads completely without it. No request, no dependency.
(() => {
  "use strict";
  const words = (name, otherwise) => document.body.dataset[`words${name}`] || otherwise;
  const main = document.querySelector("main") || document.body;

  // Anchors beside headings.
  for (const heading of main.querySelectorAll("h1, h2, h3")) {
    const id = heading.id || (heading.parentElement && heading.parentElement.id);
    if (!id || heading.querySelector("a")) continue;
    const anchor = document.createElement("a");
    anchor.className = "section-anchor";
    anchor.href = `#${id}`;
    anchor.textContent = "#";
    anchor.setAttribute("aria-label", `# ${heading.textContent.trim()}`);
    heading.append(anchor);
  }

  // A click enlarges a figure.
  const enlarge = (image) => {
    const dialog = document.createElement("dialog");
    dialog.className = "enlarged";
    dialog.setAttribute("aria-label", image.alt);
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = words("Close", "×");
    close.addEventListener("click", () => dialog.close());
    const copy = document.createElement("img");
    copy.src = image.src;
    copy.alt = image.alt;
    dialog.append(close, copy);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    document.body.append(dialog);
    dialog.showModal();
  };
  for (const image of main.querySelectorAll("figure img")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "enlarge";
    button.title = words("Enlarge", "");
    image.replaceWith(button);
    button.append(image);
    button.addEventListener("click", () => enlarge(image));
  }

  // A click on a column's head sorts the table; numbers by value, texts by the page's language.
  const value = (row, column) => (row.cells[column] ? row.cells[column].textContent.trim() : "");
  const number = (text) => {
    const match = text.replace(/[−–]/g, "-").replace(/[\s,\u00a0\u2009]/g, "").match(/-?\d+(\.\d+)?/);
    return match ? parseFloat(match[0]) : NaN;
  };
  const sort = (table, column, head) => {
    const ascending = head.getAttribute("aria-sort") !== "ascending";
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    const isNumeric = rows.filter((row) => /^[≥≤<>≈约]?\s*[-−–+]?\d/.test(value(row, column))).length > rows.length / 2;
    const collator = new Intl.Collator(document.documentElement.lang);
    rows.sort((a, b) => {
      const [left, right] = [value(a, column), value(b, column)];
      if (!isNumeric) return collator.compare(left, right);
      const [x, y] = [number(left), number(right)];
      if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
      return x - y;
    });
    if (!ascending) rows.reverse();
    body.append(...rows);
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  };
  for (const table of document.querySelectorAll("table.sortable, .sortable table")) {
    table.classList.add("sortable");
    const row = table.tHead && table.tHead.rows[0];
    if (!row || !table.tBodies[0]) continue;
    Array.from(row.cells).forEach((head, column) => {
      if (!head.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.title = words("Sort", "");
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(table, column, head));
    });
  }

  // Contents: folded on narrow screens, filtered by typing, the current section marked.
  const contents = document.querySelector("nav.contents");
  if (!contents) return;
  const details = contents.querySelector("details");
  if (window.matchMedia("(max-width: 67.99rem)").matches) details.open = false;
  const links = Array.from(contents.querySelectorAll("a[href^='#']"));
  const filter = document.createElement("input");
  filter.type = "search";
  filter.className = "toc-filter";
  filter.placeholder = words("Filter", "");
  filter.setAttribute("aria-label", words("Filter", "filter"));
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    for (const entry of contents.querySelectorAll("li")) {
      entry.hidden = Boolean(wanted) && !entry.textContent.toLowerCase().includes(wanted);
    }
  });
  details.querySelector("summary").after(filter);
  const byId = new Map(links.map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const link of links) link.removeAttribute("aria-current");
      const link = byId.get(entry.target.id);
      if (link) link.setAttribute("aria-current", "location");
    }
  }, { rootMargin: "0px 0px -75% 0px" });
  for (const id of byId.keys()) {
    const section = document.getElementById(id);
    if (section) observer.observe(section);
  }
})();

// Comfort only: the page reads completely without it. No request, no dependency. `reportWords` stands before it.
(() => {
  "use strict";
  const words = typeof reportWords === "undefined" ? {} : reportWords;
  const say = (name, values = {}) =>
    (words[name] || name).replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
  const main = document.querySelector("main") || document.body;
  const isNarrow = window.matchMedia("(max-width: 67.99rem)");
  document.documentElement.classList.add("has-script");

  const create = (tag, properties = {}, ...children) => {
    const { dataset, attributes, ...others } = properties;
    const element = Object.assign(document.createElement(tag), others);
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const plain = (text) => text.replace(/\s+/g, " ").trim();
  // For comparing: wide and narrow, large and small letters are the same.
  const folded = (text) => plain(text).normalize("NFKC").toLowerCase();

  // What a part says, without the links that stand beside headings here.
  const said = (part) => {
    const added = Array.from(part.querySelectorAll(":scope > a:is(.section-anchor, .back)"));
    return plain(Array.from(part.childNodes).filter((node) => !added.includes(node)).map((node) => node.textContent).join(""));
  };

  // Anchors beside headings.
  for (const heading of main.querySelectorAll("h1, h2, h3")) {
    const id = heading.id || (heading.parentElement && heading.parentElement.id);
    if (!id || heading.querySelector("a")) continue;
    const label = say("anchor", { title: plain(heading.textContent) });
    heading.append(create("a", { className: "section-anchor", href: `#${id}`, textContent: "#", ariaLabel: label }));
  }

  // From an indicator back to its row among all targets, from a section to the first of its rows.
  const boards = ["tbl-targets", "tbl-scoreboard"].map((id) => document.getElementById(id)).filter(Boolean);
  const rowOf = (id) => {
    const link = boards.map((board) => board.querySelector(`tbody a[href="#${id}"]`)).find(Boolean);
    return link && link.closest("tr");
  };
  for (const section of main.querySelectorAll("[id^='sec-indicator-'], [id^='sec-section-']")) {
    const heading = section.matches("h1, h2, h3") ? section : section.querySelector("h1, h2, h3");
    const parts = [section, ...section.querySelectorAll("[id^='sec-indicator-']")];
    const row = parts.map((part) => rowOf(part.id)).find(Boolean);
    if (!heading || !row) continue;
    row.id = row.id || `row-${section.id}`;
    const back = create("a", { className: "back", href: `#${row.id}`, textContent: say("back") });
    back.addEventListener("click", (event) => {
      event.preventDefault();
      history.pushState(null, "", back.hash);
      goTo(row);
    });
    heading.append(" ", back);
  }

  // A click enlarges a figure; Escape, the button or a click beside it closes it, and the focus returns.
  const enlarge = (image) => {
    const close = create("button", { type: "button", textContent: say("close") });
    const copy = create("img", { src: image.src, alt: image.alt });
    const dialog = create("dialog", { className: "enlarged", ariaLabel: say("enlarged") }, close, copy);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    document.body.append(dialog);
    dialog.showModal();
  };
  for (const image of main.querySelectorAll("figure img")) {
    if (image.closest("table")) continue;
    const button = create("button", { type: "button", className: "enlarge", title: say("enlarge") });
    image.replaceWith(button);
    button.append(image);
    button.addEventListener("click", () => enlarge(image));
  }

  // Tables: a click on a column's head sorts, once up, once down, once back; numbers by value, texts by language.
  const cellText = (row, column) => (row.cells[column] ? plain(row.cells[column].textContent) : "");
  const cellValue = (row, column) => {
    const given = row.cells[column] && row.cells[column].querySelector("[data-value]");
    if (given) return parseFloat(given.dataset.value);
    const match = cellText(row, column).replace(/[−–]/g, "-").replace(/[\s,]/g, "").match(/-?\d+(\.\d+)?/);
    return match ? parseFloat(match[0]) : NaN;
  };
  const isNumeric = (rows, column) =>
    rows.filter((row) => /^[≥≤<>≈约]?\s*[-−–+]?\d/.test(cellText(row, column))).length > rows.length / 2;
  const sorted = (rows, column, isDescending) => {
    const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
    const sign = isDescending ? -1 : 1;
    if (!isNumeric(rows, column)) {
      return [...rows].sort((a, b) => sign * collator.compare(cellText(a, column), cellText(b, column)));
    }
    // Cells without a number stay at the end either way.
    return [...rows].sort((a, b) => {
      const [x, y] = [cellValue(a, column), cellValue(b, column)];
      return Number.isNaN(x) || Number.isNaN(y) ? Number.isNaN(x) - Number.isNaN(y) : sign * (x - y);
    });
  };
  const NEXT = { none: "ascending", ascending: "descending", descending: "none" };
  const makeSortable = (table) => {
    const body = table.tBodies[0];
    const original = Array.from(body.rows);
    Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
      if (!head.textContent.trim()) return;
      // No button element: browsers leave those out where they repeat a table's head on the next sheet.
      const button = create("span", { className: "sort", role: "button", tabIndex: 0, title: say("sort") }, ...head.childNodes);
      head.append(button);
      button.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        button.click();
      });
      button.addEventListener("click", () => {
        const order = NEXT[head.getAttribute("aria-sort") || "none"];
        for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
        if (order !== "none") head.setAttribute("aria-sort", order);
        body.append(...(order === "none" ? original : sorted(original, column, order === "descending")));
      });
    });
  };

  // Long tables and tables of verdicts: filtered by words and by what stands in a column; what is shown can be saved.
  const FILTERED_ROWS = 20;
  const MOST_CHOICES = 12;
  const choices = (rows, column) => {
    const found = [...new Set(rows.map((row) => cellText(row, column)))];
    const isChoice = found.length > 1 && found.length <= Math.min(MOST_CHOICES, 0.75 * rows.length);
    return isChoice && !isNumeric(rows, column) && found.every((text) => text.length <= 48) ? found : [];
  };
  const save = (table, rows) => {
    const quoted = (row) => Array.from(row.cells, (cell) => `"${plain(cell.textContent).replaceAll('"', '""')}"`).join(",");
    // A byte-order mark, because people open the file in Excel.
    const text = "\ufeff" + [table.tHead.rows[0], ...rows].map(quoted).join("\r\n") + "\r\n";
    const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    const name = (table.closest("[id^='tbl-']") || { id: "table" }).id;
    create("a", { href: address, download: `${name}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };
  const makeFilterable = (table, place) => {
    const rows = Array.from(table.tBodies[0].rows);
    const heads = Array.from(table.tHead.rows[0].cells, (head) => plain(head.textContent));
    const input = create("input", { type: "search", placeholder: say("filter"), ariaLabel: say("filter") });
    const count = create("output", { className: "muted" });
    const selects = heads.map((head, column) => {
      const found = choices(rows, column);
      if (!found.length) return null;
      const all = create("option", { value: "", textContent: say("any", { column: head }) });
      const options = found.map((text) => create("option", { value: text, textContent: text }));
      return create("select", { ariaLabel: head }, all, ...options);
    });
    const isWanted = (row) =>
      folded(input.value).split(" ").every((word) => folded(row.textContent).includes(word)) &&
      selects.every((select, column) => !select || !select.value || select.value === cellText(row, column));
    const update = () => {
      for (const row of rows) row.hidden = !isWanted(row);
      const shown = rows.filter((row) => !row.hidden).length;
      count.textContent = shown === rows.length ? "" : say("shown", { shown, all: rows.length });
    };
    const download = create("button", { type: "button", textContent: say("save") });
    download.addEventListener("click", () => save(table, Array.from(table.tBodies[0].rows).filter((row) => !row.hidden)));
    const tools = create("div", { className: "table-tools", role: "group", ariaLabel: say("tools") });
    tools.append(input, ...selects.filter(Boolean), count, download);
    tools.addEventListener("input", update);
    place.before(tools);
  };
  for (const table of document.querySelectorAll("table.sortable, .sortable table")) {
    if (!table.tHead || !table.tBodies[0]) continue;
    table.classList.add("sortable");
    const isVerdicts = table.querySelector("tbody [class^='status-']");
    const place = table.closest(".table-scroll") || table;
    if (isVerdicts || table.tBodies[0].rows.length >= FILTERED_ROWS) makeFilterable(table, place);
    makeSortable(table);
  }
  // On a phone the column of verdicts stays in sight while the others are moved.
  for (const table of main.querySelectorAll("table:not(.narrow)")) {
    const cells = Array.from(table.querySelectorAll("tbody td")).filter((cell) => cell.querySelector(":scope > [class^='status-']"));
    const columns = new Set(cells.map((cell) => cell.cellIndex));
    if (columns.size !== 1 || columns.has(0)) continue;
    for (const row of table.rows) if (row.cells[[...columns][0]]) row.cells[[...columns][0]].classList.add("verdict");
  }
  // Only a table that scrolls is a stop for the keyboard.
  const holders = document.querySelectorAll(".table-scroll");
  const markScrolling = () => {
    const scrolling = Array.from(holders, (holder) => holder.scrollWidth > holder.clientWidth + 1);
    holders.forEach((holder, position) => {
      if (scrolling[position]) holder.tabIndex = 0;
      else holder.removeAttribute("tabindex");
    });
  };
  window.addEventListener("resize", markScrolling);
  markScrolling();

  // Where a value comes from: shown when pointed at, when reached by keyboard, and when touched.
  const note = create("div", { id: "origin-note", className: "origin-note", role: "tooltip", hidden: true });
  document.body.append(note);
  const hideNote = () => { note.hidden = true; };
  const showNote = (origin) => {
    note.textContent = origin.dataset.origin;
    note.hidden = false;
    const box = origin.getBoundingClientRect();
    const left = Math.min(box.left, document.documentElement.clientWidth - note.offsetWidth - 8);
    const isBelow = box.bottom + note.offsetHeight + 8 < window.innerHeight;
    note.style.left = `${Math.max(8, left)}px`;
    note.style.top = `${isBelow ? box.bottom + 4 : box.top - note.offsetHeight - 4}px`;
  };
  for (const origin of main.querySelectorAll(".origin[title]")) {
    origin.dataset.origin = origin.title;
    origin.removeAttribute("title");
    // In a table of many such values only one is a stop for the keyboard; the arrow keys lead to the others.
    const table = origin.closest("table");
    const others = Array.from(table ? table.querySelectorAll(".origin") : [origin]);
    origin.tabIndex = others.indexOf(origin) ? -1 : 0;
    origin.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      const next = step && others[others.indexOf(origin) + step];
      if (!next) return;
      event.preventDefault();
      origin.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
    origin.setAttribute("role", "button");
    origin.setAttribute("aria-describedby", note.id);
    for (const name of ["mouseenter", "focus", "click"]) origin.addEventListener(name, () => showNote(origin));
    origin.addEventListener("mouseleave", (event) => { if (event.relatedTarget !== note) hideNote(); });
    origin.addEventListener("blur", hideNote);
    origin.addEventListener("keydown", (event) => { if (event.key === "Enter") showNote(origin); });
  }
  note.addEventListener("mouseleave", hideNote);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideNote(); });
  // The keyboard reaches a value that is out of sight by moving the page: its note goes along. Any other note is hidden.
  const followScroll = () => {
    const reached = main.querySelector(".origin:focus-visible");
    if (reached && !note.hidden) showNote(reached);
    else hideNote();
  };
  document.addEventListener("scroll", followScroll, { passive: true, capture: true });

  // Search in the whole page: every paragraph, row, caption and heading that holds all the words.
  const MOST_RESULTS = 60;
  const AROUND = 24;
  const contents = document.getElementById("TOC");
  const parts = Array.from(main.querySelectorAll("h1, h2, h3, h4, p, li, tr, figcaption, pre"))
    .filter((part) => !part.querySelector("p, li, tr, pre"))
    .map((part) => ({ part, shown: said(part), text: folded(said(part)) }));
  const sectionOf = (part) => {
    const section = part.closest("section[id], div.section[id]");
    const heading = section && section.querySelector("h1, h2, h3, h4");
    return { id: section ? section.id : "top", title: heading ? said(heading) : "" };
  };
  const excerpt = ({ shown, text }, word) => {
    // A sign that folds into several shifts all places behind it.
    const whole = shown.length === text.length ? shown : text;
    const at = text.indexOf(word);
    const [from, to] = [Math.max(0, at - AROUND), at + word.length + AROUND];
    const end = (isCut) => (isCut ? "…" : "");
    return [end(from > 0) + whole.slice(from, at), create("mark", { textContent: whole.slice(at, at + word.length) }),
      whole.slice(at + word.length, to) + end(to < whole.length)];
  };
  const goTo = (part) => {
    for (const row of part.closest("tr[hidden]") ? [part.closest("tr")] : []) row.hidden = false;
    part.tabIndex = -1;
    part.scrollIntoView({ block: "center" });
    part.focus({ preventScroll: true });
    part.classList.add("found");
    part.addEventListener("blur", () => { part.classList.remove("found"); part.removeAttribute("tabindex"); }, { once: true });
  };
  const makeSearch = () => {
    const input = create("input", { type: "search", placeholder: say("search"), ariaLabel: say("search") });
    const count = create("p", { className: "search-count", role: "status" });
    const results = create("ol", { className: "search-results", hidden: true });
    const form = create("form", { className: "search", role: "search" }, input, count, results);
    const clear = () => { input.value = ""; update(); };
    const result = (item, wanted) => {
      const { part, shown } = item;
      const { id, title } = sectionOf(part);
      const label = create("span", { className: "muted", textContent: title });
      const link = create("a", { href: `#${id}` }, ...(shown === title ? [] : [label, " "]), ...excerpt(item, wanted[0]));
      link.addEventListener("click", (event) => {
        event.preventDefault();
        if (isNarrow.matches) clear();
        history.pushState(null, "", `#${id}`);
        goTo(part);
      });
      return create("li", {}, link);
    };
    const update = () => {
      const wanted = folded(input.value).split(" ").filter(Boolean);
      const found = wanted.length ? parts.filter(({ text }) => wanted.every((word) => text.includes(word))) : [];
      results.replaceChildren(...found.slice(0, MOST_RESULTS).map((item) => result(item, wanted)));
      results.hidden = !found.length;
      count.textContent = wanted.length ? say(found.length === 1 ? "found_one" : "found", { count: found.length }) : "";
    };
    let waiting = 0;
    input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(update, 120); });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(waiting);
      update();
      const first = results.querySelector("a");
      if (first) first.focus();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { clear(); input.focus(); return; }
      const links = [input, ...results.querySelectorAll("a")];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      links[Math.min(links.length - 1, Math.max(0, links.indexOf(document.activeElement) + step))].focus();
    });
    document.addEventListener("keydown", (event) => {
      const isTyping = event.target.closest("input, select, textarea, dialog");
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.focus();
    });
    return form;
  };
  if (contents) contents.prepend(makeSearch());

  // Contents: folded on narrow screens; elsewhere the current section is marked, kept in sight and unfolded.
  const details = contents && contents.querySelector("details");
  if (!details) return;
  const fold = () => { details.open = !isNarrow.matches; };
  isNarrow.addEventListener("change", fold);
  fold();
  details.addEventListener("click", (event) => { if (isNarrow.matches && event.target.closest("a")) details.open = false; });
  const entries = Array.from(details.querySelectorAll("a[href^='#']"), (link) => ({
    link, section: document.getElementById(decodeURIComponent(link.hash.slice(1))),
  })).filter(({ section }) => section);
  const BELOW_HEAD = 100;
  let current = null;
  const mark = () => {
    const isAtEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2;
    const passed = entries.filter(({ section }) => isAtEnd || section.getBoundingClientRect().top <= BELOW_HEAD);
    const next = (passed.at(-1) || entries[0]).link;
    if (next === current) return;
    if (current) current.removeAttribute("aria-current");
    current = next;
    current.setAttribute("aria-current", "location");
    for (const entry of details.querySelectorAll("li")) entry.classList.toggle("is-current", entry.contains(current));
    if (isNarrow.matches) return;
    const [box, frame] = [current.getBoundingClientRect(), contents.getBoundingClientRect()];
    if (box.top < frame.top + 60 || box.bottom > frame.bottom - 30) contents.scrollTop += box.top - frame.top - frame.height / 3;
  };
  let isWaiting = false;
  window.addEventListener("scroll", () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => { isWaiting = false; mark(); });
  }, { passive: true });
  if (entries.length) mark();
})();

// The charts and the table of questions. Text reaches the page through textContent only, so that nothing in a
// question, a document or an answer is ever read as HTML.
(() => {
  "use strict";
  const PAGE = 25;
  const read = (node) => JSON.parse(node.textContent);
  const about = read(document.getElementById("about"));

  function el(tag, kind, text) {
    const node = document.createElement(tag);
    if (kind) node.className = kind;
    if (text !== undefined && text !== null) node.textContent = text;
    return node;
  }

  // Charts ------------------------------------------------------------------------------------------------

  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function theme() {
    const style = getComputedStyle(document.documentElement);
    const [text, quiet, grid] = ["--text", "--quiet", "--line"].map((name) => style.getPropertyValue(name).trim());
    const font = style.fontFamily;
    return {
      background: "transparent", font, view: { stroke: null },
      axis: { labelColor: quiet, titleColor: text, gridColor: grid, domainColor: grid, tickColor: grid,
        labelFontSize: 12, titleFontSize: 12, titleFontWeight: 600, titlePadding: 10,
        labelLimit: window.innerWidth < 700 ? 160 : 240 },
    };
  }

  async function drawCharts() {
    const charts = read(document.getElementById("chart-data"));
    const boxes = document.querySelectorAll("#charts .chart");
    const draw = async () => {
      for (const [at, chart] of charts.entries()) {
        await window.vegaEmbed(boxes[at], chart.spec, {
          renderer: "svg", config: theme(), tooltip: { theme: dark.matches ? "dark" : "light" },
          // Without it expressions are compiled, which the page's policy forbids.
          ast: true,
          actions: { export: { svg: true, png: true }, source: false, compiled: false, editor: false },
          downloadFileName: chart.name,
        });
      }
    };
    dark.addEventListener("change", draw);
    await draw();
  }

  // Questions ---------------------------------------------------------------------------------------------

  const section = document.getElementById("questions");
  const rows = [];
  for (const block of document.querySelectorAll("script.rows")) {
    rows.push(...read(block));
    block.remove();
  }
  const column = (name) => about.columns.indexOf(name);
  const at = { latency: column("latency_ms"), confidence: column("confidence") };
  const latency = (row) => (row.scores && at.latency >= 0 ? row.scores[at.latency] ?? null : null);
  const title = (document) => about.documents[document] || document;
  const state = { text: "", outcome: "", tag: "", order: "asked", page: 0 };

  // Everything that is shown of a question can be searched; made when it is first needed.
  function haystack(row) {
    row.haystack ??= [
      row.id, row.question, row.standalone, row.text, row.short, row.error, ...row.answers, ...row.tags,
      ...row.quotes.flat(), ...row.history.flat(),
      ...(row.citations || []).flatMap((one) => [title(one[0]), one[4], one[6]]),
    ].filter(Boolean).join("\n").toLocaleLowerCase();
    return row.haystack;
  }

  const ORDERS = {
    asked: ["As finished", null],
    unsure: ["Least confident first", (row) => row.confidence ?? 2],
    sure: ["Most confident first", (row) => -(row.confidence ?? -1)],
    slow: ["Slowest first", (row) => -(latency(row) ?? -1)],
  };

  function chosen() {
    const words = state.text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const found = rows.filter((row) =>
      (!state.outcome || row.outcome === state.outcome) && (!state.tag || row.tags.includes(state.tag)) &&
      words.every((word) => haystack(row).includes(word)));
    const key = ORDERS[state.order][1];
    return key ? found.map((row, place) => [key(row), place, row]).sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .map((one) => one[2]) : found;
  }

  function select(label, options, name) {
    const wrap = el("label", "", label);
    const node = el("select");
    for (const [value, text] of options) {
      const option = el("option", "", text);
      option.value = value;
      node.append(option);
    }
    node.addEventListener("change", () => change({ [name]: node.value }));
    wrap.append(node);
    return wrap;
  }

  function counted(values) {
    const counts = new Map();
    for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
    return counts;
  }

  const count = el("p", "count");
  const list = el("div", "rows");
  const pager = el("nav", "pager");

  function change(values) {
    Object.assign(state, { page: 0 }, values);
    draw();
  }

  function begin() {
    const known = Object.keys(about.colours);
    const outcomes = [...counted(rows.map((row) => row.outcome))]
      .sort((a, b) => (known.indexOf(a[0]) + 99) % 99 - (known.indexOf(b[0]) + 99) % 99);
    const tags = [...counted(rows.flatMap((row) => [...new Set(row.tags)]))].sort((a, b) => (a[0] < b[0] ? -1 : 1));
    const bar = el("div", "filters");
    const search = el("label", "search", "Search");
    const input = el("input");
    input.type = "search";
    input.placeholder = "Words of a question, answer, quote or title";
    let timer = 0;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => change({ text: input.value }), 150);
    });
    search.append(input);
    const number = (value) => value.toLocaleString("en");
    bar.append(search, select("Outcome", [["", `All (${number(rows.length)})`],
      ...outcomes.map(([name, n]) => [name, `${name} (${number(n)})`])], "outcome"));
    if (tags.length) {
      bar.append(select("Tag", [["", "All"], ...tags.map(([name, n]) => [name, `${name} (${number(n)})`])], "tag"));
    }
    bar.append(select("Order", Object.entries(ORDERS).map(([name, [label]]) => [name, label]), "order"));
    count.setAttribute("role", "status");
    pager.setAttribute("aria-label", "Pages of questions");
    section.append(bar, count, list, pager);
    draw();
  }

  function draw() {
    const found = chosen();
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    state.page = Math.min(state.page, pages - 1);
    const first = state.page * PAGE;
    const here = found.slice(first, first + PAGE);
    count.textContent = found.length
      ? `${(first + 1).toLocaleString("en")}–${(first + here.length).toLocaleString("en")} of ${found.length.toLocaleString("en")}`
      : rows.length ? "No question fits." : "No question has been finished.";
    list.replaceChildren(...here.map(item));
    pager.replaceChildren();
    if (pages < 2) return;
    const turn = (label, page, off) => {
      const node = el("button", "", label);
      node.type = "button";
      node.disabled = off;
      node.addEventListener("click", () => {
        state.page = page;
        draw();
        section.scrollIntoView();
      });
      return node;
    };
    pager.append(
      turn("First", 0, state.page === 0), turn("Previous", state.page - 1, state.page === 0),
      el("span", "", `Page ${(state.page + 1).toLocaleString("en")} of ${pages.toLocaleString("en")}`),
      turn("Next", state.page + 1, state.page === pages - 1), turn("Last", pages - 1, state.page === pages - 1));
  }

  function badge(outcome) {
    const node = el("span", "badge", outcome);
    node.style.setProperty("--tone", about.colours[outcome] || "#87929a");
    return node;
  }

  function item(row) {
    const box = el("details", "row");
    const head = el("summary");
    const said = el("span", "said");
    said.append(el("span", "question", row.question), el("span", "answer", row.error || row.short || row.text));
    const facts = el("span", "facts");
    if (row.confidence != null) facts.append(el("span", "", `${(100 * row.confidence).toFixed(0)} % sure`));
    if (latency(row) !== null) facts.append(el("span", "", `${Math.round(latency(row)).toLocaleString("en")} ms`));
    head.append(badge(row.outcome), said, facts);
    box.append(head);
    // Made when it is opened: most never are.
    box.addEventListener("toggle", () => {
      if (box.open && !box.querySelector(".inside")) box.append(inside(row));
    });
    return box;
  }

  function part(box, name, ...nodes) {
    if (!nodes.length) return;
    const wrap = el("section");
    wrap.append(el("h3", "", name), ...nodes);
    box.append(wrap);
  }

  function inside(row) {
    const box = el("div", "inside");
    const tags = [["Id", row.id], ["Status", row.status], ["Tags", row.tags.join(", ")]].filter((one) => one[1]);
    box.append(el("p", "quiet", tags.map((one) => one.join(": ")).join(" · ")));
    part(box, "Before", ...row.history.map(([question, answer]) => el("p", "", `${question} — ${answer}`)));
    if (row.standalone) part(box, "Understood as", el("p", "", row.standalone));
    if (row.error) part(box, "Error", el("p", "error", row.error));
    if (row.text) part(box, "Answer", ...answer(row));
    part(box, "Citations", ...(row.citations || []).map(citation));
    part(box, "Right answers", ...(row.answerable === false ? [el("p", "", "The documents do not answer this.")] : []),
      ...row.answers.map((one) => el("p", "", one)));
    part(box, "Right quotes", ...row.quotes.map(([document, text]) => {
      const node = el("blockquote", "", text || "The whole document");
      node.append(el("cite", "", document));
      return node;
    }));
    if (row.passages?.length) part(box, "Passages", passages(row.passages));
    if (row.scores?.some((one) => one != null)) part(box, "Scores", scores(row.scores));
    return box;
  }

  function answer(row) {
    const nodes = [];
    if (row.short) nodes.push(el("p", "short", row.short));
    const text = el("p", "text");
    if (!row.sentences.length) text.textContent = row.text;
    for (const [words, support, marks] of row.sentences) {
      text.append(el("span", support, words), ` ${marks.map((one) => `[${one}]`).join("")} `);
      if (support && support !== "supported") text.append(el("em", "verdict", support), " ");
    }
    nodes.push(text, ...row.warnings.map((one) => el("p", "error", one)));
    return nodes;
  }

  function citation([document, number, start, end, quote, highlight, heading, page]) {
    const node = el("blockquote");
    node.append(el("b", "", `[${number}] `));
    if (highlight && highlight[0] >= start && highlight[1] <= end) {
      // Offsets count characters, and characters beyond the first plane are two units in JavaScript.
      const letters = [...quote];
      const [from, to] = [highlight[0] - start, highlight[1] - start];
      node.append(letters.slice(0, from).join(""), el("mark", "", letters.slice(from, to).join("")), letters.slice(to).join(""));
    } else node.append(quote ?? "");
    const where = [title(document), heading, page && `page ${page}`, `${start}–${end}`, document !== title(document) && document];
    node.append(el("cite", "", where.filter(Boolean).join(" · ")));
    return node;
  }

  function passages(found) {
    const node = el("ol", "passages");
    for (const [document, start, end, score, heading] of found) {
      node.append(el("li", "", [title(document), heading, `${start}–${end}`, score != null && `score ${score}`]
        .filter(Boolean).join(" · ")));
    }
    return node;
  }

  function scores(values) {
    const node = el("dl", "scores");
    about.columns.forEach((name, place) => {
      if (values[place] == null) return;
      const pair = el("div");
      const term = el("dt", "", name);
      if (about.metrics[name]) term.title = about.metrics[name].title;
      pair.append(term, el("dd", "", values[place].toLocaleString("en", { maximumFractionDigits: 3 })));
      node.append(pair);
    });
    return node;
  }

  begin();
  drawCharts();
})();

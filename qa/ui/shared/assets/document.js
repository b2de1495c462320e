export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const [root, fresh] = canvas(parentElement, "document", data.key + ":" + data.document);
  root.act = (name) => setTriggerValue("action", name);
  if (!fresh) return;
  const head = el("header", "head");
  const line = el("div", "bar");
  const facts = [...data.facts, data.page ? `page ${data.page}` : "", data.recognised];
  line.append(el("p", "facts quiet", facts.filter(Boolean).join(" · ")));
  const close = button("close", "Close", () => root.act("close"));
  close.setAttribute("aria-label", "Close the document");
  line.append(close);
  head.append(line, el("h3", "title", data.title));
  const source = el("p", "origin quiet", data.file);
  source.title = data.source;
  head.append(source);
  if (data.change) {
    const change = el("p", "change", data.change);
    change.setAttribute("role", "note");
    head.append(change);
  }
  if (data.lost) head.append(el("blockquote", "lost", data.lost));
  const page = el("div", "page");
  page.tabIndex = 0;
  page.setAttribute("role", "document");
  page.setAttribute("aria-label", data.title);
  if (data.hidden_before) page.append(more(root, data.hidden_before, "before this"));
  const text = el("div", "text");
  append(text, data.before);
  let mark = null;
  if (data.quoted_table) {
    const drawn = table(data.quoted_table);
    text.append(drawn);
    mark = drawn.querySelector(".span") ?? drawn.querySelector(".quote");
  } else if (data.quote) {
    mark = el("mark", "quote");
    mark.append(document.createTextNode(data.quote.lead));
    if (data.quote.answer) mark.append(el("mark", "span", data.quote.answer));
    mark.append(document.createTextNode(data.quote.rest));
    text.append(mark);
  }
  append(text, data.after);
  page.append(text);
  if (data.hidden_after) page.append(more(root, data.hidden_after, "after this"));
  root.append(head, page);
  // Two frames: the first lays the text out, in the second its places are known.
  requestAnimationFrame(() => requestAnimationFrame(() => show(root, page, mark)));
}

function append(text, runs) {
  for (const run of runs)
    text.append(run.type === "text" ? document.createTextNode(run.text) : run.type === "table" ? table(run) : el("span", run.type, run.text));
}

function table(run) {
  const drawn = el("table");
  if (run.caption) drawn.append(el("caption", "", run.caption));
  const body = el("tbody");
  for (const cells of run.rows) {
    const row = el("tr");
    for (const cell of cells) {
      const node = el(cell.head ? "th" : "td");
      node.rowSpan = cell.rowspan;
      node.colSpan = cell.colspan;
      if (cell.mark) node.append(el("mark", cell.mark === "answer" ? "span" : "quote", cell.text));
      else node.textContent = cell.text;
      row.append(node);
    }
    body.append(row);
  }
  drawn.append(body);
  return drawn;
}

function more(root, count, where) {
  return button("more", `${count.toLocaleString("en")} characters ${where}: show the whole document`, () => root.act("whole"));
}

// Moves the text, not the conversation, unless the document stands below it on a narrow screen.
function show(root, page, mark) {
  if (window.matchMedia("(max-width: 640px)").matches) root.scrollIntoView({ block: "start" });
  if (!mark) return;
  const offset = mark.getBoundingClientRect().top - page.getBoundingClientRect().top;
  page.scrollTop += offset - Math.max(24, (page.clientHeight - mark.getBoundingClientRect().height) / 3);
}

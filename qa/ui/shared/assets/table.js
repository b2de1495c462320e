const PAGE_ROWS = 100; // rows that are drawn at first, and added by "Show more"
const COLUMNS = [
  ["title", "Title"],
  ["publisher", "Publisher"],
  ["published", "Published"],
  ["topics", "Topics"],
  ["format", "Format"],
  ["passages", "Passages"],
  ["added", "Added"],
];

// Search, filters, order and ticks live here, so that they answer at once; the page hears of ticks and of
// a title that was clicked, together with the view (search, filters, order), so that it looks the same when it comes back.
export default function (component) {
  const { data: [data], parentElement, setTriggerValue } = component;
  const { selected, selection_number, view, rows } = data;
  const [root, fresh] = canvas(parentElement, "table", JSON.stringify(rows));
  root.report = (event) => setTriggerValue("choice", { view: root.view, ...event });
  root.view ??= { words: "", topic: "", format: "", dated: "", by: "title", down: false, ...view };
  // What was ticked here is newer than what the page knows, unless the page changed it itself.
  if (root.selectionNumber !== selection_number) {
    root.selectionNumber = selection_number;
    root.selected = new Set(selected);
    if (!fresh) refresh(root);
  }
  if (!fresh) return;
  root.rows = rows.map((row) => ({
    ...row,
    searchable: [row.title, row.publisher, ...row.topics, row.source].join("\n").toLocaleLowerCase(),
  }));
  root.shown = PAGE_ROWS;
  draw(root);
  refresh(root);
}

function draw(root) {
  const bar = el("div", "bar");
  const find = el("input", "find");
  find.type = "search";
  find.placeholder = "Search title, publisher, topics, source";
  find.setAttribute("aria-label", "Search the documents");
  find.value = root.view.words;
  find.addEventListener("input", () => changeView(root, { words: find.value }));
  bar.append(find);
  const topics = [...new Set(root.rows.flatMap((row) => row.topics))].sort((a, b) => a.localeCompare(b, "en"));
  const formats = [...new Set(root.rows.map((row) => row.format))].sort();
  if (topics.length) bar.append(filter(root, "topic", "Topic", [["", "All topics"], ...topics.map((topic) => [topic, topic])]));
  if (formats.length > 1) bar.append(filter(root, "format", "Format", [["", "All formats"], ...formats.map((format) => [format, format])]));
  bar.append(filter(root, "dated", "Date", [["", "Any date"], ["yes", "With a date"], ["no", "Undated"]]));
  const order = filter(root, "by", "Order by", COLUMNS.map(([name, title]) => [name, `By ${title.toLowerCase()}`]));
  order.classList.add("order");
  bar.append(order);
  const count = el("p", "count quiet");
  count.setAttribute("role", "status");
  const table = el("table");
  const head = el("tr");
  const all = tick("Choose all that are shown", (on) => select(root, filteredRows(root).map((row) => row.id), on));
  const cell = el("th", "tick");
  cell.append(all);
  head.append(cell);
  for (const [name, title] of COLUMNS) {
    const column = el("th", name);
    column.scope = "col";
    column.dataset.by = name;
    column.append(button("sort", title, () => changeView(root, { by: name, down: root.view.by === name && !root.view.down })));
    head.append(column);
  }
  const top = el("thead");
  top.append(head);
  table.append(top, el("tbody"));
  root.append(bar, count, table, button("more", "", () => { root.shown += PAGE_ROWS; refresh(root); }));
}

function filter(root, name, label, options) {
  const choice = el("select", name);
  choice.setAttribute("aria-label", label);
  for (const [value, text] of options) {
    const option = el("option", "", text);
    option.value = value;
    choice.append(option);
  }
  // What it was set to may be gone with the last document that had it.
  if (!options.some(([value]) => value === root.view[name])) root.view[name] = options[0][0];
  choice.value = root.view[name];
  choice.addEventListener("change", () => changeView(root, { [name]: choice.value }));
  return choice;
}

function changeView(root, change) {
  root.view = { ...root.view, ...change };
  root.shown = PAGE_ROWS;
  refresh(root);
}

function filteredRows(root) {
  const { words, topic, format, dated, by, down } = root.view;
  const terms = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const rows = root.rows.filter((row) =>
    terms.every((word) => row.searchable.includes(word)) &&
    (!topic || row.topics.includes(topic)) &&
    (!format || row.format === format) &&
    (!dated || (dated === "yes") === Boolean(row.published)));
  return rows.sort((a, b) => {
    const [left, right] = [value(a, by), value(b, by)];
    // What has no value comes last, in either direction.
    if ((left === "") !== (right === "")) return left === "" ? 1 : -1;
    const order = typeof left === "number" ? left - right : left.localeCompare(right, "en", { numeric: true });
    return (down ? -order : order) || a.title.localeCompare(b.title, "en") || (a.id < b.id ? -1 : 1);
  });
}

function value(row, by) {
  if (by === "added") return row.moment;
  return by === "topics" ? row.topics.join(", ") : row[by];
}

function refresh(root) {
  const rows = filteredRows(root);
  const drawn = rows.slice(0, root.shown);
  root.querySelector("tbody").replaceChildren(...drawn.map((row) => drawRow(root, row)));
  for (const column of root.querySelectorAll("th[data-by]")) {
    const here = column.dataset.by === root.view.by;
    column.setAttribute("aria-sort", !here ? "none" : root.view.down ? "descending" : "ascending");
  }
  const order = root.querySelector("select.by");
  if (order) order.value = root.view.by;
  const more = root.querySelector(".more");
  more.hidden = rows.length <= drawn.length;
  more.textContent = `Show more (${(rows.length - drawn.length).toLocaleString("en")})`;
  drawCount(root, rows);
}

function drawCount(root, rows) {
  const parts = [`${rows.length.toLocaleString("en")} of ${root.rows.length.toLocaleString("en")}`];
  if (root.selected.size) parts.push(`${root.selected.size.toLocaleString("en")} chosen`);
  root.querySelector(".count").textContent = rows.length ? parts.join(" · ") : "No document fits: change the search or the filters.";
  const all = root.querySelector("thead input");
  const ticked = rows.filter((row) => root.selected.has(row.id)).length;
  all.checked = rows.length > 0 && ticked === rows.length;
  all.indeterminate = ticked > 0 && ticked < rows.length;
}

function drawRow(root, row) {
  const line = el("tr");
  const box = tick(`Choose ${row.title}`, (on) => select(root, [row.id], on));
  box.checked = root.selected.has(row.id);
  box.dataset.id = row.id;
  const first = el("td", "tick");
  first.append(box);
  const title = el("td", "title");
  title.append(button("open", row.title, () => root.report({ selected: [...root.selected], open: row.id })));
  const name = el("span", "name", row.name);
  name.title = row.source;
  title.append(name);
  line.append(first, title, field("publisher", row.publisher), field("published", row.published || "Undated"));
  const topics = field("topics", "");
  for (const topic of row.topics) topics.append(el("span", "chip", topic));
  line.append(topics, field("format", row.format), field("passages", row.passages.toLocaleString("en")), field("added", row.added));
  return line;
}

function field(name, text) {
  const cell = el("td", name, text);
  cell.dataset.label = COLUMNS.find(([column]) => column === name)[1];
  return cell;
}

function tick(label, onTick) {
  const box = el("input");
  box.type = "checkbox";
  box.setAttribute("aria-label", label);
  box.addEventListener("change", () => onTick(box.checked));
  return box;
}

function select(root, ids, on) {
  for (const id of ids) on ? root.selected.add(id) : root.selected.delete(id);
  for (const box of root.querySelectorAll("tbody input")) box.checked = root.selected.has(box.dataset.id);
  drawCount(root, filteredRows(root));
  root.report({ selected: [...root.selected] });
}

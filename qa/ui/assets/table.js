const PART = 100; // rows that are drawn at first, and added by "Show more"
const COLUMNS = [
  ["title", "Title"],
  ["publisher", "Publisher"],
  ["published", "Published"],
  ["topics", "Topics"],
  ["format", "Format"],
  ["passages", "Passages"],
  ["added", "Added"],
];

// Search, filters, order and ticks live here, so that they answer at once; the page is told of ticks and of
// a title that was clicked, together with how the table looks, so that it looks the same when it comes back.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const { chosen, choosing, looking, rows } = data;
  const [root, fresh] = canvas(parentElement, "table", JSON.stringify(rows));
  root.tell = (said) => setTriggerValue("choice", { looking: root.looking, ...said });
  root.looking ??= { words: "", topic: "", format: "", dated: "", by: "title", down: false, ...looking };
  // What was ticked here is newer than what the page knows, unless the page changed it itself.
  if (root.choosing !== choosing) {
    root.choosing = choosing;
    root.chosen = new Set(chosen);
    if (!fresh) refresh(root);
  }
  if (!fresh) return;
  root.rows = rows.map((row) => ({
    ...row,
    found: [row.title, row.publisher, ...row.topics, row.source].join("\n").toLocaleLowerCase(),
  }));
  root.shown = PART;
  draw(root);
  refresh(root);
}

function draw(root) {
  const bar = el("div", "bar");
  const find = el("input", "find");
  find.type = "search";
  find.placeholder = "Search title, publisher, topics, source";
  find.setAttribute("aria-label", "Search the documents");
  find.value = root.looking.words;
  find.addEventListener("input", () => look(root, { words: find.value }));
  bar.append(find);
  const topics = [...new Set(root.rows.flatMap((row) => row.topics))].sort((a, b) => a.localeCompare(b, "en"));
  const formats = [...new Set(root.rows.map((row) => row.format))].sort();
  if (topics.length) bar.append(filter(root, "topic", "Topic", [["", "All topics"], ...topics.map((one) => [one, one])]));
  if (formats.length > 1) bar.append(filter(root, "format", "Format", [["", "All formats"], ...formats.map((one) => [one, one])]));
  bar.append(filter(root, "dated", "Date", [["", "Any date"], ["yes", "With a date"], ["no", "Undated"]]));
  const order = filter(root, "by", "Order by", COLUMNS.map(([name, title]) => [name, `By ${title.toLowerCase()}`]));
  order.classList.add("order");
  bar.append(order);
  const count = el("p", "count quiet");
  count.setAttribute("role", "status");
  const table = el("table");
  const head = el("tr");
  const all = tick("Choose all that are shown", (on) => choose(root, matching(root).map((row) => row.id), on));
  const cell = el("th", "tick");
  cell.append(all);
  head.append(cell);
  for (const [name, title] of COLUMNS) {
    const column = el("th", name);
    column.scope = "col";
    column.dataset.by = name;
    column.append(button("sort", title, () => look(root, { by: name, down: root.looking.by === name && !root.looking.down })));
    head.append(column);
  }
  const top = el("thead");
  top.append(head);
  table.append(top, el("tbody"));
  root.append(bar, count, table, button("more", "", () => { root.shown += PART; refresh(root); }));
}

function filter(root, name, label, options) {
  const choice = el("select", name);
  choice.setAttribute("aria-label", label);
  for (const [value, text] of options) {
    const one = el("option", "", text);
    one.value = value;
    choice.append(one);
  }
  // What it was set to may be gone with the last document that had it.
  if (!options.some(([value]) => value === root.looking[name])) root.looking[name] = options[0][0];
  choice.value = root.looking[name];
  choice.addEventListener("change", () => look(root, { [name]: choice.value }));
  return choice;
}

function look(root, change) {
  root.looking = { ...root.looking, ...change };
  root.shown = PART;
  refresh(root);
}

function matching(root) {
  const { words, topic, format, dated, by, down } = root.looking;
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const found = root.rows.filter((row) =>
    wanted.every((word) => row.found.includes(word)) &&
    (!topic || row.topics.includes(topic)) &&
    (!format || row.format === format) &&
    (!dated || (dated === "yes") === Boolean(row.published)));
  return found.sort((a, b) => {
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
  const found = matching(root);
  const drawn = found.slice(0, root.shown);
  root.querySelector("tbody").replaceChildren(...drawn.map((row) => drawRow(root, row)));
  for (const column of root.querySelectorAll("th[data-by]")) {
    const here = column.dataset.by === root.looking.by;
    column.setAttribute("aria-sort", !here ? "none" : root.looking.down ? "descending" : "ascending");
  }
  const order = root.querySelector("select.by");
  if (order) order.value = root.looking.by;
  const more = root.querySelector(".more");
  more.hidden = found.length <= drawn.length;
  more.textContent = `Show more (${(found.length - drawn.length).toLocaleString("en")})`;
  count(root, found);
}

function count(root, found) {
  const parts = [`${found.length.toLocaleString("en")} of ${root.rows.length.toLocaleString("en")}`];
  if (root.chosen.size) parts.push(`${root.chosen.size.toLocaleString("en")} chosen`);
  root.querySelector(".count").textContent = found.length ? parts.join(" · ") : "No document fits: change the search or the filters.";
  const all = root.querySelector("thead input");
  const ticked = found.filter((row) => root.chosen.has(row.id)).length;
  all.checked = found.length > 0 && ticked === found.length;
  all.indeterminate = ticked > 0 && ticked < found.length;
}

function drawRow(root, row) {
  const line = el("tr");
  const box = tick(`Choose ${row.title}`, (on) => choose(root, [row.id], on));
  box.checked = root.chosen.has(row.id);
  box.dataset.id = row.id;
  const first = el("td", "tick");
  first.append(box);
  const title = el("td", "title");
  title.append(button("open", row.title, () => root.tell({ chosen: [...root.chosen], open: row.id })));
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
  cell.dataset.label = COLUMNS.find(([one]) => one === name)[1];
  return cell;
}

function tick(label, onTick) {
  const box = el("input");
  box.type = "checkbox";
  box.setAttribute("aria-label", label);
  box.addEventListener("change", () => onTick(box.checked));
  return box;
}

function choose(root, ids, on) {
  for (const id of ids) on ? root.chosen.add(id) : root.chosen.delete(id);
  for (const box of root.querySelectorAll("tbody input")) box.checked = root.chosen.has(box.dataset.id);
  count(root, matching(root));
  root.tell({ chosen: [...root.chosen] });
}

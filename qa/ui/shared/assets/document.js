// What had the keyboard's focus when the document was opened gets it back.
let opener = null;
const TAGS = { list: "ul", numbered: "ol", item: "li", quote: "blockquote", code: "pre", front: "details" };
const LETTERS = { strong: "strong", em: "em", struck: "s", code: "code" };

export default function (component) {
  const { data: [data], parentElement, setTriggerValue } = component;
  const { blocks, picture, ...rest } = data;
  const focused = focusedAct(parentElement);
  const key = JSON.stringify([rest, picture?.data.length, picture?.boxes]);
  const [root, fresh] = canvas(parentElement, "document", key);
  root.act = (name) => {
    if (name === "close") giveBack();
    setTriggerValue("action", name);
  };
  root.trail = data.trail;
  if (!fresh) return;
  if (!root.listens) listen(root);
  placeOver(root);
  const outside = deepFocus();
  if (outside && outside !== document.body && !root.contains(outside)) opener = outside;
  const head = drawHead(root, data);
  const page = el("div", "page");
  page.tabIndex = 0;
  page.setAttribute("role", "document");
  page.setAttribute("aria-label", data.title);
  let mark = null;
  if (picture) {
    page.append(drawPicture(data));
    mark = page.querySelector(".box");
  } else {
    if (data.hidden_before) page.append(more(root, data.hidden_before, "before this"));
    const text = el("div", "text");
    const open = [];
    for (const block of blocks) text.append(drawBlock(block, open));
    tellApart(text.querySelectorAll(".grid"));
    mark = text.querySelector("mark.quote, mark.span");
    page.append(text);
    if (data.hidden_after) page.append(more(root, data.hidden_after, "after this"));
  }
  root.append(head, page);
  // On a phone the document has the focus, as long as it lies over the page.
  if (focused !== null || PHONE.matches) (root.querySelector(`[data-act="${focused ?? "close"}"]:enabled`) ?? page).focus({ preventScroll: true });
  // Two frames: the first lays the text out, in the second its places are known.
  requestAnimationFrame(() => requestAnimationFrame(() => show(page, mark)));
}

const PHONE = window.matchMedia("(max-width: 640px)");

// On a phone over all of the page, elsewhere beside the answer; whether it lies over it.
function placeOver(root) {
  const isOver = root.matches(":popover-open");
  if (PHONE.matches && !isOver) {
    root.popover = "manual";
    root.showPopover();
  } else if (!PHONE.matches && isOver) {
    root.hidePopover();
    root.popover = null;
  }
  return PHONE.matches;
}

function deepFocus() {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node;
}

// The name of the button in the document that has the focus, "" for another place in it, null for none.
function focusedAct(parent) {
  const root = parent.querySelector(".qa");
  const node = root?.getRootNode().activeElement;
  return node && root.contains(node) ? node.dataset.act ?? "" : null;
}

function giveBack() {
  const box = document.querySelector("[data-testid=stChatInputTextArea]");
  (opener?.isConnected ? opener : box)?.focus();
  if (opener?.isConnected) holdPlace(opener);
}

function listen(root) {
  root.listens = true;
  const onKey = (event) => {
    if (!root.isConnected) return document.removeEventListener("keydown", onKey);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const path = event.composedPath().filter((node) => node instanceof Element);
    const inside = path.includes(root);
    const elsewhere = path.some((node) => node.matches("[role=dialog], [role=listbox], [role=menu], [role=combobox]"));
    const typing = path[0]?.matches("input, textarea, select, [contenteditable]");
    if (event.key === "Escape" && (inside || !(typing || elsewhere))) root.act("close");
    else if ((inside || path[0]?.dataset.choice) && !typing && root.trail) {
      if (event.key === "n" && root.trail.position < root.trail.count) root.act("next");
      if (event.key === "p" && root.trail.position > 1) root.act("previous");
    }
  };
  document.addEventListener("keydown", onKey);
  const onTurn = () => (root.isConnected ? placeOver(root) : PHONE.removeEventListener("change", onTurn));
  PHONE.addEventListener("change", onTurn);
}

// `place` names the button where what it does changes.
function tool(root, name, label, title, place = name) {
  const node = button("tool", label, () => root.act(name));
  node.dataset.act = place;
  if (title) node.title = title;
  return node;
}

function drawHead(root, data) {
  const head = el("header", "head");
  const line = el("div", "bar");
  const close = button("close", null, () => root.act("close"));
  close.dataset.act = "close";
  close.title = "Esc";
  close.append(el("span", "wide", "Close"), el("span", "unseen wide", " the document"), el("span", "narrow", "‹ Back to the answer"));
  line.append(el("h3", "title", data.title), close);
  head.append(line, el("p", "facts quiet", [...data.facts, data.recognised].filter(Boolean).join(" · ")));
  const source = el("p", "origin quiet", data.file);
  source.title = data.source;
  head.append(source);
  const tools = el("div", "tools");
  if (data.pinned !== null) tools.append(drawPin(root, data.pinned));
  if (data.trail?.count > 1) tools.append(drawTrail(root, data.trail));
  if (data.view) tools.append(drawViews(root, data));
  if (data.versions.length) tools.append(drawVersions(root, data));
  if (tools.childElementCount) head.append(tools);
  for (const text of [data.removed, data.until, data.change, data.no_picture]) if (text) head.append(note(text));
  if (data.picture?.unmarked) head.append(note("The words can’t be marked on this page: the text shows them."));
  if (data.cited_version) head.append(tool(root, `version:${data.cited_version}`, "Show it as it was when the answer was given"));
  if (data.lost) head.append(el("blockquote", "lost", data.lost));
  return head;
}

function note(text) {
  const line = el("p", "change", text);
  line.setAttribute("role", "note");
  return line;
}

function group(label) {
  const box = el("div", "group");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", label);
  return box;
}

function drawPin(root, isPinned) {
  const pin = tool(root, "pin", isPinned ? "Quote pinned" : "Pin the quote", "To the note, on the page Notes");
  pin.setAttribute("aria-pressed", String(isPinned));
  return pin;
}

function drawTrail(root, trail) {
  const box = group("Citations of the answer");
  const previous = tool(root, "previous", "‹ Previous", "Previous citation (p)");
  const next = tool(root, "next", "Next ›", "Next citation (n)");
  previous.disabled = trail.position <= 1;
  next.disabled = trail.position >= trail.count;
  box.append(previous, el("span", "place", `${trail.position} of ${trail.count}`), next);
  return box;
}

function drawViews(root, data) {
  const box = group("Show");
  for (const [name, label] of [["page", "Page"], ["text", "Text"]]) {
    const node = tool(root, `view:${name}`, label);
    node.setAttribute("aria-pressed", String(data.view === name));
    box.append(node);
  }
  if (data.view === "page" && data.picture) {
    const { shown_page: page, page_count: count } = data;
    const previous = tool(root, `page:${page - 1}`, "‹", "Previous page", "previous-page");
    const next = tool(root, `page:${page + 1}`, "›", "Next page", "next-page");
    for (const node of [previous, next]) node.setAttribute("aria-label", `${node.textContent} ${node.title}`);
    previous.disabled = page <= 1;
    next.disabled = page >= count;
    const zoom = button("tool", "Zoom", () => {
      const isLarge = root.querySelector(".sheet").classList.toggle("large");
      zoom.setAttribute("aria-pressed", String(isLarge));
    });
    zoom.dataset.act = "zoom";
    zoom.setAttribute("aria-pressed", "false");
    box.append(previous, el("span", "place", `Page ${page} of ${count}`), next, zoom);
  }
  return box;
}

function drawVersions(root, data) {
  const choice = el("select", "version");
  choice.dataset.act = "versions";
  choice.setAttribute("aria-label", "Version of the document");
  for (const [place, version] of data.versions.entries()) {
    const option = el("option", "", `Version of ${version.label}${place ? "" : data.removed ? " (last)" : " (latest)"}`);
    option.value = version.choice;
    option.selected = version.choice === data.version;
    choice.append(option);
  }
  choice.addEventListener("change", () => root.act(`version:${choice.value}`));
  return choice;
}

function drawPicture(data) {
  const sheet = el("div", "sheet");
  const image = el("img");
  image.src = data.picture.data;
  image.width = data.picture.width;
  image.height = data.picture.height;
  image.alt = `Page ${data.shown_page} of ${data.page_count}: the words are under “Text”`;
  sheet.append(image);
  for (const box of data.picture.boxes) {
    const node = el("div", box.is_answer ? "box answer" : "box");
    node.style.left = `${100 * box.left}%`;
    node.style.top = `${100 * box.top}%`;
    node.style.width = `${100 * (box.right - box.left)}%`;
    node.style.height = `${100 * (box.bottom - box.top)}%`;
    sheet.append(node);
  }
  return sheet;
}

// Every character of the text is on the page, in order; what the look of the text says is only not seen.
// `open` holds the levels of the headings above, so that none skips one below the title of the pane.
function drawBlock(block, open) {
  if (block.type === "table") return drawTable(block);
  const node = el(TAGS[block.type] ?? "div", "block " + block.type);
  if (block.type === "heading") {
    node.setAttribute("role", "heading");
    while (open.length && open.at(-1) >= block.level) open.pop();
    open.push(block.level);
    node.setAttribute("aria-level", String(Math.min(6, open.length + 3)));
    node.dataset.level = block.level;
  }
  if (block.type === "numbered") node.start = block.level;
  if (block.type === "front") {
    const summary = el("summary");
    summary.setAttribute("aria-label", "About this file");
    node.append(summary);
  }
  appendRuns(node, block.runs ?? []);
  for (const inner of block.blocks ?? []) node.append(drawBlock(inner, open));
  return node;
}

function appendRuns(parent, runs) {
  let quote = null;
  let answer = null;
  for (const run of runs) {
    if (!run.mark) quote = null;
    else if (!quote) parent.append((quote = el("mark", "quote")));
    if (run.mark !== "answer") answer = null;
    else if (!answer) quote.append((answer = el("mark", "span")));
    if (run.page) (quote ?? parent).append(pageSign(run.page));
    (answer ?? quote ?? parent).append(drawRun(run));
    if (run.style === "break") (answer ?? quote ?? parent).append(el("br"));
  }
}

function drawRun(run) {
  if (run.style === "markup" || run.style === "faint") return el("span", run.style, run.text);
  let node = document.createTextNode(run.text);
  for (const style of (run.style ?? "").split(" ").reverse()) {
    if (!LETTERS[style]) continue;
    const outer = el(LETTERS[style]);
    outer.append(node);
    node = outer;
  }
  return node;
}

// Where a page begins; the style writes it, so that it is no text of the document.
function pageSign(number) {
  const sign = el("span", "page-sign");
  sign.dataset.page = number;
  return sign;
}

function drawTable(block) {
  const frame = el("div", "block grid");
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", block.caption || "Table");
  const drawn = el("table");
  if (block.caption) {
    const caption = el("caption", "said");
    caption.dataset.said = block.caption;
    drawn.append(caption);
  }
  const body = el("tbody");
  for (const cells of block.rows) {
    const row = el("tr");
    for (const cell of cells) row.append(drawCell(cell));
    body.append(row);
  }
  drawn.append(body);
  frame.append(drawn, el("span", "markup", block.rest));
  return frame;
}

// Regions of one name would be one to whoever hears them.
function tellApart(frames) {
  const counts = new Map();
  for (const frame of frames) {
    const name = frame.getAttribute("aria-label");
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (counts.get(name) > 1) frame.setAttribute("aria-label", `${name} (${counts.get(name)})`);
  }
}

function drawCell(cell) {
  const node = el(cell.head ? "th" : "td");
  node.rowSpan = cell.rowspan;
  node.colSpan = cell.colspan;
  if (cell.gap) node.append(el("span", "markup", cell.gap));
  const inner = cell.mark ? el("mark", cell.mark === "answer" ? "span" : "quote") : node;
  if (inner !== node) node.append(inner);
  if (cell.said) {
    inner.classList.add("said");
    inner.dataset.said = cell.said;
  }
  appendRuns(inner, cell.runs ?? []);
  return node;
}

function more(root, count, where) {
  return button("more", `${count.toLocaleString("en")} characters ${where}: show the whole document`, () => root.act("whole"));
}

// Moves the text, not the conversation.
function show(page, mark) {
  if (!mark) return;
  const offset = mark.getBoundingClientRect().top - page.getBoundingClientRect().top;
  page.scrollTop += offset - Math.max(24, (page.clientHeight - mark.getBoundingClientRect().height) / 3);
  // A cell far to the right of a wide table, too.
  const frame = mark.closest(".grid");
  const cell = (frame?.querySelector("mark.span") ?? mark).closest("th, td");
  if (frame && cell) showCell(frame, cell);
}

export default function (component) {
  const { data: [data], parentElement, setTriggerValue } = component;
  const { selected, latest, refocus, busy, feedback, pinned, pinned_quotes: pinnedQuotes, ...rest } = data;
  const [root, fresh] = canvas(parentElement, data.answered ? "answer" : "answer refusal", JSON.stringify(rest));
  // The latest one: the buttons outlive a run of the script.
  root.choose = (choice) => setTriggerValue("choice", choice);
  if (fresh) {
    draw(root, data);
    if (latest) showBeginning(root);
    if (refocus) takeFocus(root);
  }
  for (const node of root.querySelectorAll("[data-choice]")) {
    node.setAttribute("aria-pressed", String(node.dataset.choice === selected));
  }
  if (selected && root.selected !== undefined && selected !== root.selected) showMark(root);
  root.selected = selected;
  press(root, { pin: pinned, right: feedback === "right", wrong: feedback === "wrong" });
  // What a click asked for is said once the desk has it.
  if (root.expected?.[0](data)) {
    root.querySelector(".foot .said").textContent = root.expected[1];
    root.expected = null;
  }
  root.isBusy = busy;
  const send = root.querySelector(".meaning .send");
  if (send) send.disabled = busy;
  root.pinnedQuotes = pinnedQuotes;
  root.card.node.querySelector(".pin-quote")?.refresh();
}

// What had the keyboard's focus went with the answer before; this one takes it as soon as it is seen.
function takeFocus(root) {
  const end = performance.now() + 5000;
  const take = () => {
    const isFree = !document.activeElement || document.activeElement === document.body;
    if (isFree && root.checkVisibility()) root.querySelector("button").focus({ preventScroll: true });
    else if (root.isConnected && performance.now() < end) requestAnimationFrame(take);
  };
  take();
}

// The mark of what is open, where another one was clicked than that: "next" in the document leads there.
function showMark(root) {
  const mark = root.querySelector(".cite[aria-pressed=true]");
  const page = scroller(root);
  if (!mark || !page) return;
  const place = mark.getBoundingClientRect();
  if (place.top < 60 || place.bottom > floorOf(page)) page.scrollTop += place.top - page.clientHeight / 3;
}

// Streamlit glides to the end of the page when something is added to it. Of an answer longer than the page the
// beginning is to be read: hold it in view until that movement is over, or the reader moves.
function showBeginning(root) {
  const page = scroller(root);
  if (!page) return;
  untilReaderMoves(root, 2500, () => {
    // Room above for the question, and below for the input.
    const place = root.getBoundingClientRect();
    const down = Math.min(place.top - 150, place.bottom + 8 - floorOf(page));
    if (place.top >= 149 && down <= 1) return;
    // As if the reader had turned the wheel, which ends Streamlit's movement; it does not reach the window.
    page.dispatchEvent(new Event("wheel"));
    page.scrollTop += place.top < 149 ? place.top - 150 : down;
  });
}

// What opens in the document beside it. The page becomes narrower then, and what was clicked stays where it is.
function openFrom(root, node, name) {
  holdPlace(node);
  root.choose(name);
}

function choice(root, className, text, name) {
  const node = button(className, text, () => openFrom(root, node, name));
  node.dataset.choice = name;
  return node;
}

function draw(root, data) {
  root.card?.close();
  root.card = makeCard(root);
  root.withActions = data.with_actions;
  if (data.understood) root.append(drawUnderstood(root, data));
  if (data.doubt && (data.short || !data.lead)) root.append(el("p", "quiet doubt", `${data.doubt}:`));
  if (data.short) root.append(el("p", data.doubt ? "short unsure" : "short", data.short));
  if (data.computed) root.append(drawComputed(root, data.computed));
  if (data.lead) root.append(el("p", "lead", data.lead));
  if (data.suggestion) {
    const line = el("p", "suggestion", "Did you mean ");
    line.append(button("open", data.suggestion, () => root.choose("suggestion")));
    root.append(line);
  }
  if (data.paired) root.append(drawPair(root, data));
  else for (const group of data.groups) root.append(drawGroup(root, group));
  if (data.groups.some((group) => !group.title) && data.sources.length) root.append(drawSources(root, data.sources));
  // Of a refusal it is all that there is.
  drawConditions(root, data.conditions, data.answered ? "Checked" : "Found, without an answer to it");
  for (const warning of data.warnings) {
    const note = el("p", "warning");
    note.setAttribute("role", "note");
    note.append(el("strong", "", "Note: "), document.createTextNode(warning));
    root.append(note);
  }
  if (data.said) root.append(drawSaid(data));
  if (data.looked) root.append(drawLooked(root, data));
  if (data.sent.length) root.append(drawSent(data));
  root.append(drawFoot(root, data));
}

// What the question was understood as, which the reader may say better.
function drawUnderstood(root, data) {
  const line = el("p", "quiet understood", "Understood as: ");
  line.append(el("q", "", data.understood));
  if (!data.with_actions) return line;
  const change = button("open", "Change", () => askMeaning(root, line, change, data.understood));
  change.setAttribute("aria-label", "Change what the question was understood as");
  line.append(document.createTextNode(" "), change);
  return line;
}

function askMeaning(root, line, opener, understood) {
  const meaning = el("textarea");
  meaning.value = understood;
  meaning.rows = 2;
  meaning.maxLength = 4000;
  const end = () => {
    form.replaceWith(line);
    opener.focus({ preventScroll: true });
  };
  const label = el("label", "quiet", "What the question means");
  label.append(meaning);
  const form = drawForm("meaning", "Ask again", [label], end, () => {
    const said = meaning.value.replace(/\s+/g, " ").trim();
    if (said && said !== understood && !root.isBusy) root.choose({ meaning: said });
    end();
  });
  const send = form.querySelector(".send");
  send.disabled = root.isBusy;
  meaning.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!send.disabled) form.requestSubmit();
  });
  line.replaceWith(form);
  meaning.focus();
}

// What was looked at for a refusal, closed: it is no answer.
function drawLooked(root, data) {
  if (!data.passages.length) return el("p", "quiet looked", data.looked);
  const box = el("details", "fold looked");
  const list = el("ol", "passages");
  for (const passage of data.passages) list.append(drawPassage(root, passage));
  box.append(el("summary", "", data.looked), list);
  return box;
}

// What a chat model wrote and is not borne out; closed, so that nobody takes it for the answer.
function drawSaid(data) {
  const box = el("details", "fold");
  box.append(el("summary", "", `What ${data.engine} wrote, which is not borne out`), el("p", "text", data.said));
  return box;
}

function drawSent(data) {
  const box = el("details", "fold");
  const list = el("ol", "sent");
  for (const sent of data.sent) {
    const item = el("li");
    item.append(fillSource(el("p", "source"), sent.title, { date: sent.date }), el("p", "text", sent.text));
    list.append(item);
  }
  const count = data.sent.length;
  box.append(el("summary", "", `What ${data.engine} was shown: ${count} ${count === 1 ? "passage" : "passages"}`), list);
  return box;
}

function drawComputed(root, computed) {
  const line = el("p", "computed", "Worked out by the desk: ");
  line.append(el("span", "how", computed.how));
  addMarks(root, line, computed.marks);
  return line;
}

function drawConditions(root, conditions, label) {
  if (conditions.missing.length) root.append(el("p", "missing", conditions.missing.join(" · ")));
  if (conditions.met.length) root.append(el("p", "quiet checked", `${label}: ${conditions.met.join(" · ")}`));
}

// What holds now beside what an older document says, or what another one says instead.
function drawPair(root, data) {
  const { label, names, is_past: isPast } = data.paired;
  const pair = el("div", "pair");
  for (const [name, isOther] of [[names[0], false], [names[1], true]]) {
    const column = el("div", isOther && isPast ? "column earlier" : "column");
    column.append(el("h3", "side", name));
    for (const group of data.groups) {
      if ((group.side === label) === isOther) column.append(drawGroup(root, { ...group, label: null }));
    }
    pair.append(column);
  }
  return pair;
}

function drawGroup(root, group) {
  const box = el("section", "group");
  if (group.label) box.append(el("h3", "side", group.label));
  if (group.title) {
    const head = choice(root, "source", "", group.choice);
    const { date, heading, recognised } = group;
    box.append(fillSource(head, group.title, { date, heading, recognised }, root));
  }
  const body = el(group.listed ? "ul" : "div", "sentences");
  for (const sentence of group.sentences) {
    const node = drawSentence(root, sentence);
    // What leads to the items of a list is none of them.
    if (group.listed && sentence.leads_in && !body.childElementCount) {
      const line = el("p", "sentences");
      line.append(node);
      box.append(line);
      continue;
    }
    if (group.listed) body.append(el("li", "", ""));
    (group.listed ? body.lastChild : body).append(node, document.createTextNode(" "));
  }
  box.append(body);
  return box;
}

// Title, date and section in one line; what is cut off is shown whole by the card.
function fillSource(node, title, facts, root) {
  node.append(el("span", "title", title));
  for (const [name, fact] of Object.entries(facts)) if (fact) node.append(el("span", name, fact));
  if (root) {
    const fill = (card) => {
      card.append(el("p", "title", title), el("p", "quiet", Object.values(facts).filter(Boolean).join(" · ")));
    };
    const isCut = () => [...node.children].some((part) => part.scrollWidth > part.clientWidth);
    root.card.attach(node, fill, { isTip: true, when: isCut });
  }
  return node;
}

function drawSentence(root, sentence) {
  const node = el(sentence.table ? "div" : "span", "sentence " + sentence.support);
  const [before, answer, after] = sentence.parts;
  if (sentence.lead) node.append(el("span", "lead-in", sentence.lead + (/[?!]$/.test(sentence.lead) ? " " : ": ")));
  if (sentence.table) {
    node.append(drawTable(root, sentence.table, sentence.marks));
  } else if (sentence.pieces.length) {
    node.classList.add("worded");
    for (const [text, isBorneOut] of sentence.pieces) {
      const word = isBorneOut ? document.createTextNode(text) : el("u", "unborne", text);
      if (!isBorneOut) word.title = "Nothing that is cited says this";
      node.append(word);
    }
  } else {
    node.append(document.createTextNode(before));
    if (answer) node.append(el("strong", "", answer));
    node.append(document.createTextNode(after));
  }
  if (!sentence.table) addMarks(root, node, sentence.marks);
  if (sentence.verdict) node.append(document.createTextNode(" "), el("span", "verdict", sentence.verdict));
  return node;
}

// The heads, the rows that are cited, and the cells that answer with their marks. It scrolls where it is wide.
function drawTable(root, table, marks) {
  const byNumber = new Map(marks.map((mark) => [mark.number, mark]));
  const box = el("div", "cells");
  const drawn = el("table");
  if (table.caption || table.numbers.length) {
    const caption = el("caption");
    const title = el("span", "title", table.caption);
    caption.append(title);
    addMarks(root, title, table.numbers.map((number) => byNumber.get(number)).filter(Boolean));
    drawn.append(caption);
  }
  const body = el("tbody");
  for (const cells of table.rows) {
    const row = el("tr");
    for (const cell of cells) {
      const node = el(cell.head ? "th" : "td");
      node.rowSpan = cell.rowspan;
      node.colSpan = cell.colspan;
      if (cell.numbers.length) {
        node.append(el("mark", "cell", cell.text));
        addMarks(root, node, cell.numbers.map((number) => byNumber.get(number)).filter(Boolean));
      } else node.textContent = cell.text;
      if (cell.source.length) addMarks(root, node, cell.source.map((number) => byNumber.get(number)).filter(Boolean));
      row.append(node);
    }
    body.append(row);
  }
  drawn.append(body);
  box.append(drawn);
  const marked = box.querySelector("mark.cell")?.parentElement;
  // Also when a document opens beside it, and there is less room.
  if (marked) new ResizeObserver(() => showCell(box, marked)).observe(box);
  return box;
}

function addMarks(root, node, marks) {
  // The last word and its marks stay on one line.
  const last = node.lastChild;
  const word = last?.nodeType === Node.TEXT_NODE ? /\S{1,24}$/.exec(last.data) : null;
  const end = el("span", "end");
  if (word) end.append(last.splitText(word.index));
  node.append(end);
  for (const mark of marks) {
    const cite = el("button", "cite");
    cite.type = "button";
    cite.append(el("span", "number", String(mark.number)));
    cite.dataset.choice = mark.choice;
    cite.dataset.quote = mark.quote;
    cite.setAttribute("aria-label", mark.label);
    attachCitation(root, cite, mark);
    end.append(document.createTextNode("\u202f"), cite);
  }
}

// A mouse and the keyboard see the card before they click; a finger sees it by its first tap.
function attachCitation(root, cite, mark) {
  const fill = (card, byKeyboard) => {
    const [before, answer, after] = mark.parts;
    const quote = el("blockquote", "", before);
    if (answer) quote.append(el("strong", "", answer));
    quote.append(document.createTextNode(after));
    card.append(quote, el("p", "title", mark.title), el("p", "quiet", mark.facts.join(" · ")));
    if (root.withActions) card.append(drawPinQuote(root, mark.number, byKeyboard));
  };
  const open = () => {
    root.card.close();
    openFrom(root, cite, mark.choice);
  };
  let pointer = "";
  cite.addEventListener("pointerdown", (event) => (pointer = event.pointerType));
  const openDialog = () => {
    root.card.open(cite, (card) => {
      fill(card);
      const go = button("go", "Open in the document", () => {
        cite.focus({ preventScroll: true });
        open();
      });
      card.append(go);
    }, { asDialog: true });
    const first = (!pointer && root.card.node.querySelector(".pin-quote")) || root.card.node.querySelector(".go");
    first.focus({ preventScroll: true });
  };
  cite.addEventListener("keydown", (event) => {
    pointer = "";
    // Into the card, where Tab goes from button to button.
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    openDialog();
  });
  cite.addEventListener("click", () => {
    if (pointer !== "touch" || root.card.isAt(cite)) return open();
    openDialog();
  });
  root.card.attach(cite, fill, { hasButton: root.withActions });
}

function drawPinQuote(root, number, byKeyboard) {
  const node = button("pin-quote", "", () => root.choose(`pin:${number}`));
  node.refresh = () => {
    const isPinned = root.pinnedQuotes.includes(number);
    node.textContent = isPinned ? "Pinned: it is on the page Notes" : byKeyboard ? "Pin this quote: ↓" : "Pin this quote";
    node.setAttribute("aria-pressed", String(isPinned));
  };
  node.refresh();
  return node;
}

function drawSources(root, sources) {
  const list = el("ul", "sources");
  for (const source of sources) {
    const item = el("li");
    const numbers = source.numbers.map((number) => `[${number}]`).join(" ");
    const open = choice(root, "source", "", source.choice);
    const { date, recognised } = source;
    item.append(fillSource(open, source.title, { date, numbers, recognised }, root));
    list.append(item);
  }
  return list;
}

function drawPassage(root, passage) {
  const item = el("li", "passage");
  const { date, heading, recognised } = passage;
  const head = fillSource(el("p", "source"), passage.title, { date, heading, recognised });
  const open = choice(root, "open", "Open in the document", passage.choice);
  open.setAttribute("aria-label", `Open in the document: ${passage.title}`);
  item.append(head, el("p", "text", passage.text), open);
  return item;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const { selected, latest, ...rest } = data;
  const [root, fresh] = canvas(parentElement, data.answered ? "answer" : "answer refusal", JSON.stringify(rest));
  // The latest one: the buttons outlive a run of the script.
  root.choose = (choice) => setTriggerValue("choice", choice);
  if (fresh) {
    draw(root, data);
    if (latest) showBeginning(root);
  }
  for (const node of root.querySelectorAll("[data-choice]")) {
    node.setAttribute("aria-pressed", String(node.dataset.choice === selected));
  }
}

// Streamlit glides to the end of the page when something is added to it. Of an answer longer than the page the
// beginning is to be read: hold it in view until that movement is over, or the reader moves.
function showBeginning(root) {
  const page = scroller(root);
  if (!page) return;
  const deadline = performance.now() + 2500;
  const readerMoved = new AbortController();
  for (const eventType of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    window.addEventListener(eventType, () => readerMoved.abort(), { passive: true, signal: readerMoved.signal });
  }
  const hold = () => {
    if (readerMoved.signal.aborted || !root.isConnected || performance.now() > deadline) return readerMoved.abort();
    // Room above for the question, and below for the input.
    const place = root.getBoundingClientRect();
    const down = Math.min(place.top - 150, place.bottom - (page.clientHeight - 120));
    if (place.top < 149 || down > 1) {
      // As if the reader had turned the wheel, which ends Streamlit's movement; it does not reach the window.
      page.dispatchEvent(new Event("wheel"));
      page.scrollTop += place.top < 149 ? place.top - 150 : down;
    }
    requestAnimationFrame(hold);
  };
  hold();
}

function choice(root, className, text, name) {
  const node = button(className, text, () => root.choose(name));
  node.dataset.choice = name;
  return node;
}

function draw(root, data) {
  if (data.understood) {
    const line = el("p", "quiet understood", "Understood as: ");
    line.append(el("q", "", data.understood));
    root.append(line);
  }
  if (data.short) root.append(el("p", "short", data.short));
  if (data.computed) root.append(drawComputed(root, data.computed));
  if (data.lead) root.append(el("p", "lead", data.lead));
  if (data.suggestion) {
    const line = el("p", "suggestion", "Did you mean ");
    line.append(button("open", data.suggestion, () => root.choose("suggestion")));
    root.append(line);
  }
  for (const group of data.groups) root.append(drawGroup(root, group));
  if (data.groups.some((group) => !group.title) && data.sources.length) root.append(drawSources(root, data.sources));
  if (data.conditions.length) root.append(drawConditions(data.conditions));
  if (!data.answered) {
    root.append(el("h3", "looked", data.passages.length ? "What I looked at" : "Nothing came near it"));
    const list = el("ol", "passages");
    for (const passage of data.passages) list.append(drawPassage(root, passage));
    root.append(list);
  }
  for (const warning of data.warnings) {
    const note = el("p", "warning");
    note.setAttribute("role", "note");
    note.append(el("strong", "", "Note: "), document.createTextNode(warning));
    root.append(note);
  }
  if (data.said) root.append(drawSaid(data));
  if (data.sent.length) root.append(drawSent(data));
  root.append(drawFoot(data));
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
    const head = el("p", "source");
    head.append(el("span", "date", sent.date), el("span", "title", sent.title));
    item.append(head, el("p", "text", sent.text));
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

function drawConditions(conditions) {
  const line = el("p", "quiet checked", "Checked: ");
  for (const [number, condition] of conditions.entries()) {
    if (number) line.append(document.createTextNode(" · "));
    line.append(el("span", condition.met ? "" : "unmet", condition.text));
  }
  return line;
}

function drawGroup(root, group) {
  const box = el("section", "group");
  if (group.label) box.append(el("h3", "side", group.label));
  if (group.title) {
    const head = choice(root, "source", "", group.choice);
    head.append(el("span", "date", group.date), el("span", "title", group.title));
    if (group.heading) head.append(el("span", "heading", group.heading));
    if (group.recognised) head.append(el("span", "heading", group.recognised));
    box.append(head);
  }
  const body = el(group.listed ? "ul" : "p", "sentences");
  for (const sentence of group.sentences) {
    const node = drawSentence(root, sentence);
    if (group.listed) body.append(el("li", "", ""));
    (group.listed ? body.lastChild : body).append(node, document.createTextNode(" "));
  }
  box.append(body);
  return box;
}

function drawSentence(root, sentence) {
  const node = el("span", "sentence " + sentence.support);
  const [before, answer, after] = sentence.parts;
  if (sentence.lead) node.append(el("span", "lead-in", sentence.lead + (/[?!]$/.test(sentence.lead) ? " " : ": ")));
  if (sentence.pieces.length) {
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
  addMarks(root, node, sentence.marks);
  if (sentence.verdict) node.append(document.createTextNode(" "), el("span", "verdict", sentence.verdict));
  return node;
}

function addMarks(root, node, marks) {
  for (const mark of marks) {
    const cite = choice(root, "cite", String(mark.number), mark.choice);
    cite.title = mark.quote;
    cite.setAttribute("aria-label", mark.label);
    // A narrow no-break space keeps the mark on the line of the word that it follows.
    node.append(document.createTextNode("\u202f"), cite);
  }
}

function drawSources(root, sources) {
  const list = el("ul", "sources");
  for (const source of sources) {
    const item = el("li");
    const open = choice(root, "source", "", source.choice);
    open.append(el("span", "date", source.date), el("span", "title", source.title));
    open.append(el("span", "heading", source.numbers.map((number) => `[${number}]`).join(" ")));
    if (source.recognised) open.append(el("span", "heading", source.recognised));
    item.append(open);
    list.append(item);
  }
  return list;
}

function drawPassage(root, passage) {
  const item = el("li", "passage");
  const head = el("p", "source");
  head.append(el("span", "date", passage.date), el("span", "title", passage.title));
  if (passage.heading) head.append(el("span", "heading", passage.heading));
  if (passage.recognised) head.append(el("span", "heading", passage.recognised));
  const open = choice(root, "open", "Open in the document", passage.choice);
  open.setAttribute("aria-label", `Open this passage of ${passage.title}`);
  item.append(head, el("p", "text", passage.text), open);
  return item;
}

function drawFoot(data) {
  const foot = el("p", "quiet foot");
  for (const part of [data.certainty, data.engine, data.seconds]) if (part) foot.append(el("span", "", part));
  const copy = button("copy", "Copy with sources", async () => {
    try {
      await navigator.clipboard.writeText(data.copy);
      copy.textContent = "Copied";
    } catch {
      // A page that is not on this computer and not on https may not write to the clipboard.
      copy.textContent = "The browser does not allow copying here";
    }
  });
  foot.append(copy);
  return foot;
}

// Put in front of every component. Text reaches the page through textContent only, so that nothing in it
// is ever read as HTML, Markdown or a link.
function el(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = text;
  return node;
}

function button(className, text, onClick) {
  const node = el("button", className, text);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

// The component's own element, emptied when there is something else to draw; null when it is drawn already.
function canvas(parent, className, key) {
  let root = parent.querySelector(".qa");
  if (!root) {
    root = el("div");
    parent.appendChild(root);
  }
  root.className = "qa " + className;
  if (root.dataset.key === key) return [root, false];
  root.dataset.key = key;
  root.replaceChildren();
  return [root, true];
}

// The part of Streamlit's page that scrolls.
function scroller(root) {
  return (root.getRootNode().host ?? root).closest(".stMain");
}

// Where what is read ends on the screen: above the question's box, which lies over the page.
function floorOf(page) {
  return page.querySelector("[data-testid=stBottom]")?.getBoundingClientRect().top ?? page.clientHeight;
}

// Calls `step` in each frame, for a while and as long as the reader does not move.
function untilReaderMoves(node, milliseconds, step) {
  const deadline = performance.now() + milliseconds;
  const readerMoved = new AbortController();
  const run = () => {
    if (readerMoved.signal.aborted || !node.isConnected || performance.now() > deadline) return readerMoved.abort();
    step();
    requestAnimationFrame(run);
  };
  // Not before the key or click that this follows is over.
  requestAnimationFrame(() => {
    for (const eventType of ["wheel", "touchstart", "pointerdown", "keydown"]) {
      window.addEventListener(eventType, () => readerMoved.abort(), { passive: true, signal: readerMoved.signal });
    }
    run();
  });
}

// Keeps a node where it stands on the screen while the page around it is laid out anew.
function holdPlace(node) {
  const page = scroller(node);
  const top = node.getBoundingClientRect().top;
  if (page) untilReaderMoves(node, 5000, () => {
    const moved = node.getBoundingClientRect().top - top;
    if (Math.abs(moved) > 1) page.scrollTop += moved;
  });
}

// Scrolls a wide table until a cell is in view, beside the names of the rows where these stay; the column next to
// them is whole, as one of which only half shows would seem empty.
function showCell(frame, cell) {
  const row = cell.closest("tr");
  const stays = row.firstElementChild !== cell && getComputedStyle(row.firstElementChild).position === "sticky";
  const fixed = stays ? row.firstElementChild.offsetWidth : 0;
  const edge = frame.getBoundingClientRect();
  const place = cell.getBoundingClientRect();
  if (place.left >= edge.left + fixed - 1 && place.right <= edge.right + 1) return;
  const offset = (node) => frame.scrollLeft + node.getBoundingClientRect().left - edge.left - fixed;
  const wanted = offset(cell) - Math.max(0, (edge.width - fixed - place.width) / 2);
  const [least, most] = [frame.scrollLeft + place.right - edge.right, frame.scrollWidth - frame.clientWidth];
  const columns = [...row.children].slice(stays ? 1 : 0).map(offset);
  const whole = columns.filter((start) => start >= least - 1 && start <= Math.min(offset(cell), most) + 1);
  whole.sort((one, other) => Math.abs(one - wanted) - Math.abs(other - wanted));
  frame.scrollLeft = whole[0] ?? wanted;
}

// An icon of lines, 24 units wide; the text of its button is for those who can't see it.
function drawIcon(path) {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  icon.append(line);
  return icon;
}

// Puts a text into the box for the next question, as if it had been typed.
function fillQuestion(text) {
  const box = document.querySelector("[data-testid=stChatInputTextArea]");
  if (!box || box.disabled) return;
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, text);
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  box.setSelectionRange(text.length, text.length);
}

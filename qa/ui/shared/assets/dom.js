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
  return root.getRootNode().host?.closest(".stMain");
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

// One question as it was asked, or those that wait for their turn.
export default function (component) {
  const { data: [data], parentElement, setTriggerValue } = component;
  const key = data.waiting ? "waiting" : JSON.stringify(data);
  const [root, fresh] = canvas(parentElement, "question" + (data.waiting ? " waiting" : ""), key);
  root.act = (number) => setTriggerValue("action", number);
  if (fresh) {
    root.lines = new Map();
    root.note = el("p", "note quiet", data.note);
    root.append(root.note);
  }
  root.note.hidden = !(data.note && data.questions.length);
  // What stays is left as it is, so that a click on it is not lost while others come and go.
  const numbers = new Set(data.questions.map(([number]) => number));
  for (const [number, line] of root.lines) {
    if (numbers.has(number)) continue;
    line.remove();
    root.lines.delete(number);
  }
  for (const [number, text] of data.questions) {
    if (root.lines.has(number)) continue;
    const line = drawLine(root, data.waiting, number, text);
    root.lines.set(number, line);
    root.note.before(line);
  }
}

function drawLine(root, isWaiting, number, text) {
  const line = el("div", "line");
  const edit = button("edit", "", () => (isWaiting ? root.act(number) : fillQuestion(text)));
  const name = isWaiting ? "Take this question back" : "Edit and ask again";
  edit.setAttribute("aria-label", name);
  edit.title = name;
  edit.append(drawIcon(isWaiting ? CROSS : PENCIL));
  line.append(edit, el("div", "qa-question", text));
  return line;
}

const PENCIL = "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4";
const CROSS = "M6 6l12 12M18 6L6 18";

// One question as it was asked, or those that wait for their turn.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const [root, fresh] = canvas(parentElement, "question" + (data.waiting ? " waiting" : ""), JSON.stringify(data));
  root.act = (number) => setTriggerValue("action", number);
  if (!fresh) return;
  for (const [number, text] of data.questions) {
    const line = el("div", "line");
    const edit = button("edit", "", () => (data.waiting ? root.act(number) : fillQuestion(text)));
    const name = data.waiting ? "Take this question back" : "Edit and ask again";
    edit.setAttribute("aria-label", name);
    edit.title = name;
    edit.append(drawIcon(data.waiting ? CROSS : PENCIL));
    line.append(edit, el("div", "qa-question", text));
    root.append(line);
  }
  if (data.note && data.questions.length) root.append(el("p", "note quiet", data.note));
}

const PENCIL = "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4";
const CROSS = "M6 6l12 12M18 6L6 18";

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const [root, fresh] = canvas(parentElement, "question" + (data.waiting ? " waiting" : ""), JSON.stringify(data));
  root.act = (name) => setTriggerValue("action", name);
  if (!fresh) return;
  const line = el("div", "line");
  const edit = button("edit", "", () => (data.waiting ? root.act("withdraw") : fillQuestion(data.text)));
  const name = data.waiting ? "Take this question back" : "Edit and ask again";
  edit.setAttribute("aria-label", name);
  edit.title = name;
  edit.append(drawIcon(data.waiting ? CROSS : PENCIL));
  line.append(edit, el("div", "qa-question", data.text));
  root.append(line);
  if (data.waiting) root.append(el("p", "note quiet", "Next, when the answer before it is there"));
  if (data.note) root.append(el("p", "note quiet", data.note));
}

const PENCIL = "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4";
const CROSS = "M6 6l12 12M18 6L6 18";

// Below an answer: how sure it is, and the buttons that copy, keep and judge it.
function drawFoot(root, data) {
  const foot = el("div", "foot");
  const facts = el("p", "quiet facts");
  for (const part of [data.certainty, data.evidence, data.engine, data.seconds]) {
    if (part) facts.append(el("span", "", part));
  }
  const said = el("p", "quiet said");
  said.setAttribute("role", "status");
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = "Copied";
    } catch {
      // A page that is not on this computer and not on https may not write to the clipboard.
      said.textContent = "The browser does not allow copying here";
    }
  };
  const row = el("div", "actions");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "This answer");
  const wrong = icon(root, "wrong", "Wrong answer", () => askWhy(root, data, foot, wrong));
  row.append(
    icon(root, "copy", "Copy", () => copy(data.copy)),
    icon(root, "footnotes", "Copy with footnotes", () => copy(data.footnotes)),
  );
  foot.append(facts, said, row);
  if (!data.with_actions) return foot;
  row.append(
    icon(root, "pin", "Pin to the note", () => {
      root.choose("pin");
      root.expected = [(now) => now.pinned, "Pinned: it is on the page Notes"];
    }),
    icon(root, "export", "Export", () => root.choose("export")),
    icon(root, "right", "Right answer", () => {
      root.choose({ feedback: { verdict: "right" } });
      press(root, { right: true, wrong: false });
      root.expected = [(now) => now.feedback === "right", "Noted"];
    }),
    wrong,
  );
  return foot;
}

function icon(root, name, label, onClick) {
  const node = button(`icon ${name}`, "", () => {
    root.card.close();
    onClick();
  });
  node.setAttribute("aria-label", label);
  node.append(el("span", "shape"));
  root.card.attach(node, (card) => card.append(el("p", "", label)), { isTip: true });
  return node;
}

function press(root, states) {
  for (const [name, isPressed] of Object.entries(states)) {
    root.querySelector(`.icon.${name}`)?.setAttribute("aria-pressed", String(Boolean(isPressed)));
  }
}

// "Wrong because ...": one of the reasons, and a reader's own words.
function askWhy(root, data, foot, opener) {
  const before = foot.querySelector("form");
  if (before) return before.remove();
  const reasons = el("fieldset");
  reasons.append(el("legend", "", "Wrong because"));
  for (const [code, label] of data.reasons) {
    const line = el("label");
    const radio = el("input");
    radio.type = "radio";
    radio.name = "reason";
    radio.value = code;
    radio.required = true;
    line.append(radio, document.createTextNode(label));
    reasons.append(line);
  }
  const comment = el("textarea");
  comment.rows = 2;
  comment.maxLength = 2000;
  comment.placeholder = "What would have been right? (optional)";
  comment.setAttribute("aria-label", "What would have been right? (optional)");
  const end = () => {
    form.remove();
    opener.focus();
  };
  const form = drawForm("why", "Send", [reasons, comment], end, () => {
    const reason = new FormData(form).get("reason");
    root.choose({ feedback: { verdict: "wrong", reason, comment: comment.value } });
    press(root, { right: false, wrong: true });
    root.expected = [(now) => now.feedback === "wrong", "Noted"];
    end();
  });
  foot.append(form);
  form.querySelector("input").focus({ preventScroll: true });
  form.scrollIntoView({ block: "nearest" });
}

// Fields with a button that sends them, and one that leaves it; so does Esc.
function drawForm(className, label, fields, onCancel, onSend) {
  const form = el("form", `form ${className}`);
  const send = el("button", "send", label);
  send.type = "submit";
  const buttons = el("div", "buttons");
  buttons.append(send, button("cancel", "Cancel", onCancel));
  form.append(...fields, buttons);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    onSend();
  });
  // What is typed here is no shortcut of the page.
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") onCancel();
  });
  return form;
}

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
  const wrong = icon(root, "wrong", "Wrong answer", () => askWhy(root, data, foot, wrong, said));
  row.append(
    icon(root, "copy", "Copy", () => copy(data.copy)),
    icon(root, "footnotes", "Copy with footnotes", () => copy(data.footnotes)),
    icon(root, "pin", "Pin to the note", () => root.choose("pin")),
    icon(root, "export", "Export", () => root.choose("export")),
    icon(root, "right", "Right answer", () => {
      root.choose({ feedback: { verdict: "right" } });
      press(root, { right: true, wrong: false });
      said.textContent = "Noted";
    }),
    wrong,
  );
  foot.append(facts, said, row);
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
function askWhy(root, data, foot, opener, said) {
  const before = foot.querySelector("form");
  if (before) return before.remove();
  const form = el("form", "why");
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
  const send = el("button", "send", "Send");
  send.type = "submit";
  const buttons = el("div", "buttons");
  buttons.append(send, button("cancel", "Cancel", end));
  form.append(reasons, comment, buttons);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const reason = new FormData(form).get("reason");
    root.choose({ feedback: { verdict: "wrong", reason, comment: comment.value } });
    press(root, { right: false, wrong: true });
    said.textContent = "Noted";
    end();
  });
  // What is typed here is no shortcut of the page.
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") end();
  });
  foot.append(form);
  form.querySelector("input").focus();
}

export default function (component) {
  const { data: [data], parentElement, setTriggerValue } = component;
  const { selected, ...rest } = data;
  const [root, fresh] = canvas(parentElement, "choices " + data.layout, JSON.stringify(rest));
  root.choose = (name) => setTriggerValue("choice", name);
  if (fresh) draw(root, data);
  if (data.layout !== "list") return;
  for (const node of root.querySelectorAll("[data-choice]")) {
    node.setAttribute("aria-pressed", String(node.dataset.choice === selected));
  }
}

function draw(root, data) {
  const list = el("ul");
  for (const item of data.items) {
    const node = button("item", "", (event) => {
      if (data.layout === "earlier") holdBelow(root, event.detail === 0);
      root.choose(item.choice);
    });
    node.dataset.choice = item.choice;
    node.append(el("span", "label", item.label));
    if (item.detail) node.append(el("span", "detail", item.detail));
    if (data.layout === "list") node.title = item.label; // one line of it shows
    if (data.layout === "chips") {
      node.append(drawIcon("M6 6l12 12M18 6L6 18"));
      node.setAttribute("aria-label", `${item.label}: no longer limit to this`);
      node.title = item.label;
    }
    const entry = el("li");
    entry.append(node);
    list.append(entry);
  }
  if (data.search) {
    const find = el("input");
    find.type = "search";
    find.placeholder = data.search;
    find.setAttribute("aria-label", data.search);
    find.addEventListener("input", () => {
      const query = find.value.toLocaleLowerCase();
      for (const entry of list.children) entry.hidden = !entry.textContent.toLocaleLowerCase().includes(query);
    });
    root.append(find);
  }
  root.append(list);
  if (data.note) root.append(el("p", "quiet", data.note));
}

// What stands below stays where it is on the screen, and the rest comes in above it. It takes the keyboard's focus,
// as the button goes.
function holdBelow(root, isByKeyboard) {
  const next = root.getRootNode().host?.closest("[data-testid=stElementContainer]")?.nextElementSibling;
  if (!next) return;
  holdPlace(next);
  const drawn = [...next.querySelectorAll("*")].find((node) => node.shadowRoot);
  if (isByKeyboard) drawn?.shadowRoot.querySelector("button")?.focus({ preventScroll: true });
}

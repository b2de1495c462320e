// Stands in for the question's box while the server is away: what is typed here is asked once it is back.
export default function (component) {
  const [root, fresh] = canvas(component.parentElement, "away", "away");
  if (!fresh) return;
  root.hidden = true;
  const form = el("form");
  const line = el("input");
  line.setAttribute("aria-label", "Question to be asked when the desk is back");
  line.placeholder = "Type on: it is asked as soon as the desk is back";
  const state = el("p", "quiet", "The desk does not answer: it is being started again, or the network is gone.");
  state.setAttribute("role", "status");
  form.append(state, line);
  root.append(form);
  let question = "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    question = line.value.trim();
    if (question) state.textContent = "This is asked as soon as the desk is back:";
  });
  const look = () => {
    if (!root.isConnected) return watch.disconnect();
    const box = document.querySelector("[data-testid=stChatInputTextArea]");
    const isAway = !box || box.disabled;
    if (root.hidden !== isAway) return;
    root.hidden = !isAway;
    if (isAway) {
      line.value = box?.value ?? "";
      return;
    }
    const typed = line.value.trim();
    const isToBeAsked = question && question === typed;
    question = line.value = "";
    state.textContent = "The desk does not answer: it is being started again, or the network is gone.";
    if (!typed) return;
    fillQuestion(typed);
    if (isToBeAsked) requestAnimationFrame(() => document.querySelector("[data-testid=stChatInputSubmitButton]")?.click());
  };
  const watch = new MutationObserver(look);
  watch.observe(document.body, { subtree: true, childList: true, attributeFilter: ["disabled"] });
}

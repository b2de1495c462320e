// Says that the server is away. With `asks` it stands in for the question's box meanwhile: what is typed here
// is asked once it is back.
const AWAY = "The desk does not answer: it is being started again, or the network is gone.";

export default function (component) {
  const { asks } = component.data;
  const [root, fresh] = canvas(component.parentElement, asks ? "away" : "away line", "away");
  if (!fresh) return;
  root.hidden = true;
  const form = el("form");
  const line = el("input");
  line.setAttribute("aria-label", "Question to be asked when the desk is back");
  line.placeholder = "Type on: it is asked as soon as the desk is back";
  const state = el("p", "quiet", AWAY);
  state.setAttribute("role", "status");
  form.append(state, ...(asks ? [line] : []));
  root.append(form);
  let question = "";
  let shown = []; // the questions on the page when the server went
  let wasInTheWay = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    question = line.value.trim();
    if (question) state.textContent = "This is asked as soon as the desk is back:";
  });
  const look = () => {
    if (!root.isConnected) return watch.disconnect();
    const isInTheWay = closeStreamlitsDialog();
    // What had the keyboard's focus before it came has it again.
    if (wasInTheWay && !isInTheWay && !root.hidden && isNowhere(document.activeElement)) line.focus({ preventScroll: true });
    wasInTheWay = isInTheWay;
    const box = document.querySelector("[data-testid=stChatInputTextArea]");
    const isAway = asks ? !box || box.disabled : isDisconnected();
    if (root.hidden !== isAway) return;
    root.hidden = !isAway;
    if (!asks) return;
    // The box that takes nothing does not stand beside this one.
    document.body.classList.toggle("qa-away", isAway);
    const outside = document.activeElement;
    const isFree = isNowhere(outside) || outside === box;
    if (isAway) {
      line.value = box?.value ?? "";
      shown = readQuestions();
      if (isFree) line.focus({ preventScroll: true });
      return;
    }
    const typed = line.value.trim();
    const isToBeAsked = question && question === typed;
    question = line.value = "";
    state.textContent = AWAY;
    if (typed) fillQuestion(typed);
    else if (isFree || outside === root.getRootNode().host) box.focus({ preventScroll: true });
    // A server that was started again has forgotten those that waited: they are asked before this one.
    if (shown.some(([, waits]) => waits)) askForgotten(shown, isToBeAsked ? typed : "");
    else if (isToBeAsked) requestAnimationFrame(send);
  };
  const watch = new MutationObserver(look);
  const attributeFilter = ["disabled", "data-test-connection-state"];
  watch.observe(document.body, { subtree: true, childList: true, attributeFilter });
}

function send() {
  document.querySelector("[data-testid=stChatInputSubmitButton]")?.click();
}

// The questions on the page, each with whether it waits for its turn.
function readQuestions() {
  const hosts = document.querySelectorAll("[class*='st-key-question-'] *, [class*='st-key-ahead-'] *");
  const roots = [...hosts].map((host) => host.shadowRoot?.querySelector(".question")).filter(Boolean);
  return roots.flatMap((root) =>
    [...root.querySelectorAll(".qa-question")].map((node) => [node.textContent, root.classList.contains("waiting")]));
}

// Asks what waited when the server went and is not on the page that it draws now, in order, and then `last`.
async function askForgotten(shown, last) {
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const app = document.querySelector("[data-testid=stApp]");
  // A page that the same server goes on with may be busy for long, and has forgotten nothing.
  for (let n = 0; n < 40 && app.dataset.testScriptState !== "notRunning"; n += 1) await pause(150);
  const present = new Set(readQuestions().map(([text]) => text));
  const forgotten = shown.filter(([text, waits]) => waits && !present.has(text)).map(([text]) => text);
  for (const text of last ? [...forgotten, last] : forgotten) {
    fillQuestion(text);
    await pause(50);
    send();
    const box = document.querySelector("[data-testid=stChatInputTextArea]");
    for (let n = 0; n < 40 && box?.value; n += 1) await pause(50);
  }
}

function isDisconnected() {
  const state = document.querySelector("[data-testid=stApp]")?.dataset.testConnectionState;
  return Boolean(state) && state !== "CONNECTED";
}

function isNowhere(node) {
  return !node || node === document.body;
}

// It tells people to run a command, and takes the keyboard and every click for itself. Whether it is there.
function closeStreamlitsDialog() {
  const dialogs = [...document.querySelectorAll("[data-testid=stDialog]")];
  const own = dialogs.filter((dialog) => dialog.querySelector("h2")?.textContent === "Connection error");
  for (const dialog of own) dialog.querySelector("button")?.click();
  return own.length > 0;
}

// Says that the server is away. With `asks` it stands in for the question's box meanwhile: what is typed here
// is asked once it is back. And it keeps what was typed and not sent when the box goes: for another page of the
// desk, for signing in again, or because the page is loaded again.
const AWAY = "The desk does not answer: it is being started again, or the network is gone.";
const TO_BE_ASKED = "This is asked as soon as the desk is back:";

export default function (component) {
  const [{ asks, user }] = component.data;
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
  let question = ""; // that is to be asked, until it is on its way
  let wasInTheWay = false;
  let isGivenUp = false;
  let lastBox = null; // the question's box, which may be gone
  const keep = () => keepDraft(user, root.hidden ? lastBox?.value : line.value);
  if (asks) bringBack(root, user);
  if (asks) window.addEventListener("pagehide", keep);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    question = line.value.trim();
    if (question) state.textContent = TO_BE_ASKED;
  });
  const look = () => {
    if (!root.isConnected) {
      watch.disconnect();
      window.removeEventListener("pagehide", keep);
      return asks && keep();
    }
    const isInTheWay = closeStreamlitsDialog();
    if (!isGivenUp && connection() === "DISCONNECTED_FOREVER") {
      isGivenUp = true;
      loadAnew(() => ({ text: line.value.trim(), isAsked: Boolean(question) && question === line.value.trim() }));
    }
    // What had the keyboard's focus before it came has it again.
    if (wasInTheWay && !isInTheWay && !root.hidden && isNowhere(document.activeElement)) line.focus({ preventScroll: true });
    wasInTheWay = isInTheWay;
    const box = document.querySelector("[data-testid=stChatInputTextArea]");
    lastBox = box ?? lastBox;
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
      state.textContent = question && line.value === question ? TO_BE_ASKED : AWAY;
      if (isFree) line.focus({ preventScroll: true });
      return;
    }
    const typed = line.value.trim();
    if (question !== typed) question = "";
    line.value = "";
    if (typed) fillQuestion(typed);
    else if (isFree || outside === root.getRootNode().host) box.focus({ preventScroll: true });
    if (question) send(question).then((isSent) => isSent && (question = ""));
  };
  const watch = new MutationObserver(look);
  const attributeFilter = ["disabled", "data-test-connection-state"];
  watch.observe(document.body, { subtree: true, childList: true, attributeFilter });
}

// Sends what stands in the box, once Streamlit has taken it in: on a busy computer that takes its time.
// False where the server went again before.
async function send(text) {
  for (;;) {
    const box = document.querySelector("[data-testid=stChatInputTextArea]");
    if (!box || box.disabled) return false;
    if (box.value !== text) return true; // or the reader goes on typing
    const submit = document.querySelector("[data-testid=stChatInputSubmitButton]");
    if (submit && !submit.disabled) submit.click();
    await pause(50);
  }
}

function connection() {
  return document.querySelector("[data-testid=stApp]")?.dataset.testConnectionState;
}

function isDisconnected() {
  return Boolean(connection()) && connection() !== "CONNECTED";
}

// Streamlit never connects again after a message that it could not read, such as one that refers to another which
// the page has forgotten by then (streamlit/streamlit#11299). Loaded anew, the page is as it was, with what was typed.
async function loadAnew(read) {
  const since = Date.now() - Number(sessionStorage.getItem("qa-loaded") ?? 0);
  await pause(Math.max(0, 10000 - since)); // should it come again at once
  while (!(await fetch(location.href, { cache: "no-store" }).then(({ ok }) => ok, () => false))) await pause(2000);
  sessionStorage.setItem("qa-loaded", String(Date.now()));
  sessionStorage.setItem("qa-typed", JSON.stringify(read()));
  location.reload();
}

// For who typed it alone: others may sign in in this window.
function keepDraft(user, text) {
  if (text?.trim()) sessionStorage.setItem("qa-draft", JSON.stringify({ user, text }));
  else sessionStorage.removeItem("qa-draft");
}

// Puts what was typed before the page was loaded anew into the box, and asks what was to be asked; without that,
// what was typed when the box went.
async function bringBack(root, user) {
  const { text: typed, isAsked } = JSON.parse(sessionStorage.getItem("qa-typed") ?? "{}");
  const draft = JSON.parse(sessionStorage.getItem("qa-draft") ?? "{}");
  sessionStorage.removeItem("qa-typed");
  const box = () => document.querySelector("[data-testid=stChatInputTextArea]");
  if (!typed) {
    // Streamlit may draw the box again, empty, while the page is loaded.
    if (draft.text && draft.user === user) untilReaderMoves(root, 10000, () => !box()?.value && fillQuestion(draft.text));
    return;
  }
  while (!box() || box().disabled) await pause(50);
  fillQuestion(typed);
  if (isAsked) await send(typed);
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
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

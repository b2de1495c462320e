// Draws nothing: with `scroll` it brings the question that was just asked, at the end of the page, into view.
// With `focus` the keyboard goes to the box for the next one, as soon as that takes it, unless it is elsewhere.
// With `drawer` the sidebar it stands in closes on a phone when something in it was chosen.
export default function (component) {
  const { data: [data], parentElement } = component;
  const [root, fresh] = canvas(parentElement, "follow", data.key);
  if (!fresh) return;
  if (data.drawer) return watchDrawer(root.getRootNode().host?.closest("[data-testid=stSidebar]"));
  const page = scroller(root);
  const deadline = performance.now() + 500;
  const follow = () => {
    if (!page || !root.isConnected || performance.now() > deadline) return;
    page.scrollTop = page.scrollHeight;
    requestAnimationFrame(follow);
  };
  if (data.scroll) follow();
  if (!data.focus) return;
  const end = performance.now() + 5000;
  const focus = () => {
    const box = document.querySelector("[data-testid=stChatInputTextArea]");
    const isFree = !document.activeElement || document.activeElement === document.body;
    if (box && !box.disabled && isFree) box.focus();
    else if (document.activeElement !== box && performance.now() < end) requestAnimationFrame(focus);
  };
  focus();
}

// Streamlit leaves it open over the page, and opens it again when the page is loaded.
function watchDrawer(sidebar) {
  if (!sidebar || sidebar.dataset.watched) return;
  sidebar.dataset.watched = "true";
  const phone = window.matchMedia("(max-width: 768px)"); // below which it lies over the page
  const closeButton = "[data-testid=stSidebarCollapseButton]";
  const close = () => phone.matches && sidebar.querySelector(`${closeButton} button`)?.click();
  if (sidebar.getBoundingClientRect().width > 0) close();
  sidebar.addEventListener("click", (event) => {
    const path = event.composedPath().filter((node) => node instanceof Element);
    const isChoice = path.some((node) => node.matches("a[href], button")) && !path.some((node) => node.matches(closeButton));
    if (isChoice) close();
  });
}

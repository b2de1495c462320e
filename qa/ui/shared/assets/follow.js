// Draws nothing: with `scroll` it brings the question that was just asked, at the end of the page, into view.
// With `focus` the keyboard goes to the box for the next one, as soon as that takes it, unless it is elsewhere.
export default function (component) {
  const { data, parentElement } = component;
  const [root, fresh] = canvas(parentElement, "follow", data.key);
  if (!fresh) return;
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

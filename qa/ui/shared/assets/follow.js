// Draws nothing: brings the question that was just asked, at the end of the page, into view.
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
  follow();
}

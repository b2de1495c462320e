// A card beside what the pointer, the keyboard's focus or a finger is at. One a component, in the browser's top
// layer, so that nothing cuts it off. `fill(node)` puts its content in; with `asDialog` it may hold a button.
function makeCard(root) {
  const node = el("div", "card");
  node.id = "card";
  // A browser without a top layer shows it above the page as well as it can.
  const hasTopLayer = "showPopover" in node;
  if (hasTopLayer) node.popover = "manual";
  else node.hidden = true;
  root.append(node);
  let anchor = null;
  let timer = 0;
  let openedAt = 0;
  let isDialog = false;
  let listening = new AbortController();

  const close = () => {
    clearTimeout(timer);
    listening.abort();
    anchor?.removeAttribute("aria-describedby");
    const before = anchor;
    anchor = null;
    // A click on its button has taken the focus there.
    if (node.contains(root.getRootNode().activeElement)) before?.focus({ preventScroll: true });
    if (!hasTopLayer) node.hidden = true;
    else if (node.isConnected && node.matches(":popover-open")) node.hidePopover();
  };

  // Below what it is about, or above where there is more room; never beyond an edge of the window.
  const place = () => {
    const at = anchor.getClientRects()[0] ?? anchor.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const roomAbove = at.top - 14;
    const roomBelow = clientHeight - at.bottom - 14;
    node.style.maxHeight = "";
    const isBelow = roomBelow >= Math.min(node.scrollHeight, 360) || roomBelow >= roomAbove;
    node.style.maxHeight = `${Math.max(60, Math.min(360, isBelow ? roomBelow : roomAbove))}px`;
    const left = Math.min(at.left + at.width / 2 - node.offsetWidth / 2, clientWidth - node.offsetWidth - 8);
    node.style.left = `${Math.max(8, left)}px`;
    node.style.top = `${isBelow ? at.bottom + 6 : at.top - 6 - node.offsetHeight}px`;
  };

  const open = (target, fill, { asDialog = false, isTip = false, hasButton = false } = {}) => {
    if (anchor === target && isDialog === asDialog) return clearTimeout(timer);
    close();
    anchor = target;
    isDialog = asDialog;
    openedAt = performance.now();
    node.className = isTip ? "card tip" : "card";
    node.setAttribute("role", asDialog ? "dialog" : hasButton ? "group" : "tooltip");
    if (asDialog || hasButton) node.setAttribute("aria-label", target.getAttribute("aria-label"));
    else node.removeAttribute("aria-label");
    node.replaceChildren();
    fill(node);
    // A tip says the name of a button, which needs no second description.
    if (!asDialog && !isTip) anchor.setAttribute("aria-describedby", node.id);
    if (hasTopLayer) node.showPopover();
    else node.hidden = false;
    place();
    listening = new AbortController();
    const options = { capture: true, signal: listening.signal };
    window.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      const back = isDialog ? anchor : null;
      close();
      back?.focus({ preventScroll: true });
    }, options);
    window.addEventListener("pointerdown", (event) => {
      const path = event.composedPath();
      if (!path.includes(node) && !path.includes(anchor)) close();
    }, options);
    const onScroll = (event) => {
      if (event.composedPath().includes(node)) return;
      // The keyboard's focus brings what it goes to into view: the card comes with it.
      if (anchor?.isConnected && performance.now() - openedAt < 400) place();
      else close();
    };
    window.addEventListener("scroll", onScroll, options);
    root.addEventListener("scroll", onScroll, options);
    window.addEventListener("resize", close, options);
  };

  const leave = () => {
    clearTimeout(timer);
    if (!anchor || isDialog) return;
    // Time to move onto the card, to read on in it.
    timer = setTimeout(() => {
      if (!node.matches(":hover") && !anchor?.matches(":hover, :focus-visible")) close();
    }, 160);
  };
  node.addEventListener("pointerleave", leave);
  node.addEventListener("focusout", (event) => {
    if (isDialog && event.relatedTarget && !node.contains(event.relatedTarget)) close();
  });

  // Shows the card of `target` for a mouse that rests there and for the keyboard's focus, where `when` holds.
  const attach = (target, fill, { when = () => true, ...options } = {}) => {
    target.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "touch" || (anchor === target && isDialog)) return;
      clearTimeout(timer);
      timer = setTimeout(() => target.isConnected && when() && open(target, fill, options), 120);
    });
    target.addEventListener("pointerleave", leave);
    target.addEventListener("focus", () => {
      if (target.matches(":focus-visible") && when()) open(target, (card) => fill(card, true), options);
    });
    target.addEventListener("blur", leave);
  };
  return { node, attach, open, close, isAt: (target) => anchor === target };
}

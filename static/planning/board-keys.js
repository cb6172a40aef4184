// The keys of this page; arrows and Enter only while the plan itself has the focus.

import { isTyping } from "./board-dom.js";

export function listen(board) {
  const { parts } = board;
  const anywhere = {
    "+": () => board.zoomBy(1.5), "=": () => board.zoomBy(1.5), "-": () => board.zoomBy(1 / 1.5), "−": () => board.zoomBy(1 / 1.5),
    t: () => board.today(), f: () => parts.find.focus(), "?": () => parts.help.showModal(),
    Escape: () => board.escape(),
  };
  const onPlan = {
    ArrowLeft: () => board.step(-1, 0), ArrowRight: () => board.step(1, 0),
    ArrowUp: () => board.step(0, -1), ArrowDown: () => board.step(0, 1),
    Home: () => board.toEnd(-1), End: () => board.toEnd(1),
    PageUp: () => board.page(-1), PageDown: () => board.page(1),
    Enter: () => board.openPicked(), " ": () => board.openPicked(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || isTyping(event) || document.querySelector("dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (board.editor?.key(event, key)) { event.preventDefault(); return; }
    if (event.ctrlKey || event.metaKey) return;
    const act = (event.target === parts.plot && onPlan[key]) || anywhere[key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

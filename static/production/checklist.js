// Ticks of a changeover check-list: kept on this tablet, by work order, until the list is done with.

for (const list of document.querySelectorAll("ul.checklist[data-work]")) {
  const key = `checklist:${list.dataset.work}`;
  const ticked = new Set(JSON.parse(localStorage.getItem(key) || "[]"));
  for (const box of list.querySelectorAll("input[data-tick]")) {
    box.checked = ticked.has(box.dataset.tick);
    box.addEventListener("change", () => {
      if (box.checked) ticked.add(box.dataset.tick); else ticked.delete(box.dataset.tick);
      localStorage.setItem(key, JSON.stringify([...ticked]));
    });
  }
}

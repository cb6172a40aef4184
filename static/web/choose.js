// A text field that offers what somebody may mean: arrows, Enter, Escape, mouse, screen reader.

import { clear } from "./marks.js";

let lists = 0;

// look(text) gives a promise of items {code, …}; words(item) gives [bold, rest]; chosen(item) is told.
// `opens` offers what look("") gives as soon as the empty field is entered.
export function choose(input, { look, words, chosen, opens = false }) {
  const list = document.createElement("ul");
  list.id = `choices-${(lists += 1)}`;
  list.className = "choices";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() ?? "");
  list.hidden = true;
  input.after(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) input.setAttribute(name, value);

  let items = [];
  let at = -1;
  let timer = 0;
  let asked = 0;

  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, 130);
  });
  if (opens) input.addEventListener("focus", () => { if (!input.value.trim()) ask(); });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark((at + (event.key === "ArrowDown" ? 1 : items.length - 1) + (at < 0 ? items.length : 0)) % items.length);
    } else if (event.key === "Enter" || (event.key === "Tab" && at >= 0)) {
      if (event.key === "Enter") { event.preventDefault(); event.stopImmediatePropagation(); }
      take(Math.max(at, 0));
    } else if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
  });
  input.addEventListener("blur", () => window.setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("li");
    if (option) { event.preventDefault(); take(Number(option.dataset.at)); }
  });

  async function ask() {
    const mine = (asked += 1);
    const text = input.value.trim();
    const found = text || opens ? await look(text).catch(() => []) : [];
    if (mine !== asked || document.activeElement !== input) return;
    items = found;
    at = -1;
    list.replaceChildren(...items.map(option));
    list.hidden = !items.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
  }

  function option(item, index) {
    const row = document.createElement("li");
    row.id = `${list.id}-${index}`;
    row.dataset.at = index;
    row.setAttribute("role", "option");
    const [bold, rest] = words(item);
    const strong = document.createElement("b");
    strong.textContent = bold;
    row.append(strong, ` ${rest}`);
    return row;
  }

  function mark(index) {
    at = index;
    [...list.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === at)));
    input.setAttribute("aria-activedescendant", `${list.id}-${at}`);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function take(index) {
    const item = items[index];
    if (!item) return;
    asked += 1;
    input.value = item.code;
    clear(input);
    close();
    chosen(item);
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
}

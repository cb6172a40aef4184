// Elements with words in them; words are always text, never mark-up.

export function make(tag, look = "", ...content) {
  const element = document.createElement(tag);
  if (look) element.className = look;
  element.append(...content.filter((part) => part !== null && part !== ""));
  return element;
}

export function icon(name) {
  const mark = make("i", `bi bi-${name}`);
  mark.setAttribute("aria-hidden", "true");
  return mark;
}

// A sentence of the page with its parts: "{n} lots" and {n: 3}.
export function fill(sentence, parts) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in parts ? String(parts[name]) : whole));
}

export function isTyping(event) {
  return Boolean(event.target.closest?.("input, textarea, select, [contenteditable]"));
}

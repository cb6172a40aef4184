// What the colours mean; each is a button that greys out what one does not want to see.

import { make } from "./board-dom.js";

export class Legend {
  constructor(parts, plan, state, looks, onChange) {
    Object.assign(this, { parts, plan, state, looks, onChange });
    this.draw();
    parts.onlyLate.addEventListener("click", () => {
      state.late = !state.late;
      onChange();
      this.draw();
    });
  }

  draw() {
    const { state, looks } = this;
    this.parts.board.dataset.by = state.by;
    const held = document.activeElement?.closest?.(".legend-key")?.dataset.key;
    const keys = looks.painted.keys.map((key) => {
      const swatch = make("span", "swatch");
      swatch.style.background = key.swatch ?? key.fill;
      const name = looks.hideName(state.by, key.name);
      return this.button(name, [swatch, make("span", "", key.label)], !state.hide.has(name), () => {
        if (!state.hide.delete(name)) state.hide.add(name);
      });
    });
    this.parts.legend.querySelectorAll("button").forEach((button) => button.remove());
    this.parts.legend.prepend(...keys);
    if (held) keys.find((key) => key.dataset.key === held)?.focus();
    this.parts.onlyLate.setAttribute("aria-pressed", String(state.late));
  }

  button(name, content, isPressed, change) {
    const button = make("button", "legend-key", ...content);
    button.type = "button";
    button.dataset.key = name;
    button.setAttribute("aria-pressed", String(isPressed));
    button.addEventListener("click", () => {
      change();
      this.onChange();
      this.draw();
    });
    return button;
  }
}

// What the colours mean; each is a button that greys out what one does not want to see.

import { make } from "./board-dom.js";

export class Legend {
  constructor(parts, plan, state, onChange) {
    Object.assign(this, { parts, plan, state, onChange });
    this.draw();
    this.onlyLate();
  }

  draw() {
    const { plan, state } = this;
    const families = plan.families.name.map((name, family) => {
      const swatch = make("span", "swatch");
      swatch.style.background = plan.families.fill[family];
      return this.button(name, [swatch, plan.families.label[family]], !state.hide.has(name), () => {
        if (!state.hide.delete(name)) state.hide.add(name);
      });
    });
    this.parts.legend.querySelectorAll("button").forEach((button) => button.remove());
    this.parts.legend.prepend(...families);
  }

  onlyLate() {
    const button = this.parts.onlyLate;
    button.setAttribute("aria-pressed", String(this.state.late));
    button.addEventListener("click", () => {
      this.state.late = !this.state.late;
      button.setAttribute("aria-pressed", String(this.state.late));
      this.onChange();
    });
  }

  button(name, content, isPressed, change) {
    const button = make("button", "legend-key", ...content);
    button.type = "button";
    button.dataset.key = name;
    button.setAttribute("aria-pressed", String(isPressed));
    button.addEventListener("click", () => {
      change();
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      this.onChange();
    });
    return button;
  }
}

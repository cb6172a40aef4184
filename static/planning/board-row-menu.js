// A small menu beside the name of a row: opened by mouse, touch or keys, left by Escape or by going elsewhere.

import { icon, make } from "./board-dom.js";

export class RowMenu {
  constructor(parts) {
    this.menu = parts.rowMenu;
    this.from = null;
    this.menu.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("pointerdown", (event) => {
      if (!this.menu.hidden && !this.menu.contains(event.target) && !this.from?.contains(event.target)) this.close(false);
    });
    window.addEventListener("resize", () => this.close(false));
    parts.scroll.addEventListener("scroll", () => this.close(false), { passive: true });
  }

  open(from, label, entries) {
    if (!this.menu.hidden && this.from === from) { this.close(true); return; }
    this.from = from;
    const buttons = entries.map(([text, sign, act]) => {
      const button = make("button", "", icon(sign), make("span", "", text));
      button.type = "button";
      button.setAttribute("role", "menuitem");
      button.addEventListener("click", () => { this.close(true); act(); });
      return button;
    });
    this.menu.setAttribute("aria-label", label);
    this.menu.replaceChildren(...buttons);
    this.menu.hidden = false;
    from.setAttribute("aria-expanded", "true");
    const at = from.getBoundingClientRect();
    const { height } = this.menu.getBoundingClientRect();
    this.menu.style.left = `${at.left}px`;
    this.menu.style.top = `${Math.max(8, Math.min(at.bottom + 2, window.innerHeight - height - 8))}px`;
    buttons[0].focus();
  }

  key(event) {
    const buttons = [...this.menu.children];
    const at = buttons.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1 + buttons.length, Home: 0, End: buttons.length - 1 };
    if (event.key === "Escape" || event.key === "Tab") this.close(true);
    else if (event.key in steps) buttons[steps[event.key] % buttons.length].focus();
    else return;
    event.stopPropagation();
    if (event.key !== "Tab") event.preventDefault();
  }

  close(takesFocus) {
    if (this.menu.hidden) return;
    this.menu.hidden = true;
    this.from?.setAttribute("aria-expanded", "false");
    if (takesFocus && this.from?.isConnected) this.from.focus({ preventScroll: true });
  }
}

// The search box: orders, customers, tiles and lots, with a list to choose from by keyboard or touch.

import { make } from "./board-dom.js";

const MOST = 8;

export class Find {
  constructor(parts, plan, onChoose) {
    Object.assign(this, { input: parts.find, list: parts.found, plan, onChoose });
    this.entries = entriesOf(plan);
    this.shown = [];
    this.at = -1;
    this.input.addEventListener("input", () => this.look());
    this.input.addEventListener("focus", () => this.look());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => window.setTimeout(() => { if (document.activeElement !== this.input) this.close(); }, 150));
  }

  again() { this.entries = entriesOf(this.plan); }

  // An entry as the address names it: order:SO-00012.
  named(name) { return this.entries.find((entry) => `${entry.kind}:${entry.text}` === name) ?? null; }

  look() {
    const wanted = this.input.value.trim().toLowerCase();
    const rank = (entry) => (entry.text.toLowerCase().startsWith(wanted) ? 0 : 1);
    this.shown = wanted ? this.entries.filter((entry) => entry.key.includes(wanted)).sort((a, b) => rank(a) - rank(b)).slice(0, MOST) : [];
    this.at = this.shown.length ? 0 : -1;
    this.draw(wanted);
  }

  draw(wanted) {
    const options = this.shown.map((entry, index) => {
      const option = make("li", "", make("b", "", entry.text), make("span", "", entry.sub), make("small", "", this.plan.words[`kind_${entry.kind}`]));
      option.id = `found-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", String(index === this.at));
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); this.choose(index); });
      return option;
    });
    const nothing = wanted && !options.length;
    if (nothing) {
      const note = make("li", "nothing", this.plan.words.found_nothing);
      note.setAttribute("role", "option");
      note.setAttribute("aria-disabled", "true");
      note.setAttribute("aria-selected", "false");
      options.push(note);
    }
    this.list.replaceChildren(...options);
    this.list.hidden = !options.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    if (this.at >= 0) this.input.setAttribute("aria-activedescendant", `found-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.shown.length) return;
      this.at = (this.at + (event.key === "ArrowDown" ? 1 : -1) + this.shown.length) % this.shown.length;
      this.draw("");
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      this.choose(this.at);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (this.list.hidden) this.input.value = "";
      this.close();
    }
  }

  choose(index) {
    const entry = this.shown[index];
    this.input.value = "";
    this.close();
    this.onChoose(entry);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

function entriesOf(plan) {
  const lotsOf = (pegs) => [...new Set(pegs.map((peg) => plan.pegs.lot[peg]))];
  const orders = plan.orders.number.map((text, order) => ({ kind: "order", text, sub: plan.orders.customer[order], order, lots: lotsOf(plan.pegsOfOrder[order]) }));
  const tiles = plan.tiles.code.map((text, tile) => ({
    kind: "tile", text, sub: plan.tiles[plan.language][tile], lots: plan.lots.tile.flatMap((own, lot) => (own === tile ? [lot] : [])),
  }));
  const lots = plan.lots.code.map((text, lot) => ({ kind: "lot", text, sub: plan.tileCode(lot), lots: [lot] }));
  const entries = [...orders, ...customersOf(orders), ...tiles, ...lots];
  for (const entry of entries) entry.key = `${entry.text} ${entry.sub}`.toLowerCase();
  return entries;
}

function customersOf(orders) {
  const customers = new Map();
  for (const order of orders) {
    if (!customers.has(order.sub)) customers.set(order.sub, { kind: "customer", text: order.sub, sub: "", order: order.order, lots: [] });
    const entry = customers.get(order.sub);
    entry.lots = [...new Set([...entry.lots, ...order.lots])];
  }
  return [...customers.values()].filter((entry) => entry.text);
}

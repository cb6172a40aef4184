// The demand beside the plan: what no lot of it serves, with the reason, and the way into the draft.

import { icon, make } from "./board-dom.js";

const PAUSE = 250;
const NAME = "demand";

export class Demand {
  constructor(gantt, url) {
    Object.assign(this, { gantt, url, panel: gantt.panel, asked: 0, timer: 0 });
    this.words = JSON.parse(gantt.parts.board.querySelector("[data-lots-words]").dataset.lotsWords);
    for (const opener of gantt.parts.board.querySelectorAll("[data-demand]")) {
      opener.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        this.open();
      });
    }
    gantt.parts.panelBody.addEventListener("click", (event) => this.click(event));
  }

  get isOpen() { return this.panel.isOpen && this.gantt.parts.panel.dataset.ready === NAME; }

  open() {
    const { words, gantt } = this;
    this.field = make("input", "form-control");
    Object.assign(this.field, { type: "search", maxLength: 80, placeholder: words.filter });
    this.field.setAttribute("aria-label", words.filter);
    this.field.addEventListener("input", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.load(), PAUSE);
    });
    this.list = make("div", "demand-list", make("p", "hint", gantt.plan.words.loading));
    const hint = gantt.plan.state === "published" ? words.demand_force : words.demand_draft;
    this.panel.show(NAME, make("h2", "", icon("inboxes"), words.demand), make("p", "hint", hint), this.field, this.list);
    return this.load();
  }

  // What the draft serves has changed: what is listed is read again.
  again() { if (this.isOpen) this.load(); }

  async read(after = null) {
    const query = new URLSearchParams({ ...(this.field.value.trim() ? { q: this.field.value.trim() } : {}), ...(after ? { after } : {}) });
    const answer = await fetch(`${this.url}/demand?${query}`, { headers: { Accept: "text/html" }, cache: "no-store" }).catch(() => null);
    return answer?.ok && !answer.redirected ? answer.text().catch(() => null) : null;
  }

  async load() {
    const asked = ++this.asked;
    this.list.setAttribute("aria-busy", "true");
    const text = await this.read();
    if (asked !== this.asked) return;
    if (text === null) this.list.replaceChildren(this.panel.failure(this.words.demand_failed, () => this.load()));
    else this.list.innerHTML = text;
    this.list.setAttribute("aria-busy", "false");
  }

  async more(button) {
    button.disabled = true;
    const text = await this.read(button.dataset.demandAfter);
    button.disabled = false;
    if (text === null) { this.gantt.editor?.toast("x-octagon-fill", [this.words.demand_failed], "bad"); return; }
    const page = make("template");
    page.innerHTML = text;
    this.list.querySelector("[data-demand-rows]").append(...page.content.querySelectorAll("[data-demand-rows] > li"));
    const next = page.content.querySelector("[data-demand-after]");
    if (next) button.dataset.demandAfter = next.dataset.demandAfter;
    else button.remove();
  }

  click(event) {
    const button = event.target.closest?.("button");
    if (button?.dataset.demandAfter) this.more(button);
    else if (button?.dataset.planRefs) this.gantt.editor?.lots.plan({ refs: button.dataset.planRefs }, button.dataset.planWhat);
    else if (button?.dataset.planTile) this.gantt.editor?.lots.plan({ tile: button.dataset.planTile }, button.dataset.planWhat);
  }
}

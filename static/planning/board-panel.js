// The panel at the right: everything about a lot, fetched from the server, or the list of late lots.

import { fill, icon, make } from "./board-dom.js";

export class Panel {
  constructor(parts, plan, words, calls) {
    Object.assign(this, { parts, plan, words, calls });
    this.shown = null;
    this.asked = 0;
    parts.panelClose.addEventListener("click", () => this.close());
  }

  get isOpen() { return !this.parts.panel.hidden; }

  async openLot(lot, { takesFocus = true } = {}) {
    const code = this.plan.lots.code[lot];
    this.open(code, takesFocus);
    const asked = ++this.asked;
    this.fill(make("p", "hint", this.plan.words.loading));
    const answer = await fetch(`${this.calls.url}/lots/${encodeURIComponent(code)}`, { headers: { Accept: "text/html" } }).catch(() => null);
    const text = answer?.ok && !answer.redirected ? await answer.text() : null;
    if (asked !== this.asked) return;
    if (text === null) this.fill(this.failure(lot));
    else this.parts.panelBody.innerHTML = text;
    this.parts.panel.dataset.ready = code;
  }

  // What is open is read again quietly, unless somebody is in it.
  async again() {
    const { panel, panelBody } = this.parts;
    if (!this.isOpen || this.shown === null || panelBody.contains(document.activeElement)) return;
    const asked = this.asked;
    const answer = await fetch(`${this.calls.url}/lots/${encodeURIComponent(this.shown)}`, { headers: { Accept: "text/html" } }).catch(() => null);
    const text = answer?.ok && !answer.redirected ? await answer.text() : null;
    if (text !== null && asked === this.asked && panel.dataset.ready === this.shown) panelBody.innerHTML = text;
  }

  // Late lots as a table: what the red strips say, for those who read rather than look.
  openLate() {
    const { plan, words } = this;
    const head = make("tr", "", ...[plan.words.kind_lot, plan.words.kind_tile, plan.words.kind_order, plan.words.late].map((text) => {
      const cell = make("th", "", text);
      cell.scope = "col";
      return cell;
    }));
    const rows = plan.lateLots.map((lot) => {
      const button = make("button", "link", plan.lots.code[lot]);
      button.type = "button";
      button.addEventListener("click", () => this.calls.goToLot(lot));
      return make("tr", "", make("td", "", button), make("td", "", plan.tileCode(lot)), make("td", "", plan.lots.whose[lot]), make("td", "num", words.minutes(plan.lots.late[lot])));
    });
    const title = make("h2", "", icon("exclamation-circle-fill"), fill(plan.words.late_lots, { n: rows.length }));
    const table = make("table", "late-table", make("thead", "", head), make("tbody", "", ...rows));
    this.asked += 1;
    this.open(null, true);
    this.fill(title, rows.length ? table : make("p", "hint", plan.words.none_late));
    this.parts.panel.dataset.ready = "late";
  }

  failure(lot) {
    const again = make("button", "btn btn-outline-secondary", this.plan.words.try_again);
    again.type = "button";
    again.addEventListener("click", () => this.openLot(lot));
    const note = make("div", "notice bad", this.plan.words.lot_failed);
    note.setAttribute("role", "alert");
    return make("div", "", note, again);
  }

  open(code, takesFocus) {
    delete this.parts.panel.dataset.ready;
    this.shown = code;
    this.parts.panel.hidden = false;
    this.parts.board.classList.add("has-panel");
    if (takesFocus) this.parts.panel.focus({ preventScroll: true });
    this.calls.changed();
  }

  fill(...content) { this.parts.panelBody.replaceChildren(...content); }

  close() {
    if (!this.isOpen) return;
    const hadFocus = this.parts.panel.contains(document.activeElement);
    this.asked += 1;
    this.shown = null;
    this.parts.panel.hidden = true;
    this.parts.board.classList.remove("has-panel");
    if (hadFocus) this.parts.plot.focus({ preventScroll: true });
    this.calls.changed();
  }
}

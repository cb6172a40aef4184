// The panel at the right: everything about a lot, fetched from the server, or the list of late lots.

import { fill, icon, make } from "./board-dom.js";

export class Panel {
  constructor(parts, plan, words, calls) {
    Object.assign(this, { parts, plan, words, calls });
    this.shown = null;
    this.asked = 0;
    parts.panelClose.addEventListener("click", () => this.close());
    parts.panelBody.addEventListener("click", (event) => this.follow(event.target.closest?.("[data-lot]")));
  }

  get isOpen() { return !this.parts.panel.hidden; }

  async openLot(lot, { takesFocus = true } = {}) {
    const code = this.plan.lots.code[lot];
    this.open(code, takesFocus);
    const asked = ++this.asked;
    this.fill(make("p", "hint", this.plan.words.loading));
    const text = await this.read(encodeURIComponent(code));
    if (asked !== this.asked) return;
    if (text === null) this.fill(this.failure(this.plan.words.lot_failed, () => this.openLot(lot)));
    else this.parts.panelBody.innerHTML = text;
    this.parts.panel.dataset.ready = code;
    this.explain(code);
  }

  // Why the lot is late, or where it is: the scheduler thinks about it, so it comes by itself, after the facts.
  async explain(code) {
    const place = this.parts.panelBody.querySelector("[data-why]");
    if (!place) return;
    const asked = this.asked;
    place.setAttribute("aria-busy", "true");
    const text = await this.read(`${encodeURIComponent(code)}/why`);
    if (asked !== this.asked) return;
    if (text === null) {
      place.replaceChildren(this.failure(this.plan.words.why_failed, () => { place.replaceChildren(make("p", "hint", this.plan.words.why_working)); this.explain(code); }));
    } else place.innerHTML = text;
    place.setAttribute("aria-busy", "false");
    place.dataset.why = text === null ? "failed" : "ready";
  }

  // What the server says of a lot, or null.
  async read(path) {
    const answer = await fetch(`${this.calls.url}/lots/${path}`, { headers: { Accept: "text/html" } }).catch(() => null);
    return answer?.ok && !answer.redirected ? answer.text().catch(() => null) : null;
  }

  // A lot named in a sentence leads to that lot.
  follow(button) {
    const lot = button ? this.plan.lotAt.get(button.dataset.lot) : undefined;
    if (lot !== undefined) this.calls.goToLot(lot);
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

  // Anything else that is best read as words.
  show(name, ...content) {
    this.asked += 1;
    this.open(null, true);
    this.fill(...content);
    this.parts.panel.dataset.ready = name;
  }

  failure(words, retry) {
    const again = make("button", "btn btn-outline-secondary", this.plan.words.try_again);
    again.type = "button";
    again.addEventListener("click", retry);
    const note = make("div", "notice bad", words);
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

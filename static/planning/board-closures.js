// What closes lines, on the board: a line's menu, the dialog of its forms, a closure's panel, and what is hit.

import { Forms } from "./board-forms.js";
import { eachWithin } from "./board-rows.js";
import { fill, icon, make } from "./board-dom.js";
import { RowMenu } from "./board-row-menu.js";

export class Closures {
  constructor(gantt, url) {
    Object.assign(this, { gantt, url, parts: gantt.parts });
    const { hitNote, hitOpen, panelBody } = this.parts;
    this.plant = hitNote.dataset.plant;
    this.edits = hitNote.dataset.edits === "yes";
    this.words = JSON.parse(hitNote.dataset.closureWords);
    this.names = new Set();
    this.known = null;
    this.asked = 0;
    this.forms = new Forms(this.parts, this.words, { done: () => this.changed() });
    this.menu = this.edits ? new RowMenu(this.parts) : null;
    hitOpen.addEventListener("click", () => this.openHit());
    panelBody.addEventListener("click", (event) => this.follow(event));
    panelBody.addEventListener("submit", (event) => this.act(event));
    this.again();
  }

  // The menu of a line: what closes it is entered here.
  open(line, button) {
    const { code } = this.gantt.plan.lines;
    const at = `${this.plant}resources/${encodeURIComponent(code[line])}`;
    const entry = (name, sign, path) => [this.words[name], sign, () => this.forms.open(`${at}/${path}`, button)];
    this.menu.open(button, fill(this.words.menu, { line: code[line] }), [
      entry("down", "x-octagon", "close/down"), entry("maintenance", "wrench", "close/maintenance"),
      entry("energy", "lightning-charge", "close/energy"), entry("calendar", "calendar-week", "calendar"),
      [fill(this.words.page, { line: code[line] }), "box-arrow-up-right", () => window.location.assign(at)],
    ]);
  }

  // A closure under a finger or a click: what it is, and what can be done with it.
  async show(index, ms) {
    const { plan, panel } = this.gantt;
    const { code } = plan.lines;
    const line = code[plan.closures.line[index]];
    this.last = { index, ms };
    await this.fill(`closed ${line}`, `${this.plant}resources/${encodeURIComponent(line)}/closed?at=${Math.round(ms)}`, () => this.show(index, ms));
    return panel.isOpen;
  }

  openHit() { return this.fill("hit", `${this.url}/hit`, () => this.openHit()); }

  async fill(name, url, retry) {
    const { panel, plan } = this.gantt;
    const asked = ++this.asked;
    panel.show(name, make("p", "hint", plan.words.loading));
    delete this.parts.panel.dataset.ready;
    const text = await read(url);
    if (asked !== this.asked) return;
    const body = make("div");
    if (text === null) body.append(panel.failure(this.words.hit_failed, retry));
    else body.innerHTML = text;
    panel.fill(body);
    this.parts.panel.dataset.ready = name;
    if (name === "hit" && text !== null) this.mark(body);
  }

  follow(event) {
    const link = event.target.closest?.("a[data-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.forms.open(link.href, link);
  }

  // End now, remove: the forms of the panel; planning around leaves the page as any form does.
  async act(event) {
    const form = event.target;
    if (!form.action.startsWith(new URL(this.plant, window.location.href).href)) return;
    event.preventDefault();
    const why = await this.forms.send(form, event.submitter);
    if (why) this.parts.panelBody.prepend(this.notice(why));
    else await this.changed();
  }

  notice(why) {
    const note = make("div", "notice bad", icon("exclamation-triangle"), make("span", "", why));
    note.setAttribute("role", "alert");
    return note;
  }

  // After every change the plan is drawn with its closures at once, and what they hit is shown.
  async changed() {
    const answer = await fetch(`${this.url}/bars`, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
    this.isBusy = true;
    if (answer?.ok) this.gantt.takeIn(await answer.json());
    this.isBusy = false;
    this.known = this.told();
    this.parts.live.textContent = this.words.kept;
    await this.openHit();
    this.parts.board.dataset.closed = String(Number(this.parts.board.dataset.closed ?? 0) + 1);
  }

  told() { return JSON.stringify([this.gantt.plan.closures, this.gantt.plan.plan]); }

  // As the plan is taken in anew: other closures hit others.
  async again() {
    const told = this.told();
    if (told === this.known || this.isBusy) { this.place(); return; }
    this.known = told;
    const text = await read(`${this.url}/hit?brief=1`);
    if (text === null) { this.known = null; return; }
    const body = make("div");
    body.innerHTML = text;
    this.mark(body);
  }

  mark(body) {
    const told = body.querySelector("[data-hit]");
    if (!told) return;
    const { hitNote, hitText, board } = this.parts;
    const lines = [...body.querySelectorAll(".shut-list b")].map((line) => line.textContent);
    this.names = new Set(told.dataset.hit.split("\n").filter(Boolean).map((name) => name.split(" ").join("\t")));
    hitNote.hidden = !this.names.size;
    hitText.textContent = fill(this.words.hit_lots, { lines: [...new Set(lines)].join(", "), n: told.dataset.hits });
    board.dataset.hits = String(this.names.size);
    this.place();
  }

  // Frames over the bars that are hit, where they are in sight.
  place() {
    const { canvas, plan, view } = this.gantt;
    if (!canvas.layout) return;
    const marks = [];
    for (const row of this.names.size ? canvas.layout.rows : []) {
      for (const lane of row.lanes) {
        eachWithin(plan, lane, view.from, view.to, (bar) => {
          if (this.names.has(plan.nameOf(bar))) marks.push(this.frame(bar, lane));
        });
      }
    }
    this.parts.hits.replaceChildren(...marks);
  }

  frame(bar, lane) {
    const { plan, view } = this.gantt;
    const frame = make("div", "mark-hit", lane.height >= 12 ? icon("x-octagon-fill") : null);
    const left = Math.max(view.x(plan.bars.start[bar]), -20);
    frame.style.transform = `translate(${left}px, ${lane.top}px)`;
    frame.style.width = `${Math.max(Math.min(view.x(plan.bars.end[bar]), view.width + 20) - left, 3)}px`;
    frame.style.height = `${lane.height}px`;
    return frame;
  }
}

async function read(url) {
  const answer = await fetch(url, { headers: { Accept: "text/html" }, cache: "no-store" }).catch(() => null);
  return answer?.ok && !answer.redirected ? answer.text().catch(() => null) : null;
}

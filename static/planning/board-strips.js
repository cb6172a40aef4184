// The strips below the plan: which is shown, its data from the server, and how it follows the plan's view.

import { make } from "./board-dom.js";
import { Pointer } from "./board-pointer.js";
import { HEAD, Paper, isFine } from "./board-strips-draw.js";
import { KINDS } from "./board-strips-kinds.js";
import { StripWords } from "./board-strips-say.js";

const NONE = "none";

export class Strips {
  constructor(parts, plan, time, view, canvas, calls) {
    Object.assign(this, { parts, plan, time, view, canvas, calls, state: calls.state });
    this.say = new StripWords(plan, time);
    this.kinds = Object.fromEntries(Object.entries(KINDS).map(([name, Kind]) => [name, new Kind(plan, time, this.say)]));
    this.known = {};
    this.sheet = null;
    this.cell = null;
    this.isFailed = false;
    this.edits = 0;
    this.frame();
    this.options();
    this.listen();
  }

  get kind() { return this.kinds[this.state.under] ?? null; }

  // By the hour where the heading is; until those have come, by the day.
  get by() { return this.sheet && isFine(this.sheet.scale) && this.state.under !== "late" ? "hour" : "day"; }

  get data() { return (this.known[this.by] ?? this.known.day ?? this.known.hour)?.data ?? null; }

  listen() {
    const { parts } = this;
    for (const button of parts.unders) button.addEventListener("click", () => this.choose(this.state.under === button.dataset.under ? NONE : button.dataset.under));
    parts.underOf.addEventListener("change", () => { this.state.underOf = parts.underOf.value; this.draw(); this.moved(); this.calls.changed(); });
    parts.underTable.addEventListener("click", () => this.table());
    parts.underRetry.addEventListener("click", () => this.refresh());
    parts.underPlot.addEventListener("keydown", (event) => this.key(event));
    parts.underPlot.addEventListener("blur", () => this.pick(null));
    new Pointer({ plot: parts.underPlot, scroll: { scrollTop: 0 } }, this.view, this.canvas, {
      hover: (point) => this.hover(point), leave: () => this.leave(), moved: () => this.calls.moved(),
      tap: (point) => { parts.underPlot.focus({ preventScroll: true }); this.pick(this.at(point.ms, point.y)); },
    });
  }

  // A line or a whole stage, in the order of the rows above.
  options() {
    const { lines, words } = this.plan;
    const groups = [...new Set(lines.stage)].map((stage) => {
      const group = make("optgroup");
      group.label = this.plan.stageName(stage);
      const all = new Option(words.under.all_of.replace("{stage}", this.plan.stageName(stage)), stage);
      const own = lines.code.flatMap((code, line) => (lines.stage[line] === stage ? [new Option(`${code} ${lines.name[line]}`, `${stage}/${code}`)] : []));
      group.append(all, ...own);
      return group;
    });
    this.parts.underOf.replaceChildren(...groups);
    const values = [...this.parts.underOf.options].map((option) => option.value);
    if (!values.includes(this.state.underOf)) this.state.underOf = values.includes("firing") ? "firing" : values[0] ?? "";
    this.parts.underOf.value = this.state.underOf;
  }

  choose(name) {
    this.state.under = name;
    this.leave();
    this.pick(null);
    this.frame();
    this.calls.resized();
    this.fetch();
    this.draw();
    this.moved();
    this.calls.changed();
  }

  // What does not depend on the data: buttons, the choice of a line, the room that the strip takes.
  frame() {
    const { parts, kind } = this;
    for (const button of parts.unders) button.setAttribute("aria-pressed", String(button.dataset.under === this.state.under));
    parts.underBody.hidden = !kind;
    parts.underTable.hidden = !kind;
    parts.underOf.hidden = this.state.under !== "load";
    if (!kind) parts.underSum.textContent = "";
    parts.board.dataset.under = this.state.under;
  }

  // Ask the server again, where what it told may be another by now: after an edit, or a failure.
  async refresh() {
    this.edits += 1;
    this.isFailed = false;
    await this.fetch();
  }

  async fetch() {
    const { by, edits } = this;
    const known = this.known[by];
    if (!this.kind || known?.edits === edits || this.asking || this.isFailed) return;
    this.asking = by;
    const headers = { Accept: "application/json", ...(known ? { "If-None-Match": known.tag } : {}) };
    const answer = await fetch(`${this.calls.url}/strips?by=${by}`, { headers }).catch(() => null);
    const told = answer?.ok && !answer.redirected ? await answer.json().catch(() => null) : null;
    this.asking = null;
    this.isFailed = !told && !(known && answer?.status === 304);
    if (told) this.known[by] = { tag: answer.headers.get("ETag"), data: told, edits };
    else if (!this.isFailed) known.edits = edits;
    this.draw();
    this.moved();
  }

  // Drawn whenever the plan's sheet is, over the same time and at the same scale.
  draw(sheet = this.sheet) {
    this.sheet = sheet;
    const { parts, kind, data } = this;
    if (!sheet || !kind) return;
    this.fetch();
    parts.underFailed.hidden = !this.isFailed;
    kind.of = this.state.underOf;
    this.legend();
    const height = kind.height(parts.underBody.clientHeight, data);
    parts.underPlot.style.height = parts.underNames.style.height = `${height}px`;
    const paper = new Paper(sheet, height, this.time);
    if (data) kind.draw(paper, data);
    parts.underSheet.replaceChildren(paper.svg);
    parts.under.dataset.ready = data ? `${this.state.under} ${this.known[this.by] ? this.by : ""}`.trim() : "";
    this.names(height);
    this.mark();
    this.follow();
  }

  // The strip slides and stretches as the sheet above does.
  follow() {
    const { parts, view, sheet } = this;
    if (!sheet || !this.kind) return;
    const stretch = view.scale / sheet.scale;
    parts.underSheet.style.transform = `translateX(${view.x(sheet.from)}px)${stretch === 1 ? "" : ` scaleX(${stretch})`}`;
    const now = view.x(this.plan.now);
    parts.underNow.hidden = now < -2 || now > view.width + 2;
    parts.underNow.style.transform = `translateX(${now - 1}px)`;
    this.mark();
  }

  moved() {
    const { kind, data, view } = this;
    if (kind && data) this.parts.underSum.textContent = kind.sum(data, view.from, view.to);
  }

  legend() {
    const notes = this.kind.legend(this.data).map(([look, text]) => {
      const swatch = make("span", `swatch ${look.startsWith("#") ? "" : look}`.trim());
      if (look.startsWith("#")) swatch.style.background = look;
      return make("span", "under-note", swatch, text);
    });
    this.parts.underLegend.replaceChildren(...notes);
  }

  names(height) {
    const { kind, data, parts } = this;
    const place = (element, top) => { element.style.top = `${top}px`; return element; };
    if (!data) { parts.underNames.replaceChildren(); return; }
    const lanes = kind.lanes(data, height).map((lane) => {
      const most = lane.kiln ? "" : make("span", "under-most", `${this.say.whole.format(lane.most)} m²`);
      const name = place(make("div", "under-lane", make("b", "", lane.code), make("span", "", lane.name), most), lane.top);
      name.style.height = `${lane.height}px`;
      return name;
    });
    if (lanes.length) { parts.underNames.replaceChildren(...lanes); return; }
    const axis = kind.axis(data, height);
    const marks = [1, 0.5, 0].map((share) => place(make("span", "under-tick", kind.scaleWords(axis.top * share)), Math.min(axis.y(axis.top * share), height - 8)));
    const note = kind.note(data, null);
    parts.underNames.replaceChildren(place(make("div", "under-title", kind.title(data, null), note && make("small", "", note)), HEAD - 8), ...marks);
  }

  // The cell of a moment, and the lane of a height where the strip has lanes.
  at(ms, y) {
    const { kind, data } = this;
    if (!kind || !data) return null;
    const column = kind.columnAt(data, ms);
    const lanes = kind.lanes(data, this.parts.underPlot.clientHeight);
    const lane = lanes.find((own) => y >= own.top && y < own.top + own.height) ?? null;
    return column && (lane || !lanes.length) ? { column, lane } : null;
  }

  told({ column, lane }, ms) {
    const { kind, data } = this;
    const of = lane?.kiln ?? null;
    return [kind.title(data, of), this.say.when(column.from, column.to), kind.facts(column, data, of, ms), kind.note(data, of)];
  }

  hover(point) {
    const found = this.at(point.ms, point.y);
    if (!found) { this.leave(); return; }
    const ms = found.lane ? point.ms : null;
    this.hovered = found;
    this.calls.card.show(`strip ${found.column.from} ${found.lane?.kiln} ${ms && Math.floor(ms / 600_000)}`, () => this.say.card(...this.told(found, ms)), { ...point, above: this.parts.underBody.getBoundingClientRect().top });
    this.mark();
  }

  leave() {
    this.hovered = null;
    this.calls.card.hide();
    this.mark();
  }

  pick(cell) {
    this.cell = cell;
    this.parts.live.textContent = cell ? this.say.sentence(...this.told(cell, null)) : "";
    this.mark();
  }

  mark() {
    const { parts, view } = this;
    const cell = this.hovered ?? this.cell;
    parts.underMark.hidden = !cell || !this.kind;
    if (parts.underMark.hidden) return;
    const [top, height] = cell.lane ? [cell.lane.top, cell.lane.height] : [0, parts.underPlot.clientHeight];
    const { style } = parts.underMark;
    style.transform = `translate(${view.x(cell.column.from)}px, ${top}px)`;
    style.width = `${(cell.column.to - cell.column.from) * view.scale}px`;
    style.height = `${height}px`;
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.data) return;
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key === "Enter") this.table();
    else if (event.key === "PageUp" || event.key === "PageDown") this.calls.page(event.key === "PageUp" ? -1 : 1);
    else if (Object.hasOwn(steps, event.key)) this.step(...steps[event.key]);
    else return;
    event.preventDefault();
  }

  // Arrows walk from cell to cell and from kiln to kiln; the first goes to what is in sight.
  step(across, down) {
    const { kind, data, view } = this;
    const columns = kind.columns(data);
    const lanes = kind.lanes(data, this.parts.underPlot.clientHeight);
    if (!columns.length) return;
    const seen = columns.findIndex((column) => column.to > Math.max(view.from, Math.min(this.plan.now, view.to - 1)));
    const at = this.cell ? columns.findIndex((column) => column.from === this.cell.column.from) + across : seen;
    const column = columns[Math.min(Math.max(at, 0), columns.length - 1)];
    const lane = lanes[Math.min(Math.max((this.cell?.lane?.kiln ?? 0) + (this.cell ? down : 0), 0), lanes.length - 1)] ?? null;
    this.hovered = null;
    this.pick({ column, lane });
    if (view.reveal(column.from, column.to)) this.calls.jumped();
  }

  table() {
    const { kind, data, view } = this;
    if (!kind || !data) return;
    const { heads, rows } = kind.table(data, view.from, view.to);
    const range = `${this.time.moment(view.from)} – ${this.time.moment(view.to)}`;
    this.calls.panel.show("strip", ...this.say.table(kind.title(data, null), range, [this.plan.words.time, ...heads], rows));
  }
}

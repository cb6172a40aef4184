// The Gantt of one plan: joins view, drawing, pointer, keys, search, panel and address.

import * as address from "./board-address.js";
import { Canvas } from "./board-canvas.js";
import { Card } from "./board-card.js";
import { Closures } from "./board-closures.js";
import { Demand } from "./board-demand.js";
import { Edges } from "./board-edges.js";
import { Editor } from "./board-editor.js";
import { Find } from "./board-find.js";
import { listen } from "./board-keys.js";
import { Legend } from "./board-legend.js";
import { Looks } from "./board-looks.js";
import { Names } from "./board-names.js";
import { Panel } from "./board-panel.js";
import { Pick } from "./board-pick.js";
import { Pointer } from "./board-pointer.js";
import { barAt, closureAt, placeOf } from "./board-rows.js";
import { Words } from "./board-say.js";
import { Strips } from "./board-strips.js";
import { PlantTime } from "./board-time.js";
import { View } from "./board-view.js";

const TICK = 30_000;

export class Gantt {
  constructor(parts, plan, url) {
    Object.assign(this, { parts, plan });
    this.time = new PlantTime(plan.zone, plan.language === "zh" ? "zh-CN" : "en-GB");
    this.state = address.read(this.time);
    this.view = new View(plan);
    this.marked = null;
    this.words = new Words(plan, this.time);
    this.canvas = new Canvas(parts, plan, this.time, this.view, { shows: (bar) => this.shows(bar), paint: (bar) => this.looks.paint(bar) });
    this.names = new Names(parts, plan, this.time, { fold: (stage) => this.fold(stage), goToRow: (row) => this.goToRow(row), openLine: parts.hitNote?.dataset.edits ? (line, button) => this.closures.open(line, button) : null });
    this.pick = new Pick(parts, plan, this.view, this.canvas);
    this.card = new Card(parts);
    this.looks = new Looks(this);
    this.looks.changed();
    this.legend = new Legend(parts, plan, this.state, this.looks, () => this.redraw());
    this.panel = new Panel(parts, plan, this.words, { url, changed: () => this.panelChanged(), goToLot: (lot) => this.goToLot(lot) });
    this.find = new Find(parts, plan, (entry) => this.found(entry));
    this.edges = new Edges(parts, plan, this.time, this.view, (row) => this.goToRow(row));
    this.strips = new Strips(parts, plan, this.time, this.view, this.canvas, {
      url, state: this.state, card: this.card, panel: this.panel, page: (step) => this.page(step), jumped: () => this.jumped(),
      moved: () => this.moved(), changed: () => address.write(this.time, this.view, this.state), resized: () => this.resized(),
    });
    this.editor = parts.tray ? new Editor(this, url) : null;
    this.demand = new Demand(this, url);
    this.canvas.onDrawn = (sheet) => {
      this.names.draw(this.canvas.layout, sheet);
      this.edges.draw(this.canvas.layout, sheet);
      this.strips.draw(sheet);
      this.closures?.place();
    };
    this.canvas.onSlide = () => {
      this.pick.follow();
      this.edges.follow();
      this.strips.follow();
      this.editor?.follow();
      this.closures?.place();
    };
    this.start();
    this.closures = parts.hitNote ? new Closures(this, url) : null;
  }

  start() {
    const { parts, state, view } = this;
    view.resize(parts.plot.clientWidth);
    this.high = parts.scroll.clientHeight;
    view.setSpan(state.span, state.preset);
    const begin = this.plan.now > this.plan.last || this.plan.now < this.plan.first ? this.plan.first : this.plan.now;
    if (state.from === null) view.goTo(begin, 0.09);
    else view.from = state.from;
    view.hold();
    if (state.find) {
      this.mark(this.find.named(state.find));
      this.looks.changed();
    }
    this.lay();
    parts.scroll.scrollTop = state.top;
    this.listen();
    if (this.plan.lotAt.has(state.lot)) this.goToLot(this.plan.lotAt.get(state.lot), { moves: state.from === null });
    this.moved();
  }

  listen() {
    const { parts } = this;
    this.pointer = new Pointer(parts, this.view, this.canvas, {
      hover: (point) => this.hover(point), leave: () => this.leave(), tap: (point, kind, isMore) => this.tap(point, kind, isMore), moved: () => this.moved(),
      grip: (point, kind) => this.editor?.grip(point, kind) ?? null, take: (place, point) => this.editor.begin(place, point),
      drag: (point) => this.editor.drag.follow(point), drop: () => this.editor.drag.drop(), cancel: () => this.editor.drag.cancel(),
    });
    listen(this);
    parts.scroll.addEventListener("scroll", () => { this.leave(); this.canvas.follow(); this.moved(); }, { passive: true });
    const click = (part, act) => part.addEventListener("click", act);
    for (const button of parts.zooms) click(button, () => { this.view.show(button.dataset.zoom); this.jumped(); });
    for (const button of parts.modes) click(button, () => this.setRows(button.dataset.rows));
    click(parts.zoomIn, () => this.zoomBy(1.5));
    click(parts.zoomOut, () => this.zoomBy(1 / 1.5));
    click(parts.earlier, () => this.page(-1));
    click(parts.later, () => this.page(1));
    click(parts.today, () => this.today());
    click(parts.lateList, () => this.panel.openLate());
    click(parts.foundClear, () => { this.mark(null); this.redraw(); parts.plot.focus(); });
    for (const button of parts.helpButtons) click(button, () => parts.help.showModal());
    new ResizeObserver(() => this.resized()).observe(parts.scroll);
    window.setInterval(() => {
      this.plan.tick();
      this.canvas.placeNow();
      this.strips.follow();
    }, TICK);
  }

  // Rows are laid into the room there is; in view stays what was in view.
  lay() {
    const room = this.parts.scroll.clientHeight - 1;
    this.canvas.setLayout(this.looks.rows(room));
    this.pick.again();
    for (const button of this.parts.modes) button.setAttribute("aria-pressed", String(button.dataset.rows === this.state.rows));
    this.parts.board.dataset.rows = this.state.rows;
  }

  resized() {
    const width = this.parts.plot.clientWidth;
    const high = this.parts.scroll.clientHeight;
    if (width === this.view.width && high === this.high) return;
    this.high = high;
    this.view.resize(width);
    this.lay();
    this.moved();
  }

  shows(bar) { return (!this.marked || this.marked.has(this.plan.bars.lot[bar])) && this.looks.shows(bar); }

  // While a hand holds the plan, nothing is taken from under it.
  get isHeld() { return this.pointer.held !== null || (this.editor?.drag.isHeld ?? false); }

  // Take in what has happened meanwhile; in view, picked and open stays what was.
  takeIn(columns) {
    const { pick, plan, state } = this;
    const name = pick.bar === null ? null : plan.nameOf(pick.bar);
    plan.take(columns);
    this.find.again();
    this.marked = state.find && this.marked ? new Set(this.find.named(state.find)?.lots) : null;
    const bar = name === null ? null : plan.barNamed(name);
    pick.place = bar === null ? null : { ...pick.place, bar };
    if (name !== null && bar === null) this.choose(null);
    if (this.panel.shown !== null && !plan.lotAt.has(this.panel.shown)) this.panel.close();
    this.looks.changed();
    this.lay();
    this.legend.draw();
    this.panel.again();
    this.strips.refresh();
    this.editor?.follow();
    this.closures?.again();
  }

  redraw() {
    this.looks.changed();
    this.canvas.draw();
    this.moved();
  }

  // After any change of what is looked at: the address and the buttons follow.
  moved() {
    for (const button of this.parts.zooms) button.setAttribute("aria-pressed", String(button.dataset.zoom === this.view.preset));
    const [first, last] = [this.time.week(this.view.from), this.time.week(this.view.to - 1)];
    const weeks = first === last ? first : `${first}–${last}`;
    this.parts.week.textContent = this.plan.words.week_title.replace("{n}", weeks);
    this.strips.moved();
    this.state.top = Math.round(this.parts.scroll.scrollTop);
    address.write(this.time, this.view, this.state);
  }

  jumped() {
    this.leave();
    this.canvas.draw();
    this.moved();
  }

  zoomBy(factor) {
    const { bars } = this.plan;
    const bar = this.pick.bar;
    const held = bar === null ? this.view.anchor() : this.view.x((bars.start[bar] + bars.end[bar]) / 2);
    this.view.zoom(factor, held > 0 && held < this.view.width ? held : this.view.anchor());
    this.jumped();
  }

  today() {
    this.view.goTo(this.plan.now, 0.3);
    this.jumped();
  }

  page(step) {
    this.view.pan(-step * this.view.width * 0.8);
    this.jumped();
  }

  setRows(rows) {
    if (rows === this.state.rows) return;
    this.state.rows = rows;
    this.parts.scroll.scrollTop = 0;
    this.lay();
    if (this.pick.place) this.reveal(this.pick.place);
    this.moved();
  }

  fold(stage) {
    const { fold } = this.state;
    if (!fold.delete(stage)) fold.add(stage);
    this.lay();
    this.moved();
  }

  hover(point) {
    const hit = barAt(this.plan, this.canvas.layout, point.ms, point.y, 3 / this.view.scale);
    this.parts.plot.classList.toggle("is-over-bar", Boolean(hit));
    this.pick.hover(hit);
    const closure = hit ? null : closureAt(this.plan, this.canvas.layout, point.ms, point.y);
    if (hit) this.card.show(`bar ${hit.bar}`, () => this.words.card(hit.bar), point);
    else if (closure !== null) this.card.show(`closure ${closure}`, () => this.words.closureCard(closure), point);
    else this.card.hide();
  }

  leave() {
    this.pick.hover(null);
    this.card.hide();
    this.parts.plot.classList.remove("is-over-bar");
  }

  tap(point, kind, isMore = false) {
    const slack = (kind === "mouse" ? 3 : 12) / this.view.scale;
    const hit = barAt(this.plan, this.canvas.layout, point.ms, point.y, slack);
    this.leave();
    this.parts.plot.focus({ preventScroll: true });
    if (hit && isMore && this.editor?.isOn) { this.editor.toggle(hit.bar, this.pick.bar); this.choose(hit); return; }
    this.editor?.chooseNone();
    if (!hit) {
      this.choose(null);
      const closure = closureAt(this.plan, this.canvas.layout, point.ms, point.y);
      if (closure !== null) this.closures?.show(closure, point.ms);
      return;
    }
    this.choose(hit);
    this.panel.openLot(this.plan.bars.lot[hit.bar], { takesFocus: false });
    this.uncover();
  }

  choose(place) {
    this.pick.set(place);
    this.parts.live.textContent = place ? this.words.sentence(place.bar) : "";
    this.parts.board.dataset.picked = place ? this.plan.lots.code[this.plan.bars.lot[place.bar]] : "";
  }

  step(across, down) { this.walk(this.pick.step(across, down)); }

  toEnd(step) { this.walk(this.pick.end(step)); }

  walk(place) {
    if (!place) return;
    this.leave();
    this.choose(place);
    this.reveal(place);
  }

  reveal({ bar, row }) {
    const { bars } = this.plan;
    const { scroll } = this.parts;
    const high = scroll.clientHeight;
    if (row.top < scroll.scrollTop) scroll.scrollTop = row.top - 4;
    else if (row.top + row.height > scroll.scrollTop + high) scroll.scrollTop = row.top + row.height - high + 4;
    if (this.view.reveal(bars.start[bar], bars.end[bar])) this.jumped();
    else this.canvas.follow();
  }

  openPicked() {
    if (this.pick.bar === null) return;
    this.panel.openLot(this.plan.bars.lot[this.pick.bar]);
    this.uncover();
  }

  // On a small screen the panel lies over the plan: the picked bar must not lie under it.
  uncover() {
    const { panel, plot } = this.parts;
    const start = this.plan.bars.start[this.pick.bar];
    const edge = panel.getBoundingClientRect().left - plot.getBoundingClientRect().left;
    if (edge >= this.view.width || this.view.x(start) < edge - 60) return;
    this.view.goTo(start, 0.1);
    this.jumped();
  }

  panelChanged() {
    this.state.lot = this.panel.shown;
    this.resized();
    this.moved();
  }

  escape() {
    this.leave();
    if (this.panel.isOpen) this.panel.close();
    else if (this.marked) { this.mark(null); this.redraw(); } else this.choose(null);
  }

  goToLot(lot, { moves = true } = {}) {
    const place = this.firstPlace([lot]);
    if (place) {
      this.choose(place);
      if (moves) this.reveal(place);
    }
    this.panel.openLot(lot, { takesFocus: true });
    if (place && moves) this.uncover();
  }

  // The first bar of some lots that is still to be done, in the rows as they are laid; in the rows of an order first.
  firstPlace(lots, near = null) {
    const decided = this.plan.inTime(lots.flatMap((lot) => this.plan.barsOfLot[lot]).filter((bar) => !this.plan.bars.derived[bar]));
    const isDone = (bar) => this.plan.isFinished(bar) || this.plan.bars.end[bar] < this.plan.now;
    const bars = [...decided.filter((bar) => !isDone(bar)), ...decided.filter(isDone)];
    for (const bar of bars) {
      const place = placeOf(this.canvas.layout, bar, near);
      if (place) return place;
    }
    return null;
  }

  goToRow(row) {
    const place = this.firstPlace(row.lots, row);
    if (place) this.walk(place);
    this.parts.plot.focus({ preventScroll: true });
  }

  mark(entry) {
    this.marked = entry ? new Set(entry.lots) : null;
    this.state.find = entry ? `${entry.kind}:${entry.text}` : null;
    this.parts.foundChip.hidden = !entry;
    this.parts.foundName.textContent = entry?.text ?? "";
  }

  found(entry) {
    this.mark(entry);
    const place = this.firstPlace(entry.lots, this.canvas.layout.rows.find((own) => entry.order !== undefined && own.order === entry.order));
    this.redraw();
    if (place) this.walk(place);
    this.parts.plot.focus({ preventScroll: true });
  }
}

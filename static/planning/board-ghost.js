// The ghost of a bar that is being moved: where it would stand, what gives way, and what comes of it in words.

import { fill, icon, make } from "./board-dom.js";

// Bars that give way are outlined up to so many: more than that nobody reads.
const MOST_OUTLINES = 60;
const MOST_LATE = 4;
const MOST_REASONS = 3;

export class Ghost {
  constructor(parts, plan, view, canvas, words) {
    Object.assign(this, { parts, plan, view, canvas, words, wanted: null, told: null });
    this.frame = make("div", "ghost");
    this.others = make("div", "ghost-others");
    this.tip = make("div", "ghost-tip");
    this.tip.setAttribute("role", "status");
    for (const part of [this.frame, this.others, this.tip]) part.hidden = true;
    parts.plot.append(this.others, this.frame);
    parts.board.append(this.tip);
  }

  // The place that the hand asks for; what the server says of it comes later.
  want(wanted, point) {
    this.wanted = wanted;
    this.point = point ?? this.point;
    this.draw();
  }

  tell(told) {
    this.told = told;
    this.draw();
  }

  end() {
    this.wanted = this.told = null;
    this.draw();
  }

  get isImpossible() { return this.told !== null && !this.told.possible; }

  draw() {
    const { frame, others, tip, wanted } = this;
    for (const part of [frame, others, tip]) part.hidden = !wanted;
    if (!wanted) return;
    const landed = this.told?.effects?.landed.find((one) => one.lot === wanted.lot && one.stage === wanted.stage);
    const place = landed ? { line: landed.line, start: landed.start, end: landed.end } : { line: wanted.line, start: wanted.at, end: wanted.at + wanted.length };
    this.lay(frame, place);
    frame.classList.toggle("is-impossible", this.isImpossible);
    frame.classList.toggle("is-waiting", this.told === null);
    frame.replaceChildren(...(landed?.before ? [this.hatch(landed)] : []), make("span", "", this.words.clock(place.start)));
    others.replaceChildren(...(this.told?.effects?.moved ?? []).slice(0, MOST_OUTLINES).map((one) => this.outline(one)).filter(Boolean));
    tip.replaceChildren(...this.lines(landed, place));
    this.placeTip();
  }

  hatch(landed) {
    const hatch = make("i", "ghost-change");
    hatch.style.width = `${landed.before * 60_000 * this.view.scale}px`;
    return hatch;
  }

  outline(one) {
    if (one.lot === this.wanted.lot && one.stage === this.wanted.stage) return null;
    const element = make("div", "ghost-outline");
    return this.lay(element, one) ? element : null;
  }

  // Puts an element over a line from a moment to another; false where that line is not in sight.
  lay(element, { line, start, end }) {
    const row = this.canvas.layout.rows.find((own) => own.kind === "line" && this.plan.lines.code[own.line] === line) ?? this.wanted.row;
    const lane = row?.lanes[0];
    if (!lane) return false;
    element.style.transform = `translate(${this.view.x(start)}px, ${lane.top}px)`;
    element.style.width = `${Math.max((end - start) * this.view.scale, 6)}px`;
    element.style.height = `${lane.height}px`;
    return true;
  }

  lines(landed, place) {
    const { told, words } = this;
    const head = make("b", "", `${place.line} · ${this.words.fromTo(place.start, place.end)}`);
    if (told === null) return [head];
    const reasons = told.reasons.slice(0, MOST_REASONS).map((text) => make("p", told.possible ? "ghost-why" : "ghost-no", icon(told.possible ? "info-circle" : "x-octagon-fill"), text));
    if (!told.possible) return [head, ...reasons];
    const effects = told.effects;
    const moved = effects.moved.filter((one) => !(one.lot === this.wanted.lot)).length;
    return [
      head,
      ...(landed ? [make("p", "", fill(words.words.ghost_changeover, { before: words.minutes(landed.before), after: words.minutes(landed.after) }), landed.gap ? ` · ${fill(words.words.ghost_gap, { time: words.minutes(landed.gap) })}` : "")] : []),
      ...(moved ? [make("p", "", fill(words.words.ghost_moved, { n: moved }))] : []),
      ...this.late(effects.late),
      ...reasons,
    ];
  }

  // Who becomes late, later, earlier or in time again: the worst news first.
  late(rows) {
    const { words } = this;
    const shown = rows.slice(0, MOST_LATE).map(([ref, before, after]) => {
      const isWorse = after > before;
      const text = after === 0 ? fill(words.words.ghost_saved, { order: ref }) : fill(before === 0 ? words.words.ghost_late : words.words.ghost_later, { order: ref, time: words.minutes(after), before: words.minutes(before) });
      return make("p", isWorse ? "ghost-bad" : "ghost-good", icon(isWorse ? "exclamation-circle-fill" : "check-circle-fill"), text);
    });
    const more = rows.length - shown.length;
    return more > 0 ? [...shown, make("p", "hint", fill(words.words.and_more, { n: more }))] : shown;
  }

  placeTip() {
    if (!this.point) return;
    const { width, height } = this.tip.getBoundingClientRect();
    const left = this.point.clientX + 18 + width > window.innerWidth - 8 ? this.point.clientX - 18 - width : this.point.clientX + 18;
    const top = Math.min(this.point.clientY + 22, window.innerHeight - height - 8);
    this.tip.style.transform = `translate(${Math.max(left, 8)}px, ${Math.max(top, 8)}px)`;
  }
}

// Moving bars by hand, finger or keys. A move always means the same: put it here and pin it; what is not pinned gives way.

import { HOUR, MINUTE } from "./board-time.js";
import { rowAt } from "./board-rows.js";

const SNAP = 15 * MINUTE;
const DAY = 24 * HOUR;
// So near to an edge of the plan (px) a held bar pulls the plan along.
const EDGE = 44;
const PULL = 9;

export class Drag {
  constructor(gantt, draft, ghost, calls) {
    Object.assign(this, { gantt, draft, ghost, calls, held: null, asking: false, stale: false });
    this.pull = 0;
  }

  get isHeld() { return this.held !== null; }

  // Why a bar cannot be moved at all; null where it can.
  refusal(bar) {
    const { plan } = this.gantt;
    if (plan.bars.derived[bar]) return plan.words.drag_forming;
    if (plan.isFinished(bar)) return plan.words.drag_finished;
    return null;
  }

  // Take a bar in hand, at the moment under the pointer or at its start.
  take(place, point = null) {
    const { plan } = this.gantt;
    const { bar } = place;
    this.held = {
      place, bar, grip: point ? point.ms - plan.bars.start[bar] : 0, line: plan.lines.code[plan.bars.line[bar]],
      at: plan.bars.start[bar], length: plan.bars.end[bar] - plan.bars.start[bar], isMoved: false,
    };
    this.show(point);
  }

  // The bars that move along: all that are chosen, if this is one of them.
  get group() {
    const { chosen } = this.gantt.editor;
    return chosen.has(this.held.bar) && chosen.size > 1 ? [...chosen] : [this.held.bar];
  }

  follow(point) {
    const { held } = this;
    const at = Math.round((point.ms - held.grip) / SNAP) * SNAP;
    const row = rowAt(this.gantt.canvas.layout, point.y);
    const line = row?.kind === "line" && this.group.length === 1 ? this.gantt.plan.lines.code[row.line] : held.line;
    this.pullAlong(point);
    this.to(at, line, point);
  }

  // By keys: so many snaps, or to the next line of the same stage.
  nudge(step, down, isFar) {
    const { held, gantt } = this;
    const at = (isFar ? held.at + step * DAY : Math.round((held.at + step * SNAP) / SNAP) * SNAP);
    const lines = gantt.canvas.layout.rows.filter((row) => row.kind === "line" && gantt.plan.lines.stage[row.line] === gantt.plan.stage(held.bar));
    const now = lines.findIndex((row) => gantt.plan.lines.code[row.line] === held.line);
    const row = lines[Math.min(Math.max(now + down, 0), lines.length - 1)];
    this.to(at, down && row ? gantt.plan.lines.code[row.line] : held.line, this.keyPoint());
  }

  keyPoint() {
    const { gantt, held } = this;
    const box = gantt.parts.plot.getBoundingClientRect();
    const x = Math.min(Math.max(gantt.view.x(held.at), 0), gantt.view.width - 40);
    return { clientX: box.left + x, clientY: box.top + held.place.lane.top + held.place.lane.height };
  }

  to(at, line, point) {
    const { held } = this;
    const isSame = held.isMoved && held.at === at && held.line === line;
    Object.assign(held, { at, line, isMoved: true });
    this.show(point, isSame);
    if (!isSame) this.ask();
  }

  show(point, keeps = false) {
    const { held, gantt } = this;
    if (!keeps) this.ghost.told = null;
    const lot = gantt.plan.lots.code[gantt.plan.bars.lot[held.bar]];
    this.ghost.want({ lot, stage: gantt.plan.stage(held.bar), line: held.line, at: held.at, length: held.length, row: held.place.row }, point);
  }

  wish() {
    const { held, gantt } = this;
    const bars = this.group.map((bar) => nameOf(gantt.plan, bar));
    if (bars.length === 1) return { kind: "put", bars, line: held.line, at: held.at };
    return { kind: "shift", bars, minutes: Math.round((held.at - gantt.plan.bars.start[held.bar]) / MINUTE) };
  }

  // One question at a time; the newest place is asked for as soon as the answer to the one before is there.
  async ask() {
    if (this.asking) { this.stale = true; return; }
    this.asking = true;
    try {
      do {
        this.stale = false;
        const told = await this.draft.attempt(this.wish()).catch(() => null);
        if (!this.held) return;
        if (told && !this.stale) {
          this.ghost.tell(told);
          this.calls.say(told);
        }
      } while (this.stale);
    } finally {
      this.asking = false;
    }
  }

  // Near an edge the plan comes along, so that a bar can go where one does not look yet.
  pullAlong(point) {
    const { view, canvas } = this.gantt;
    const pull = point.x < EDGE ? 1 : point.x > view.width - EDGE ? -1 : 0;
    this.edge = point;
    if (pull === this.pull) return;
    this.pull = pull;
    const step = () => {
      if (!this.held || !this.pull) return;
      view.pan(this.pull * PULL);
      canvas.follow();
      this.follow({ ...this.edge, ms: view.ms(this.edge.x) });
      window.requestAnimationFrame(step);
    };
    if (pull) window.requestAnimationFrame(step);
  }

  async drop() {
    const { held } = this;
    if (!held) return;
    const [wish, isImpossible, told] = [this.wish(), this.ghost.isImpossible, this.ghost.told];
    this.cancel();
    if (!held.isMoved) return;
    if (isImpossible) { this.calls.refused(told.reasons); return; }
    await this.calls.edit(wish);
  }

  cancel() {
    this.held = null;
    this.pull = 0;
    this.ghost.end();
  }
}

// A bar as the server is told of it: its lot and its stage.
export function nameOf(plan, bar) { return `${plan.lots.code[plan.bars.lot[bar]]} ${plan.stage(bar)}`; }

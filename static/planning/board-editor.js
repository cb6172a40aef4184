// Editing on the board: joins the draft, the hand that drags, its ghost, the tray and the keys.

import { Drag, nameOf } from "./board-drag.js";
import { Draft } from "./board-draft.js";
import { fill, icon, make } from "./board-dom.js";
import { Frontier } from "./board-frontier.js";
import { Ghost } from "./board-ghost.js";
import { barAt, eachWithin } from "./board-rows.js";
import { LotBox } from "./board-lots.js";
import { fits, patched } from "./board-patch.js";
import { Scenario } from "./board-scenario.js";
import { Together } from "./board-together.js";
import { Tray } from "./board-tray.js";

const TOAST = 9000;

export class Editor {
  constructor(gantt, url) {
    Object.assign(this, { gantt, parts: gantt.parts, words: gantt.words });
    this.draft = new Draft(url, { changed: () => this.changed() });
    this.ghost = new Ghost(this.parts, gantt.plan, gantt.view, gantt.canvas, this.words);
    this.drag = new Drag(gantt, this.draft, this.ghost, {
      edit: (wish) => this.edit(wish), refused: (reasons) => this.refuse(reasons), say: (told) => this.say(told),
    });
    this.tray = new Tray(this.parts, this.draft, this.words, {
      edit: (wish) => this.edit(wish), go: (act) => this.go(act), improved: (told) => this.improved(told), failed: (answer) => this.failed(answer),
    });
    this.more = this.parts.tray ? [new Scenario(this), new Frontier(this), new Together(this)] : [];
    this.lots = new LotBox(this);
    this.timer = 0;
    this.names = new Set();
  }

  start() { return this.draft.load(); }

  get isOn() { return this.draft.canEdit; }

  changed() {
    this.parts.board.classList.toggle("is-editable", this.isOn);
    this.parts.board.dataset.step = String(this.draft.now.step);
    this.tray.draw();
    for (const one of this.more) one.draw();
    this.follow();
    this.gantt.demand?.again();
  }

  // The bar under a hand, where the hand would take it along rather than the plan.
  // A finger first chooses a bar, then moves it: whoever scrolls moves nothing by mistake.
  grip(point, kind) {
    if (!this.isOn) return null;
    const { plan, canvas, view, pick } = this.gantt;
    const place = barAt(plan, canvas.layout, point.ms, point.y, (kind === "mouse" ? 3 : 12) / view.scale);
    return place && (kind === "mouse" || pick.bar === place.bar) ? place : null;
  }

  // Several bars can be chosen and moved together; they are known by name, for edits change their places.
  get chosen() {
    const { plan } = this.gantt;
    return new Set([...this.names].map((name) => plan.barNamed(name)).filter((bar) => bar !== null));
  }

  toggle(bar, before) {
    const { plan } = this.gantt;
    if (!this.names.size && before !== null && before !== bar && !plan.bars.derived[before]) this.names.add(plan.nameOf(before));
    const name = plan.nameOf(bar);
    if (plan.bars.derived[bar]) return;
    if (!this.names.delete(name)) this.names.add(name);
    this.follow();
  }

  chooseNone() {
    if (!this.names.size) return;
    this.names.clear();
    this.follow();
  }

  // Frames of what is chosen and locks of what is pinned, over the bars that are in sight.
  follow() {
    if (!this.draft.now || !this.gantt.canvas.layout) return;
    const { plan, canvas, view } = this.gantt;
    const chosen = this.chosen;
    const marks = [];
    for (const row of canvas.layout.rows) {
      for (const lane of row.lanes) {
        eachWithin(plan, lane, view.from, view.to, (bar) => {
          const isPinned = !plan.bars.derived[bar] && this.draft.isPinned(plan.lots.code[plan.bars.lot[bar]], plan.stage(bar));
          if (chosen.has(bar)) marks.push(this.mark(bar, lane, "mark-chosen"));
          if (isPinned && lane.height >= 12) marks.push(this.mark(bar, lane, "mark-pin"));
        });
      }
    }
    this.parts.marks.replaceChildren(...marks);
  }

  mark(bar, lane, look) {
    const { plan, view } = this.gantt;
    const mark = make("div", look, ...(look === "mark-pin" ? [icon("lock-fill")] : []));
    const left = Math.max(view.x(plan.bars.start[bar]), look === "mark-pin" ? 0 : -20);
    mark.style.transform = `translate(${left}px, ${lane.top}px)`;
    if (look === "mark-chosen") {
      mark.style.width = `${Math.max(Math.min(view.x(plan.bars.end[bar]), view.width + 20) - left, 3)}px`;
      mark.style.height = `${lane.height}px`;
    }
    return mark;
  }

  begin(place, point) {
    const why = this.drag.refusal(place.bar);
    if (why) { this.refuse([why]); return false; }
    this.drag.take(place, point);
    return true;
  }

  // By keys: take the picked bar in hand, or put it down where it is.
  takeByKey() {
    const { place } = this.gantt.pick;
    if (!this.isOn || !place) return;
    if (this.drag.isHeld) { this.drag.drop(); return; }
    if (this.begin(place, null)) this.parts.live.textContent = this.words.words.in_hand;
  }

  async edit(wish) {
    const answer = await this.draft.edit(wish);
    if (!answer.ok) { this.failed(answer); return; }
    this.done(answer.told);
  }

  async go(act) {
    if (!this.draft.now?.is_draft) return;
    const answer = await this.draft.send(act);
    if (!answer.ok) { this.failed(answer); return; }
    this.done(answer.told);
  }

  done(told) {
    if (told.reload || !told.patch || !fits(this.gantt.plan, told.patch)) this.reload();
    else this.takeIn(patched(this.gantt.plan, told.patch));
    const said = told.effects ? this.sentence(told.effects) : "";
    this.parts.live.textContent = [said, ...(told.reasons ?? [])].filter(Boolean).join(" ");
    if (told.reasons?.length) this.toast("info-circle-fill", [this.landed(told.effects), ...told.reasons]);
    else this.parts.toast.hidden = true;
  }

  takeIn(columns) {
    this.gantt.takeIn(columns);
    this.parts.board.dataset.edited = String(Number(this.parts.board.dataset.edited ?? 0) + 1);
  }

  async reload() {
    const answer = await fetch(`${this.draft.url}/bars`, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.ok) this.takeIn(await answer.json());
  }

  async improved(told) {
    await this.draft.load();
    await this.reload();
    this.toast("check-circle-fill", [told.label]);
  }

  sentence(effects) {
    const late = effects.late.filter(([, before, after]) => after > before).length;
    return fill(this.words.words.edit_done, { n: effects.moved.length, late });
  }

  // Where it stands, when that is not where it was put.
  landed(effects) {
    const [one] = effects.landed;
    return one ? fill(this.words.words.edit_landed, { lot: one.lot, line: one.line, at: this.words.time.moment(one.start) }) : "";
  }

  say(told) {
    this.parts.live.textContent = told.possible ? this.sentence(told.effects) : told.reasons.join(" ");
  }

  refuse(reasons) { this.toast("x-octagon-fill", reasons, "bad"); }

  failed(answer) {
    const { words } = this.words;
    if (answer.status === 409) this.reload();
    const texts = answer.told.reasons?.length ? answer.told.reasons : [answer.told.error ?? words.edit_failed];
    this.toast(answer.status === 409 ? "people-fill" : "x-octagon-fill", texts, "bad");
  }

  toast(name, texts, look = "") {
    const { toast } = this.parts;
    toast.className = `board-toast ${look}`;
    toast.replaceChildren(icon(name), make("div", "", ...texts.filter(Boolean).map((text) => make("p", "", text))));
    toast.hidden = false;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => { toast.hidden = true; }, TOAST);
  }

  bars() {
    const { chosen, gantt: { pick, plan } } = this;
    const bars = chosen.size ? [...chosen] : pick.bar === null ? [] : [pick.bar];
    return bars.filter((bar) => !plan.bars.derived[bar]).map((bar) => nameOf(plan, bar));
  }

  lock(kind) {
    const bars = this.bars();
    if (this.isOn && bars.length) this.edit({ kind, bars });
  }

  // Keys while a bar is in hand, and those that act on the draft; true where one was meant.
  key(event, key) {
    if (this.drag.isHeld) return this.keyInHand(event, key);
    if (!this.draft.now?.is_draft) return false;
    const isControl = event.ctrlKey || event.metaKey;
    const acts = isControl ? { z: () => this.go(event.shiftKey ? "redo" : "undo"), y: () => this.go("redo") }
      : { z: () => this.go("undo"), y: () => this.go("redo"), l: () => this.lock("lock"), u: () => this.lock("unlock"), s: () => this.lots.split(), m: () => this.lots.merge(), " ": () => this.takeByKey() };
    if (!acts[key] || (key === " " && event.target !== this.parts.plot)) return false;
    acts[key]();
    return true;
  }

  keyInHand(event, key) {
    const acts = {
      ArrowLeft: () => this.drag.nudge(-1, 0, event.shiftKey), ArrowRight: () => this.drag.nudge(1, 0, event.shiftKey),
      ArrowUp: () => this.drag.nudge(0, -1, false), ArrowDown: () => this.drag.nudge(0, 1, false),
      Enter: () => this.drag.drop(), " ": () => this.drag.drop(), Escape: () => this.drag.cancel(),
    };
    if (!acts[key]) return false;
    acts[key]();
    return true;
  }
}

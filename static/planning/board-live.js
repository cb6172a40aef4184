// Keeps the plan up to date: asks every few seconds whether the floor has told anything, and takes it in.

import { fill } from "./board-dom.js";

const EVERY = 10_000;
const WAITS = 300;

export class Live {
  constructor(gantt, url, tag) {
    Object.assign(this, { gantt, url, tag, parts: gantt.parts, known: gantt.plan.state, since: null, isAsking: false });
    this.timer = window.setInterval(() => this.ask(), EVERY);
    document.addEventListener("visibilitychange", () => this.ask());
    window.addEventListener("online", () => this.ask());
  }

  async ask() {
    if (document.hidden || this.isAsking) return;
    this.isAsking = true;
    try {
      await this.learn();
      this.fresh();
    } catch (error) {
      this.stale();
      console.info(error);
    } finally {
      this.isAsking = false;
    }
  }

  async learn() {
    const headers = { Accept: "application/json", ...(this.tag ? { "If-None-Match": this.tag } : {}) };
    const answer = await fetch(this.url, { headers, cache: "no-store", redirect: "error" });
    if (answer.status === 304) return;
    if (!answer.ok) throw new Error(`bars answered ${answer.status}`);
    const columns = await answer.json();
    while (this.gantt.isHeld) await new Promise((done) => { window.setTimeout(done, WAITS); });
    this.gantt.takeIn(columns);
    this.tag = answer.headers.get("ETag");
    this.parts.board.dataset.taken = String(Number(this.parts.board.dataset.taken ?? 0) + 1);
    if (columns.state === "superseded" && this.known !== "superseded") this.parts.overtaken.hidden = false;
  }

  fresh() {
    this.since = this.gantt.plan.now;
    if (this.parts.note.dataset.kind === "stale") this.parts.note.hidden = true;
  }

  stale() {
    const { plan, time } = this.gantt;
    const { note } = this.parts;
    const text = fill(plan.words.stale, { at: time.hour(this.since ?? plan.told.now) });
    if (!note.hidden && note.textContent === text) return;
    note.textContent = text;
    note.dataset.kind = "stale";
    note.hidden = false;
  }
}

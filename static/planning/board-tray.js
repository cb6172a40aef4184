// The tray of a draft: its changes, undo and redo, check, repair, and the scheduler's help while it works.

import { fill, icon, make } from "./board-dom.js";
import { headers } from "./board-draft.js";

const EVERY = 1500;

export class Tray {
  constructor(parts, draft, words, calls) {
    Object.assign(this, { parts, draft, words, calls, watching: null });
    const click = (name, act) => parts[name].addEventListener("click", act);
    click("undo", () => calls.go("undo"));
    click("redo", () => calls.go("redo"));
    click("reset", () => calls.go("reset"));
    click("repair", () => calls.edit({ kind: "repair" }));
    click("check", () => this.check());
    click("stopRun", () => this.stop());
    for (const button of parts.improvers) button.addEventListener("click", () => this.improve(button.dataset.improve));
    this.numbers = new Intl.NumberFormat(words.time.locale, { maximumFractionDigits: 0 });
  }

  draw() {
    const { parts, draft: { now } } = this;
    const isBusy = now.run !== null;
    parts.tray.hidden = !now.is_draft;
    const count = now.steps.filter((step) => step.position <= now.step).length;
    parts.changes.textContent = fill(this.words.words.changes, { n: count });
    parts.undo.disabled = isBusy || !now.can_undo;
    parts.redo.disabled = isBusy || !now.can_redo;
    parts.reset.disabled = isBusy || !now.can_undo;
    parts.repair.disabled = isBusy;
    parts.improveMenu.hidden = isBusy;
    parts.runBox.hidden = !isBusy;
    parts.stale.hidden = !now.is_stale;
    this.list(now);
    this.price(now);
    this.head(now);
    if (isBusy) this.watch(now.run);
  }

  list(now) {
    const rows = now.steps.map((step) => {
      const isDone = step.position <= now.step;
      const row = make("li", isDone ? "" : "is-undone", make("b", "", step.label), make("span", "", `${step.by} · ${this.words.time.hour(step.at)}`), make("span", "num", this.money(step.total)));
      if (step.position === now.step) row.setAttribute("aria-current", "step");
      return row;
    });
    this.parts.steps.replaceChildren(...(rows.length ? [...rows].reverse() : [make("li", "hint", this.words.words.no_changes)]));
  }

  money(cents) { return cents === null || cents === undefined ? "" : this.numbers.format(cents / 100); }

  // The figures in the head of the page follow the draft.
  head(now) {
    for (const figure of this.parts.figures) {
      const { figure: name } = figure.dataset;
      const value = name === "total" ? now.price.total / 100 : Number(now.figures[name]);
      if (Number.isFinite(value)) figure.textContent = this.numbers.format(Math.round(value));
      if (name === "late_items") {
        const box = figure.closest("dl > div");
        box.classList.toggle("bad", value > 0);
        box.classList.toggle("good", value === 0);
      }
    }
  }

  // The price against the plan in force; what is dearer is not always worse, so both are shown.
  price(now) {
    const { parts, words } = this;
    const force = now.force?.price?.total;
    const total = now.price?.total;
    const change = force === undefined || total === undefined ? null : total - force;
    parts.trayPrice.textContent = total === undefined ? "" : fill(words.words.price_now, { price: this.money(total) });
    parts.trayAgainst.textContent = change === null ? "" : fill(words.words.price_against, { price: `${change > 0 ? "+" : change < 0 ? "−" : "±"}${this.money(Math.abs(change))}` });
    parts.trayAgainst.className = change === null || change === 0 ? "" : change > 0 ? "is-dearer" : "is-cheaper";
    parts.trayLate.textContent = now.figures?.late_items === undefined ? "" : fill(words.words.late_now, { n: now.figures.late_items, force: now.force ? now.force.figures.late_items : "–" });
  }

  async improve(kind) {
    this.parts.improveMenu.open = false;
    const seconds = Number(this.parts.improveSeconds.value);
    const answer = await this.draft.send("improve", { kind, seconds });
    if (!answer.ok) this.calls.failed(answer);
  }

  // While a run improves the draft: how far it is, every second and a half; then the plan is asked for anew.
  watch(run) {
    if (this.watching === run) return;
    this.watching = run;
    const ask = async () => {
      const answer = await fetch(`${this.parts.board.dataset.runs}/${run}/progress`, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
      const told = answer?.ok ? await answer.json() : null;
      if (told) this.progress(told);
      if (told && !told.is_live) {
        this.watching = null;
        await this.calls.improved(told);
        return;
      }
      window.setTimeout(ask, EVERY);
    };
    ask();
  }

  progress(told) {
    const { parts, words } = this;
    parts.runBar.max = told.budget || 1;
    parts.runBar.value = Math.min(told.seconds ?? 0, told.budget || 1);
    const facts = [told.label];
    if (told.total !== null && told.total !== undefined) facts.push(fill(words.words.price_now, { price: this.money(told.total) }));
    if (told.late !== null && told.late !== undefined) facts.push(fill(words.words.late_count, { n: told.late }));
    parts.runText.textContent = facts.join(" · ");
  }

  async stop() {
    const run = this.draft.now.run;
    if (run) await fetch(`${this.parts.board.dataset.runs}/${run}/stop`, { method: "POST", headers: headers(), redirect: "manual" }).catch(() => null);
  }

  // What speaks against publishing, in words; nothing is changed.
  async check() {
    const { parts } = this;
    const answer = await fetch(`${this.draft.url}/check`, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
    if (!answer?.ok) { this.calls.failed({ status: answer?.status ?? 0, told: {} }); return; }
    const { items } = await answer.json();
    const rows = items.map((item) => make("li", `check-${item.kind}`, icon(ICONS[item.kind]), make("span", "", item.text), ...(item.renew ? [this.renewButton()] : [])));
    parts.checkList.replaceChildren(...rows);
    parts.checkBox.showModal();
  }

  renewButton() {
    const button = make("button", "btn btn-outline-secondary", this.words.words.renew);
    button.type = "button";
    button.addEventListener("click", async () => {
      this.parts.checkBox.close();
      await this.calls.go("renew");
    });
    return button;
  }
}

const ICONS = { good: "check-circle-fill", note: "info-circle-fill", bad: "exclamation-circle-fill" };

// What if: the name of a draft, what it assumes, and the questions by which it assumes something more.

import { fill, icon, make } from "./board-dom.js";

const HOUR = 3_600_000;

export class Scenario {
  constructor(editor) {
    this.editor = editor;
    const board = editor.parts.board;
    const part = (name) => board.querySelector(`[data-part="${name}"]`);
    const names = ["draftName", "assumedMenu", "assumedCount", "assumedList", "settle", "whatIf", "askBox", "askForm", "askTitle", "askError", "askDo", "askClose"];
    this.parts = Object.fromEntries(names.map((name) => [name, part(name)]));
    this.words = JSON.parse(this.parts.askBox.dataset.words);
    this.asks = [...board.querySelectorAll("[data-ask]")];
    for (const button of this.asks) button.addEventListener("click", () => this.ask(button.dataset.ask, button));
    this.parts.askClose.addEventListener("click", () => this.parts.askBox.close());
    this.parts.askForm.addEventListener("submit", (event) => { event.preventDefault(); this.answer(); });
    this.parts.settle.addEventListener("click", () => this.settle());
  }

  draw() {
    const { parts, words, editor: { draft: { now } } } = this;
    parts.draftName.textContent = now.name || words.no_name;
    parts.draftName.classList.toggle("is-unnamed", !now.name);
    parts.assumedMenu.hidden = !now.assumed.length;
    parts.assumedCount.textContent = fill(words.assumes, { n: now.assumed.length });
    parts.assumedList.replaceChildren(...now.assumed.map((text) => make("li", "", icon("patch-question"), make("span", "", text))));
    const isBusy = now.run !== null;
    for (const button of this.asks) button.disabled = isBusy && button.dataset.ask !== "copy";
    parts.settle.disabled = isBusy;
  }

  // The form of one question, with what is picked on the board filled in.
  ask(kind, button) {
    const { parts, editor } = this;
    this.kind = kind;
    parts.whatIf.open = false;
    parts.askTitle.textContent = kind === "name" ? button.title : button.textContent.trim().replace(/…$/, "");
    parts.askError.hidden = true;
    for (const group of parts.askForm.querySelectorAll("[data-for]")) {
      const isMeant = group.dataset.for.split(" ").includes(kind);
      group.hidden = !isMeant;
      if ("disabled" in group) group.disabled = !isMeant;
    }
    this.fillIn(editor.gantt.plan, editor.gantt.pick.bar);
    parts.askBox.showModal();
    parts.askForm.querySelector("fieldset:not([hidden]) :is(input, select)")?.focus();
  }

  fillIn(plan, bar) {
    const { elements } = this.parts.askForm;
    const lot = bar === null ? null : plan.bars.lot[bar];
    elements.name.value = this.kind === "name" ? this.editor.draft.now.name : "";
    this.options("ask-items", [...new Set(plan.pegs.item.filter((_, peg) => plan.pegs.order[peg] >= 0))]);
    this.options("ask-tiles", [...new Set(plan.lots.code.map((_, one) => plan.tileCode(one)))]);
    const lines = [...plan.lines.code.keys()].filter((line) => !["forming", "spray_drying"].includes(plan.lines.stage[line]));
    elements.line.replaceChildren(...lines.map((line) => {
      const option = make("option", "", `${plan.lines.code[line]} ${plan.lines.name[line]}`);
      option.value = plan.lines.code[line];
      return option;
    }));
    if (lot === null) return;
    const peg = plan.pegsOfLot[lot].find((one) => plan.pegs.order[one] >= 0);
    if (peg !== undefined) elements.item.value = plan.pegs.item[peg];
    elements.tile.value = plan.tileCode(lot);
    const line = plan.lines.code[plan.bars.line[bar]];
    if ([...elements.line.options].some((option) => option.value === line)) elements.line.value = line;
    elements.from.value = this.clock(plan.bars.start[bar]);
    elements.to.value = this.clock(plan.bars.start[bar] + 8 * HOUR);
  }

  options(id, values) {
    this.parts.askForm.querySelector(`#${id}`).replaceChildren(...values.map((value) => {
      const option = make("option");
      option.value = value;
      return option;
    }));
  }

  // A moment as the fields of the form write it, by the plant's clock.
  clock(ms) { return this.editor.words.time.stamp(ms); }

  async answer() {
    const { parts, editor, kind } = this;
    const told = Object.fromEntries(new FormData(parts.askForm));
    parts.askDo.disabled = true;
    const act = kind === "copy" || kind === "name" ? kind : "edits";
    const answer = await editor.draft.send(act, act === "edits" ? { kind, ...told } : told);
    parts.askDo.disabled = false;
    if (!answer.ok) { this.refuse(answer); return; }
    parts.askBox.close();
    if (kind === "copy") { window.location.assign(answer.told.url); return; }
    if (act === "edits") editor.done(answer.told);
  }

  refuse(answer) {
    const { askError } = this.parts;
    const reasons = answer.told.reasons ?? [];
    askError.textContent = [answer.told.error ?? this.words.ask_failed, ...reasons].join(" ");
    askError.hidden = false;
    if (answer.status === 409) this.editor.reload();
  }

  async settle() {
    this.parts.assumedMenu.open = false;
    await this.editor.go("settle");
  }
}

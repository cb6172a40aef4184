// Who else is at a draft: this page says that it is open, learns who else is, and takes in what others have changed.

import { fill, make } from "./board-dom.js";
import { headers } from "./board-draft.js";

const EVERY = 10_000;
const MOST_SHOWN = 4;

export class Together {
  constructor(editor) {
    this.editor = editor;
    this.box = editor.parts.board.querySelector("[data-part=people]");
    this.words = JSON.parse(editor.parts.board.querySelector("[data-part=askBox]").dataset.words);
    this.isAsking = false;
    window.setInterval(() => this.beat(), EVERY);
    document.addEventListener("visibilitychange", () => this.beat());
    this.hasBegun = false;
  }

  draw() {
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.beat();
  }

  async beat() {
    const { draft } = this.editor;
    if (document.hidden || this.isAsking || !draft.now?.is_draft) return;
    this.isAsking = true;
    try {
      const answer = await fetch(`${draft.url}/seen`, { method: "POST", headers: headers(), body: "{}" });
      if (answer.ok) await this.learn(await answer.json());
    } catch (error) {
      console.info(error);
    } finally {
      this.isAsking = false;
    }
  }

  async learn(told) {
    const { editor } = this;
    this.show(told.people);
    await editor.draft.queue;
    if (told.version <= editor.draft.now.version || editor.drag.isHeld) return;
    const step = editor.draft.now.step;
    await editor.draft.load();
    await editor.reload();
    if (editor.draft.now.step === step && editor.draft.now.run !== null) return;
    editor.toast("people-fill", [told.by && told.by !== "system" ? fill(this.words.changed_by, { who: told.by }) : this.words.changed_unnamed]);
  }

  show(people) {
    const { words, editor } = this;
    const rows = people.slice(0, MOST_SHOWN).map((one) => {
      const text = one.here ? fill(words.is_here, { who: one.name }) : fill(words.has_edited, { who: one.name, at: editor.words.time.hour(one.edited) });
      const mark = make("i", "", initials(one.name));
      mark.setAttribute("aria-hidden", "true");
      const row = make("span", one.here ? "person is-here" : "person", mark, make("span", "person-name", one.name), make("span", "visually-hidden", text));
      row.title = text;
      return row;
    });
    if (people.length > MOST_SHOWN) rows.push(make("span", "person", `+${people.length - MOST_SHOWN}`));
    this.box.replaceChildren(...rows);
  }
}

// "Li Wei" is LW; a Chinese name is known by its last two signs.
export function initials(name) {
  const words = name.trim().split(/\s+/);
  if (/[\u3400-\u9fff]/.test(name)) return [...name.replace(/\s/g, "")].slice(-2).join("");
  return words.length > 1 ? `${words[0][0]}${words.at(-1)[0]}`.toUpperCase() : name.slice(0, 2).toUpperCase();
}

// Lots that a planner changes: one dialog that asks what is meant, tells what comes of it, and does it.

import { fill, icon, make } from "./board-dom.js";
import { becoming, count, pick, quantity } from "./board-lots-say.js";

const PAUSE = 150;

export class LotBox {
  constructor(editor) {
    const { board } = editor.parts;
    const part = (name) => board.querySelector(`[data-part=lotBox${name}]`);
    Object.assign(this, { editor, gantt: editor.gantt, draft: editor.draft, box: part(""), asked: 0, timer: 0, wish: null });
    Object.assign(this, { title: part("Title"), hint: part("Hint"), body: part("Body"), told: part("Told"), button: part("Do") });
    this.words = JSON.parse(this.box.dataset.lotsWords);
    part("Cancel").addEventListener("click", () => this.box.close());
    this.button.addEventListener("click", () => this.go());
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.tagName === "INPUT" && !this.button.disabled) { event.preventDefault(); this.go(); }
    });
    this.box.addEventListener("close", () => { this.asked += 1; window.clearTimeout(this.timer); });
    editor.parts.panelBody.addEventListener("click", (event) => this.click(event.target.closest?.("[data-lots]")));
  }

  click(button) {
    if (!button) return;
    const { lots, of, item } = button.dataset;
    if (lots === "split") this.split(of);
    if (lots === "merge") this.merge([of]);
    if (lots === "repeg") this.repeg(of, item);
  }

  // The lot that is meant where only a key was pressed: that of the picked bar.
  get picked() {
    const { pick: picked, plan } = this.gantt;
    return picked.bar === null ? null : plan.lots.code[plan.bars.lot[picked.bar]];
  }

  get chosen() {
    const { plan } = this.gantt;
    return [...new Set([...this.editor.chosen].map((bar) => plan.lots.code[plan.bars.lot[bar]]))];
  }

  async parts(code) {
    const answer = await fetch(`${this.draft.url}/lots/${encodeURIComponent(code)}/parts`, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (!answer?.ok) { this.editor.refuse([told?.error ?? this.words.failed]); return null; }
    if (told.is_begun) { this.editor.refuse([fill(this.words.begun, { code })]); return null; }
    return told;
  }

  async split(code = this.picked) {
    if (!this.editor.isOn) return;
    if (code === null) { this.editor.refuse([this.words.pick_lot]); return; }
    const parts = await this.parts(code);
    if (!parts) return;
    const rows = parts.items.map((item) => this.item(item));
    const stock = parts.spare.pieces ? this.stock(parts.spare) : null;
    this.open("split", fill(this.words.split, { code }), this.words.split_hint, make("fieldset", "lot-rows", ...rows), stock?.row ?? null);
    const inputs = rows.map((row) => row.querySelector("input"));
    this.body.addEventListener("input", (event) => this.together(event.target, inputs, parts.items));
    this.asks(() => {
      const refs = inputs.filter((input) => input.checked).map((input) => input.value);
      const pieces = stock ? stock.field.value.trim() : "";
      return refs.length || pieces ? { kind: "split", lot: code, refs, stock: pieces || "0" } : null;
    });
  }

  item(item) {
    const words = this.words;
    const facts = [quantity(words, item.quantity), fill(words.pieces, { n: count(item.quantity.pieces) }), fill(words.due, { day: this.gantt.time.longDay(item.due) })];
    return pick("checkbox", "refs", item.ref, [item.ref, item.customer, item.phase].filter(Boolean).join(" · "), facts.join(" · "));
  }

  stock(spare) {
    const field = make("input", "form-control");
    Object.assign(field, { type: "number", min: 0, max: spare.pieces, name: "stock", inputMode: "numeric" });
    const text = fill(this.words.for_stock_pieces, { n: count(spare.pieces) });
    return { field, row: make("label", "lot-stock", make("span", "", text, make("span", "hint", ` ${quantity(this.words, spare)}`)), field) };
  }

  // What must be of one shade is chosen together.
  together(target, inputs, items) {
    const at = inputs.indexOf(target);
    if (at < 0) return;
    items.forEach((item, other) => {
      if (item.group !== items[at].group || other === at) return;
      inputs[other].checked = target.checked;
      this.hint.textContent = this.words.one_shade;
    });
  }

  async merge(codes = this.chosen.length ? this.chosen : [this.picked].filter(Boolean)) {
    if (!this.editor.isOn) return;
    if (!codes.length) { this.editor.refuse([this.words.pick_lots]); return; }
    const parts = await this.parts(codes[0]);
    if (!parts) return;
    const strangers = codes.slice(1).filter((code) => !parts.others.some((other) => other.code === code));
    const mine = pick("checkbox", "lots", parts.code, parts.code, quantity(this.words, parts.good));
    const rows = [mine, ...parts.others.map((other) => this.other("checkbox", other)), ...strangers.map((code) => pick("checkbox", "lots", code, code, ""))];
    const inputs = rows.map((row) => row.querySelector("input"));
    for (const input of inputs) input.checked = codes.includes(input.value);
    const none = rows.length < 2 ? make("p", "hint", this.words.no_others) : null;
    this.open("merge", fill(this.words.merge, { tile: parts.tile }), this.words.merge_hint, make("fieldset", "lot-rows", ...rows), none);
    this.asks(() => {
      const lots = inputs.filter((input) => input.checked).map((input) => input.value);
      return lots.length > 1 ? { kind: "merge", lots } : null;
    });
  }

  other(type, other) {
    const facts = [quantity(this.words, other.good), other.line, this.gantt.words.fromTo(other.start, other.end)];
    return pick(type, type === "radio" ? "to" : "lots", other.code, other.code, facts.join(" · "));
  }

  async repeg(code, ref) {
    if (!this.editor.isOn) return;
    const parts = await this.parts(code);
    if (!parts) return;
    const group = parts.items.find((item) => item.ref === ref)?.group;
    const refs = parts.items.filter((item) => item.group === group).map((item) => item.ref);
    const rows = parts.others.map((other) => this.other("radio", other));
    const none = rows.length ? null : make("p", "hint", this.words.no_others);
    const more = refs.length > 1 ? make("p", "hint", this.words.one_shade) : null;
    this.open("repeg", fill(this.words.repeg, { code }), fill(this.words.repeg_hint, { items: refs.join(", ") }), more, make("fieldset", "lot-rows", ...rows), none);
    this.asks(() => {
      const to = this.body.querySelector("input:checked")?.value;
      return to ? { kind: "repeg", lot: code, refs, to } : null;
    });
  }

  // Demand that waits: the ways into the draft are asked for at once, with who would slip by each.
  async plan(demand, what) {
    if (!this.editor.isOn) return;
    this.open("plan", fill(this.words.plan, { what }), this.words.plan_hint, make("p", "hint", this.words.asking));
    const asked = ++this.asked;
    const answer = await fetch(`${this.draft.url}/offers?${new URLSearchParams(demand)}`, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (asked !== this.asked) return;
    if (!answer?.ok) { this.body.replaceChildren(); this.fail([told?.error ?? this.words.failed]); return; }
    const rows = told.ways.map((way, at) => this.way(way, at));
    const why = told.refusal ? [make("p", "lot-note", icon("info-circle"), told.refusal)] : [];
    this.body.replaceChildren(make("fieldset", "lot-rows", ...rows), ...why);
    const choose = () => {
      const way = told.ways[Number(this.body.querySelector("input:checked").value)];
      this.wish = way.wish;
      this.tell({ possible: true, effects: way.effects, lots: way.lots, reasons: [...way.reasons, ...way.notes] });
    };
    this.body.addEventListener("change", choose);
    const first = this.body.querySelector("input");
    if (!first) return;
    first.checked = true;
    first.focus();
    choose();
  }

  way(way, at) {
    const own = way.lots.find((lot) => (way.wish.kind === "join" ? lot.code === way.wish.lot : lot.look === "new"));
    const text = this.words[way.wish.kind === "join" ? "join" : way.wish.offer];
    const late = way.effects.late.filter(([ref, before, after]) => after > before && !way.wish.refs.includes(ref)).length;
    const facts = [late ? fill(this.words.slip, { n: late }) : this.words.no_other_slips, ...(own ? [quantity(this.words, own.good)] : [])];
    return pick("radio", "way", String(at), fill(text, { lot: way.wish.lot ?? "", ready: own ? this.gantt.time.moment(own.end) : "" }), facts.join(" · "));
  }

  open(kind, title, hint, ...content) {
    // Whoever listened to what the body held before listens no more.
    const body = this.body.cloneNode(false);
    this.body.replaceWith(body);
    Object.assign(this, { body, kind, wish: null });
    this.title.textContent = title;
    this.hint.textContent = hint;
    body.append(...content.filter(Boolean));
    this.told.replaceChildren();
    this.button.textContent = this.words[`do_${kind}`];
    this.button.disabled = true;
    this.box.dataset.ready = kind;
    if (!this.box.open) this.box.showModal();
    body.querySelector("input")?.focus();
  }

  // After every change of what is asked for: what would come of it.
  asks(wish) {
    const ask = () => {
      this.wish = wish();
      this.button.disabled = true;
      window.clearTimeout(this.timer);
      const asked = ++this.asked;
      if (this.wish === null) { this.told.replaceChildren(); return; }
      this.timer = window.setTimeout(async () => {
        const told = await this.draft.attempt(this.wish).catch(() => null);
        if (asked !== this.asked) return;
        if (told === null) this.fail([this.words.failed]);
        else this.tell(told);
      }, PAUSE);
    };
    this.body.addEventListener("input", ask);
    ask();
  }

  tell(told) {
    this.body.querySelector(".lot-error")?.remove();
    this.button.disabled = !told.possible;
    if (!told.possible) { this.fail(told.reasons, told.field); return; }
    this.told.replaceChildren(...becoming(this.gantt.words, this.words, told), ...this.slips(told.effects, told.lots), ...told.reasons.map((text) => make("p", "lot-note", icon("info-circle"), text)));
  }

  slips(effects, lots) {
    const mine = new Set(lots.map((lot) => lot.code));
    const moved = effects.moved.filter((one) => !mine.has(one.lot)).length;
    const late = this.editor.ghost.late(effects.late);
    const price = this.editor.tray.money(Math.abs(effects.cents));
    return [
      make("p", "", moved ? fill(this.words.moved, { n: moved }) : this.words.nobody, effects.cents ? ` · ${fill(this.words.dearer, { price: `${effects.cents > 0 ? "+" : "−"}${price}` })}` : ""),
      ...(late.length ? late : [make("p", "ghost-good", icon("check-circle-fill"), this.words.no_slip)]),
    ];
  }

  // An error stands beside its cause, where the cause is a field of its own.
  fail(reasons, field = null) {
    const note = make("div", "lot-error", icon("x-octagon-fill"), make("span", "", reasons.join(" ")));
    note.setAttribute("role", "alert");
    this.told.replaceChildren();
    this.body.querySelector(".lot-error")?.remove();
    const place = field ? this.body.querySelector(`[name="${field}"]`)?.closest("fieldset, label") : null;
    if (place) place.after(note);
    else this.told.replaceChildren(note);
  }

  async go() {
    if (this.wish === null || this.button.disabled) return;
    this.button.disabled = true;
    const answer = await this.draft.edit(this.wish);
    if (answer.ok) {
      this.box.close();
      // What the panel shows is read again only while nobody is in it.
      this.gantt.parts.plot.focus({ preventScroll: true });
      this.editor.chooseNone();
      this.editor.done(answer.told);
      return;
    }
    if (answer.status === 409) { this.box.close(); this.editor.failed(answer); return; }
    this.fail(answer.told.reasons?.length ? answer.told.reasons : [answer.told.error ?? this.words.failed]);
  }
}

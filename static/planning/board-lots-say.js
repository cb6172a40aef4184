// Lots in words: what a change makes of them, and rows to choose from.

import { fill, make } from "./board-dom.js";

const numbers = new Intl.NumberFormat(document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-GB");
const areas = new Intl.NumberFormat(numbers.resolvedOptions().locale, { minimumFractionDigits: 2 });

export function count(number) { return numbers.format(number); }

export function quantity(words, { area, boxes, loose }) {
  return fill(loose ? words.loose : words.quantity, { area: areas.format(area), boxes: count(boxes), loose });
}

// A row that can be chosen: its name, and what one must know of it.
export function pick(type, name, value, text, facts) {
  const input = make("input", "form-check-input");
  Object.assign(input, { type, name, value });
  return make("label", "lot-row", input, make("span", "", make("b", "", text), make("span", "hint", facts)));
}

// The lots as they will be: one line each.
export function becoming(said, words, told) {
  if (!told.lots?.length) return [];
  const rows = told.lots.map((lot) => {
    const badge = lot.look === "other" ? null : make("span", `lot-look is-${lot.look}`, lot.look === "new" ? words.lot_new : words.lot_gone);
    if (lot.look === "gone") return make("li", "", make("b", "", lot.code), badge);
    const facts = [quantity(words, lot.good), fill(words.lines, { n: lot.refs.length }), ...(lot.spare.pieces ? [fill(words.spare, { quantity: quantity(words, lot.spare) })] : [])];
    return make("li", "", make("b", "", lot.code), badge, make("span", "", facts.join(" · ")), make("span", "hint", fill(words.from_to, { from: said.time.moment(lot.start), to: said.time.moment(lot.end) })));
  });
  return [make("h3", "", words.becomes), make("ul", "lot-becomes", ...rows)];
}

// Which lots somebody wants to see: by customer, tile, body, lateness and due day; kept in the address.

import { customersOf } from "./board-paint.js";

const LISTS = ["customer", "tile", "body", "lateness"];
const DAYS = ["due_from", "due_to"];
export const FILTERS = [...LISTS, ...DAYS];
const A_DAY = /^20\d\d-\d\d-\d\d$/;

// Names in one part of an address; a comma within a name stays in the name.
export function listed(names) { return [...names].map((name) => name.replace(/[%,]/g, encodeURIComponent)).join(","); }

export function unlisted(text) { return new Set((text ?? "").split(",").filter(Boolean).map(decoded)); }

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function readFilters(asked) {
  const filter = new Filter();
  for (const name of LISTS) filter[name] = unlisted(asked.get(name));
  for (const name of DAYS) if (isDay(asked.get(name) ?? "")) filter[name] = asked.get(name);
  return filter;
}

function isDay(text) { return A_DAY.test(text) && !Number.isNaN(Date.parse(text)); }

export class Filter {
  constructor() { this.clear(); }

  clear() {
    for (const name of LISTS) this[name] = new Set();
    for (const name of DAYS) this[name] = "";
  }

  // Every condition by itself: its kind and its value.
  parts() {
    return [...LISTS.flatMap((kind) => [...this[kind]].map((value) => ({ kind, value }))), ...DAYS.filter((kind) => this[kind]).map((kind) => ({ kind, value: this[kind] }))];
  }

  add(kind, value) {
    if (DAYS.includes(kind)) this[kind] = value;
    else if (value) this[kind].add(value);
  }

  drop(kind, value) {
    if (DAYS.includes(kind)) this[kind] = "";
    else this[kind].delete(value);
  }

  asWords() { return FILTERS.map((name) => [name, DAYS.includes(name) ? this[name] : listed(this[name])]); }

  // Whether each lot is wanted; of one kind any value will do, of several kinds each must.
  admits(plan, time) {
    const customers = customersOf(plan);
    const [from, to] = [this.due_from && time.unstamp(`${this.due_from}T00:00`), this.due_to && time.day(time.unstamp(`${this.due_to}T00:00`), 1)];
    const among = (own, values) => !own.size || values.some((value) => own.has(value));
    const isDue = (lot) => (!from && !to) || plan.pegsOfLot[lot].some((peg) => plan.pegs.order[peg] >= 0 && plan.pegs.due[peg] >= (from || 0) && plan.pegs.due[peg] < (to || Infinity));
    return plan.lots.code.map((_, lot) => among(this.customer, customers[lot])
      && among(this.tile, [plan.tileCode(lot)]) && among(this.body, [plan.tiles.body[plan.lots.tile[lot]]])
      && among(this.lateness, [lateness(plan, lot, customers[lot])]) && isDue(lot));
  }
}

function lateness(plan, lot, customers) {
  if (!customers.length) return "stock";
  return plan.isLate(lot) ? "late" : "in_time";
}


// What a bar's colour means: each way has keys ({name, label, fill, pale}), and every bar has one of them.

import { fill as filled } from "./board-dom.js";

const DAY_MINUTES = 24 * 60;
const BLUE = { fill: "#3b6a9c", pale: "#c5d5e6" };
const TEAL = { fill: "#2a7672", pale: "#bcdad7" };
const AMBER = { fill: "#8a6100", pale: "#f0dfb4" };
const ORANGE = { fill: "#b0501a", pale: "#f2cdb6" };
const WINE = { fill: "#8e1030", pale: "#ecc3cc" };
const INK = { fill: "#26323f", pale: "#c3c9d0" };
const SLATE = { fill: "#4f5d6c", pale: "#cbd1d8" };
const STONE = { fill: "#6f685b", pale: "#dcd7cd" };

const SEVERAL = "~several";
const OTHERS = "~others";
const STOCK = "~stock";
// Lateness in minutes up to which a colour goes.
const LATENESS = [["in_time", 0, TEAL], ["day", DAY_MINUTES, AMBER], ["days", 3 * DAY_MINUTES, ORANGE], ["more", Infinity, WINE]];

const WAYS = { family, late, body, customer, state };

// Answers the keys of a way, and a function from a bar to the place of its key.
export function paintsOf(plan, way) { return WAYS[way](plan); }

function family(plan) {
  const { name, label, fill, pale } = plan.families;
  const keys = name.map((own, at) => ({ name: own, label: label[at], fill: fill[at], pale: pale[at] }));
  return { keys, of: (bar) => plan.family(plan.bars.lot[bar]) };
}

function late(plan) {
  const keys = LATENESS.map(([name, , look]) => ({ name, label: plan.words[`late_${name}`], ...look }));
  keys.push({ name: STOCK, label: plan.words.only_stock, ...SLATE });
  const hasOrder = hasOrders(plan);
  const at = plan.lots.late.map((minutes, lot) => (hasOrder[lot] ? LATENESS.findIndex(([, most]) => minutes <= most) : LATENESS.length));
  return { keys, of: (bar) => at[plan.bars.lot[bar]] };
}

function body(plan) {
  const codes = [...new Set(plan.tiles.body)].sort();
  const keys = codes.map((code, at) => ({ name: code, label: filled(plan.words.body, { code }), ...fromPalette(plan, at) }));
  const at = plan.lots.tile.map((tile) => codes.indexOf(plan.tiles.body[tile]));
  return { keys, of: (bar) => at[plan.bars.lot[bar]] };
}

// Those who have most in the plan have a colour of their own; the others share one.
function customer(plan) {
  const whose = customersOf(plan);
  const areas = new Map();
  whose.forEach((names, lot) => { if (names.length === 1) areas.set(names[0], (areas.get(names[0]) ?? 0) + plan.lots.area[lot]); });
  // The last of the palette looks like that of the others.
  const room = plan.palette.fill.length - 1;
  const most = [...areas].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, room).map(([name]) => name);
  const keys = most.map((name, at) => ({ name, label: name, ...fromPalette(plan, at) }));
  const { words } = plan;
  keys.unshift({ name: SEVERAL, label: words.several_customers, ...INK });
  keys.push({ name: OTHERS, label: words.other_customers, ...SLATE }, { name: STOCK, label: words.only_stock, ...STONE });
  const places = new Map(keys.map((key, at) => [key.name, at]));
  const nameOf = (names) => (names.length > 1 ? SEVERAL : names[0] ?? STOCK);
  const at = whose.map((names) => places.get(nameOf(names)) ?? places.get(OTHERS));
  return { keys: keys.filter((key, place) => at.includes(place)), of: orderOf(keys, at, plan) };
}

// Keys that no lot has are left out of the legend; the places of the others close up.
function orderOf(keys, at, plan) {
  const kept = keys.map((_, place) => place).filter((place) => at.includes(place));
  return (bar) => kept.indexOf(at[plan.bars.lot[bar]]);
}

function state(plan) {
  const looks = [["planned", BLUE], ["running", TEAL], ["paused", AMBER], ["finished", { ...SLATE, swatch: SLATE.pale }]];
  const keys = looks.map(([name, look]) => ({ name, label: plan.words[name], ...look }));
  const of = (bar) => {
    if (plan.isFinished(bar)) return 3;
    if (plan.isPaused(bar)) return 2;
    return plan.isRunning(bar) ? 1 : 0;
  };
  return { keys, of };
}

function fromPalette(plan, at) {
  const { fill, pale } = plan.palette;
  return { fill: fill[at % fill.length], pale: pale[at % pale.length] };
}

function hasOrders(plan) {
  return plan.pegsOfLot.map((pegs) => pegs.some((peg) => plan.pegs.order[peg] >= 0));
}

// The names of all whose orders a lot is for.
export function customersOf(plan) {
  return plan.pegsOfLot.map((pegs) => [...new Set(pegs.filter((peg) => plan.pegs.order[peg] >= 0).map((peg) => plan.orders.customer[plan.pegs.order[peg]]))]);
}

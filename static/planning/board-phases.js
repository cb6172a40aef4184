// The rows of contracts: one for every phase, under the heading of its contract; other orders come last.

import { fill } from "./board-dom.js";
import { HEAD, LANES, ORDER_ROW, makeLane, onceEach } from "./board-rows.js";

// How the heading of orders without a contract is called where a heading's name is kept.
const NO_CONTRACT = "~none";
const TOP = 8;

export function byPhase(plan, folded) {
  const rows = [];
  let top = 0;
  for (const group of groupsOf(plan)) {
    const isFolded = folded.has(group.name);
    rows.push({ kind: "head", top, height: HEAD, stage: group.name, title: group.title, isFolded, lanes: [] });
    top += HEAD;
    if (isFolded) continue;
    for (const part of group.parts) {
      const row = partRow(plan, part, top);
      rows.push(row);
      top += row.height;
    }
  }
  return { rows, height: top, mode: "phase" };
}

// Contracts by the day when they first owe something, each with its phases in the same order.
function groupsOf(plan) {
  const groups = new Map();
  plan.pegs.order.forEach((order, peg) => {
    if (order < 0) return;
    const phase = plan.pegs.phase[peg];
    const contract = phase < 0 ? NO_CONTRACT : plan.phases.contract[phase];
    if (!groups.has(contract)) groups.set(contract, new Map());
    const parts = groups.get(contract);
    const key = phase < 0 ? plan.orders.number[order] : plan.phases.name[phase];
    if (!parts.has(key)) parts.set(key, { phase, order, title: key || plan.words.no_phase, pegs: [] });
    parts.get(key).pegs.push(peg);
  });
  return [...groups].map(([name, parts]) => group(plan, name, [...parts.values()])).sort((a, b) => a.isLast - b.isLast || a.due - b.due || a.name.localeCompare(b.name));
}

function group(plan, name, parts) {
  for (const part of parts) part.due = Math.min(...part.pegs.map((peg) => plan.pegs.due[peg]));
  parts.sort((a, b) => a.due - b.due || a.title.localeCompare(b.title, undefined, { numeric: true }));
  const isLast = name === NO_CONTRACT;
  const title = isLast ? plan.words.no_contract : fill(plan.words.contract, { number: name });
  return { name, title, parts, isLast, due: parts[0].due };
}

function partRow(plan, part, top) {
  const lots = [...new Set(part.pegs.map((peg) => plan.pegs.lot[peg]))];
  const bars = lots.flatMap((lot) => plan.barsOfLot[lot]);
  const lanes = [];
  let y = top + TOP;
  for (const [stage, height] of LANES) {
    for (const own of apart(plan, onceEach(plan, bars.filter((bar) => plan.stage(bar) === stage)))) {
      lanes.push(makeLane(plan, own, y, height));
      y += height + 2;
    }
  }
  const tiles = [...new Set(lots.map((lot) => plan.tileCode(lot)))];
  return {
    kind: "order", top, height: Math.max(ORDER_ROW, y - top + 6), lots, lanes, starts: true,
    order: part.phase < 0 ? part.order : null, name: `${part.phase < 0 ? "" : plan.phases.contract[part.phase]}/${part.title}`,
    title: part.title, sub: plan.orders.customer[part.order], due: part.due, late: Math.max(...part.pegs.map((peg) => plan.pegs.late[peg])),
    tile: tiles.length > 1 ? fill(plan.words.tiles, { n: tiles.length }) : tiles[0],
  };
}

// Bars that run at the same time lie in lanes of their own.
function apart(plan, bars) {
  const lanes = [];
  for (const bar of plan.inTime(bars)) {
    const free = lanes.find((lane) => plan.bars.end[lane.at(-1)] <= plan.bars.start[bar]);
    if (free) free.push(bar);
    else lanes.push([bar]);
  }
  return lanes;
}

// How bars are laid into rows, by line or by order: pure geometry, in px down and ms across.

export const HEAD = 22;
// The kiln paces the plant: its rows are taller, the rows of what is derived from it flatter.
const WEIGHTS = { forming: 0.84, firing: 1.36 };
const LEAST = 21.5;
const MOST = 46;
export const LANES = [["forming", 6], ["firing", 17], ["finishing", 6], ["sorting", 6]];
export const ORDER_ROW = 58;

// A layout has rows ({kind, top, height, title, sub, lanes}) and its height;
// a lane holds bars in time, where a bar finds its place by binary search.
export function byLine(plan, room, folded) {
  const stages = [...new Set(plan.lines.stage)];
  const weight = (stage) => WEIGHTS[stage] ?? 1;
  const open = plan.lines.stage.filter((stage) => !folded.has(stage)).reduce((sum, stage) => sum + weight(stage), 0);
  const unit = Math.min(Math.max((room - stages.length * HEAD) / Math.max(open, 1), LEAST), MOST);
  const rows = [];
  let top = 0;
  for (const stage of stages) {
    rows.push({ kind: "head", top, height: HEAD, stage, title: plan.stageName(stage), isFolded: folded.has(stage), lanes: [] });
    top += HEAD;
    if (folded.has(stage)) continue;
    const height = Math.floor(unit * weight(stage));
    plan.lines.stage.forEach((own, line) => {
      if (own !== stage) return;
      rows.push(lineRow(plan, line, top, height));
      top += height;
    });
  }
  return { rows, height: top, mode: "line" };
}

function lineRow(plan, line, top, height) {
  const gap = Math.max(2, Math.round(height * 0.12));
  const lane = makeLane(plan, plan.barsOfLine[line], top + gap, height - 2 * gap);
  return {
    kind: "line", top, height, line, title: plan.lines.code[line], sub: plan.lines.name[line], lanes: [lane],
  };
}

export function byOrder(plan) {
  const items = orderItems(plan);
  const rows = [];
  let top = 0;
  let before = null;
  for (const item of items) {
    const starts = item.order !== before;
    rows.push(itemRow(plan, item, top, starts));
    top += ORDER_ROW;
    before = item.order;
  }
  return { rows, height: top, mode: "order" };
}

// Items with all their pegs, earliest order first; the items of an order stay together.
export function orderItems(plan) {
  const items = new Map();
  plan.pegs.order.forEach((order, peg) => {
    if (order < 0) return;
    const name = plan.pegs.item[peg];
    if (!items.has(name)) items.set(name, { name, order, pegs: [], due: Infinity, late: 0 });
    const item = items.get(name);
    item.pegs.push(peg);
    item.due = Math.min(item.due, plan.pegs.due[peg]);
    item.late = Math.max(item.late, plan.pegs.late[peg]);
  });
  const dues = new Map();
  for (const item of items.values()) dues.set(item.order, Math.min(dues.get(item.order) ?? Infinity, item.due));
  const number = (item) => plan.orders.number[item.order];
  return [...items.values()].sort((a, b) => dues.get(a.order) - dues.get(b.order)
    || number(a).localeCompare(number(b)) || a.name.localeCompare(b.name, "en", { numeric: true }));
}

function itemRow(plan, item, top, starts) {
  const lots = [...new Set(item.pegs.map((peg) => plan.pegs.lot[peg]))];
  const bars = lots.flatMap((lot) => plan.barsOfLot[lot]);
  let y = top + 8;
  const lanes = LANES.map(([stage, height]) => {
    const lane = makeLane(plan, onceEach(plan, bars.filter((bar) => plan.stage(bar) === stage)), y, height);
    y += height + 2;
    return lane;
  }).filter((lane) => lane.bars.length);
  return {
    kind: "order", top, height: ORDER_ROW, order: item.order, item: item.name, due: item.due, late: item.late,
    title: item.name, sub: plan.orders.customer[item.order], tile: plan.tileCode(lots[0]), starts, lots, lanes,
  };
}

// Both forming lines of a firing run at the same time: one bar says so in a row by order.
export function onceEach(plan, bars) {
  const seen = new Set();
  return bars.filter((bar) => {
    const key = `${plan.bars.lot[bar]} ${plan.bars.start[bar]}`;
    return !seen.has(key) && seen.add(key);
  });
}

export function makeLane(plan, bars, top, height) {
  const ordered = plan.inTime(bars);
  const longest = ordered.reduce((most, bar) => Math.max(most, plan.bars.end[bar] - plan.bars.start[bar]), 0);
  return { bars: ordered, top, height, longest };
}

// The index of the first bar of a lane that starts at or after a moment.
export function firstFrom(plan, lane, ms) {
  let low = 0;
  let high = lane.bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (plan.bars.start[lane.bars[middle]] < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Calls with every bar of a lane that touches a window of time.
export function eachWithin(plan, lane, from, to, visit) {
  for (let index = firstFrom(plan, lane, from - lane.longest); index < lane.bars.length; index += 1) {
    const bar = lane.bars[index];
    if (plan.bars.ready[bar] > to) break;
    if (plan.bars.end[bar] >= from) visit(bar, lane);
  }
}

export function rowAt(layout, y) {
  let low = 0;
  let high = layout.rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const row = layout.rows[middle];
    if (y < row.top) high = middle - 1;
    else if (y >= row.top + row.height) low = middle + 1;
    else return row;
  }
  return null;
}

// Which bar lies under a point; the slack (ms) makes thin bars easy to touch.
export function barAt(plan, layout, ms, y, slack) {
  const row = rowAt(layout, y);
  if (!row) return null;
  const away = (lane) => Math.max(lane.top - y, y - lane.top - lane.height, 0);
  const lanes = row.lanes.filter((lane) => away(lane) <= 4).sort((a, b) => away(a) - away(b));
  for (const lane of lanes) {
    let best = null;
    let least = slack + 1;
    eachWithin(plan, lane, ms - slack, ms + slack, (bar) => {
      const miss = Math.max(plan.bars.start[bar] - ms, ms - plan.bars.end[bar], 0);
      if (miss < least) { least = miss; best = bar; }
    });
    if (best !== null) return { bar: best, row, lane };
  }
  return null;
}

export function closureAt(plan, layout, ms, y) {
  const row = rowAt(layout, y);
  if (row?.kind !== "line") return null;
  const found = plan.closuresOfLine[row.line].find((index) => plan.closures.start[index] <= ms && ms < plan.closures.end[index]);
  return found === undefined ? null : found;
}

export function placeOf(layout, bar, near = null) {
  const rows = near ? [near, ...layout.rows] : layout.rows;
  for (const row of rows) {
    const lane = row.lanes.find((own) => own.bars.includes(bar));
    if (lane) return { bar, row, lane };
  }
  return null;
}

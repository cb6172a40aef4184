// What an edit changes of the plan on the page: the bars of the lots that it moved.

// The columns of a plan with the new bars of some lots in place of their old ones.
export function patched(plan, patch) {
  const lots = { ...plan.lots, late: [...plan.lots.late], kiln: [...plan.lots.kiln] };
  const pegs = { ...plan.pegs, late: [...plan.pegs.late] };
  const changed = new Set();
  for (const [code, told] of Object.entries(patch.lots)) {
    const lot = plan.lotAt.get(code);
    changed.add(lot);
    lots.late[lot] = told.late;
    lots.kiln[lot] = told.kiln;
    plan.pegsOfLot[lot].forEach((peg, at) => { pegs.late[peg] = told.pegs[at]; });
  }
  return { ...columnsOf(plan), now: plan.now, lots, pegs, bars: barsOf(plan, patch, changed) };
}

// Some may be of lines that this plan has not shown so far, or of lots that it has not: then it must be asked for anew.
export function fits(plan, patch) {
  const lines = new Set(plan.lines.code);
  return Object.keys(patch.lots).every((code) => plan.lotAt.has(code)) && patch.bars.line.every((line) => lines.has(line));
}

function columnsOf(plan) {
  const names = ["plan", "zone", "families", "tiles", "lines", "orders", "closures", "downs"];
  return Object.fromEntries(names.map((name) => [name, plan[name]]));
}

function barsOf(plan, patch, changed) {
  const kept = plan.bars.lot.flatMap((lot, bar) => (changed.has(lot) ? [] : [bar]));
  const lineAt = new Map(plan.lines.code.map((code, index) => [code, index]));
  const fresh = {
    ...patch.bars,
    lot: patch.bars.lot.map((code) => plan.lotAt.get(code)),
    line: patch.bars.line.map((code) => lineAt.get(code)),
  };
  return Object.fromEntries(Object.keys(plan.bars).map((name) => [name, [...kept.map((bar) => plan.bars[name][bar]), ...fresh[name]]]));
}

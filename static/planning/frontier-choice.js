// Which plan the sliders mean, and what the next changeover hour costs.

// `late`: 0 is fewest changeovers, 1 least late; `near`: how much it counts to stay near the plan in force.
export function best(points, late, near) {
  const parts = [scaled(points, "hours"), scaled(points, "area"), scaled(points, "moved")];
  const loss = points.map((one, index) => {
    const [hours, area, moved] = parts.map((part) => part[index]);
    return (1 - near) * ((1 - late) * hours + late * area) + near * moved + (one.is_worse && near < 1 ? 0.25 * (1 - near) : 0);
  });
  return loss.indexOf(Math.min(...loss));
}

// Each value between the least (0) and the most (1) of all plans.
function scaled(points, name) {
  const values = points.map((one) => one[name] ?? 0);
  const least = Math.min(...values);
  const span = Math.max(...values) - least;
  return values.map((value) => (span ? (value - least) / span : 0));
}

// Late m² for one changeover hour less, from a plan to the next one on the edge; null where none has fewer.
export function slope(points, index) {
  const here = points[index];
  const fewer = points.filter((one) => !one.is_worse && one.hours < here.hours).sort((a, b) => b.hours - a.hours)[0];
  return fewer ? (fewer.area - here.area) / (here.hours - fewer.hours) : null;
}

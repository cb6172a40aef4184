// Pieces, boxes and m² in step, exactly as kernel/units.Packing on the server: whole numbers only.
// The server is the judge; this shows beforehand what it will say.

const SCALE = 10_000n;

// A decimal text such as "12.96" in ten-thousandths; null where it is no such number.
export function scaled(text) {
  const plain = String(text).replace(/[,，\s]/g, "");
  const parts = /^(\d{0,12})(?:\.(\d{0,4}))?$/.exec(plain);
  if (!parts || !/\d/.test(plain)) return null;
  return BigInt(parts[1] || "0") * SCALE + BigInt((parts[2] ?? "").padEnd(4, "0"));
}

// Whole pieces of a quantity; m² that are not whole boxes become whole boxes. null: cannot be read.
export function pieces(quantity, unit, packing) {
  const value = scaled(quantity);
  if (value === null || value <= 0n) return null;
  const perBox = BigInt(packing.piecesPerBox);
  if (unit === "m2") return Number(ceil(value, scaled(packing.boxArea)) * perBox);
  if (value % SCALE !== 0n) return null;
  return Number((value / SCALE) * (unit === "box" ? perBox : 1n));
}

// m² of so many pieces to the hundredth, rounded half up, as text.
export function area(count, packing) {
  const exact = scaled(packing.boxArea) * BigInt(count);
  const hundredth = BigInt(packing.piecesPerBox) * (SCALE / 100n);
  const rounded = (2n * exact + hundredth) / (2n * hundredth);
  return `${rounded / 100n}.${String(rounded % 100n).padStart(2, "0")}`;
}

export function boxes(count, packing) {
  return [Math.floor(count / packing.piecesPerBox), count % packing.piecesPerBox];
}

function ceil(value, part) {
  return (value + part - 1n) / part;
}

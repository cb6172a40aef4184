// The ways to look at a plan: what its rows are, and what its colours mean. The first of each is the usual one.

export const ROWS = ["line", "order", "phase"];
export const WAYS = ["family", "late", "body", "customer", "state"];

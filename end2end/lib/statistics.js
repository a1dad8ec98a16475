// Figures over a list of numbers.

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Returns a function from a share (0.99 for the 99th percentile) to the value, rounded to a tenth. */
export function percentiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (share) => Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(1));
}

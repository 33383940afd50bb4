/** The value that `share` (0 to 1) of the sorted values do not exceed (nearest rank); NaN for none. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const rank = Math.ceil(share * sorted.length) - 1;
  return sorted[Math.max(0, rank)] ?? Number.NaN;
}

/** The middle value, or the mean of the two in the middle; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  const high = sorted[upper] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[upper - 1] ?? Number.NaN) + high) / 2;
}

/**
 * The median of value[i] / base[i]: each round is compared with its own neighbour in time, so that what slows the
 * whole machine for a while cancels out.
 */
export function medianRatio(values: readonly number[], base: readonly number[]): number {
  return median(values.flatMap((value, round) => (base[round] === undefined ? [] : [value / base[round]])));
}

/** How long a review may take when the caller does not say; below the hook's timeoutSeconds of 2. */
export const defaultDeadlineMs = 1500;

// What is left of the API server's timeout for the way back, so that our answer and not its timeout is counted.
const marginMs = 250;
const shortestMs = 50;

/**
 * How many milliseconds a review may take: the default, or less where the API server says in the query, as
 * `?timeout=1s`, that it will not wait so long.
 */
export function deadlineMs(query: string, longestMs: number = defaultDeadlineMs): number {
  const timeout = parseGoDuration(new URLSearchParams(query).get('timeout') ?? '');
  if (timeout === undefined) return longestMs;
  return Math.max(shortestMs, Math.min(longestMs, timeout - marginMs));
}

/** Milliseconds of a duration as Go's time.Duration prints it (`1m0s`, `1.5s`, `500ms`); undefined for other text. */
function parseGoDuration(text: string): number | undefined {
  const match = /^(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,8}(?:\.\d{1,9})?)(ms|s))?$/.exec(text);
  if (match === null || text === '') return undefined;
  const [, hours = '0', minutes = '0', rest = '0', unit] = match;
  return Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(rest) * (unit === 'ms' ? 1 : 1000);
}

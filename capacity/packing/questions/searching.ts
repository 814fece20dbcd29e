/** The greatest whole number from 0 to `limit` that holds, where each that holds makes all below it hold; 0 if none does. */
export function greatest(limit: number, holds: (number: number) => boolean): number {
  let [low, high] = [0, limit];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The least whole number from 1 to `limit` that holds, where each that holds makes all above it hold; undefined if not even `limit` does. */
export function least(limit: number, holds: (number: number) => boolean): number | undefined {
  if (limit < 1 || !holds(limit)) return undefined;
  return greatest(limit - 1, (number) => !holds(number)) + 1;
}

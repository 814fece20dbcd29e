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

/**
 * The least whole number from 1 to `limit` that holds, where each that holds makes all above it hold; undefined if none does. Looked for from below, in steps
 * that double: where more is not always better, the one that is found is small.
 */
export function least(limit: number, holds: (number: number) => boolean): number | undefined {
  for (let [below, number] = [0, 1]; below < limit; [below, number] = [number, Math.min(limit, 2 * number)])
    if (holds(number)) return below + 1 + greatest(number - below - 1, (more) => !holds(below + more));
  return undefined;
}

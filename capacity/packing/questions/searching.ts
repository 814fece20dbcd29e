/** The greatest whole number from 0 to `limit` for which `holds` is true, if it is also true for all smaller ones; 0 if it is true for none. */
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
 * The least whole number from 1 to `limit` for which `holds` is true, if it is also true for all larger ones; undefined if `limit` is too little. `limit` is asked
 * first, because most searches find nothing. Then the search goes up in steps that double, so that the number it finds is small even where more is not always
 * better.
 */
export function least(limit: number, holds: (number: number) => boolean): number | undefined {
  if (limit < 1 || !holds(limit)) return undefined;
  let [below, number] = [0, 1];
  while (number < limit && !holds(number)) [below, number] = [number, Math.min(limit, 2 * number)];
  return below + 1 + greatest(number - below - 1, (more) => !holds(below + more));
}

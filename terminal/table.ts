import { styled } from "./text";

/** What counts as a number for the alignment of a column: figures, parts such as `3 / 4`, a share in percent, and `-` for none. */
const NUMERIC = /^[-\d./ %]*$/;

/**
 * Lines of a table whose columns are as wide as their widest cell, the header first.
 * @param right titles of the columns that are aligned to the right, or `numbers` for every column that holds nothing but numbers.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] | "numbers" = [],
): readonly string[] {
  const columns = header.map((title, index) => {
    const cells = rows.map((row) => row[index] ?? "");
    const width = Math.max(title.length, ...cells.map((cell) => cell.length));
    return { width, toTheRight: right === "numbers" ? cells.every((cell) => NUMERIC.test(cell)) : right.includes(title) };
  });
  const [head = "", ...body] = [header, ...rows].map((row) =>
    columns
      .map(({ width, toTheRight }, index) => {
        const cell = row[index] ?? "";
        return toTheRight ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
  return [styled("bold", head), ...body];
}

/** A share as ten boxes and a percentage, `[######....]  61 %`; more than the whole fills all boxes, and a whole of 0 has no share. */
export function bar(used: number, whole: number): string {
  if (whole === 0) return "[..........]   - ";
  const boxes = Math.min(10, Math.round((used / whole) * 10));
  return `[${"#".repeat(boxes)}${".".repeat(10 - boxes)}] ${String(Math.round((used / whole) * 100)).padStart(3)} %`;
}

import { broken, styled } from "./text";

/** What counts as a number for the alignment of a column: figures, parts such as `3 / 4`, a share in percent, and `-` for none. */
const NUMERIC = /^[-\d./ %]*$/;

/** Blanks between two columns. */
const GAP = "  ";

/** Characters below which no column of words is narrowed. */
const NARROWEST = 6;

interface Column {
  readonly width: number;
  /** The width below which the column is not to go. */
  readonly least: number;
  readonly toTheRight: boolean;
}

/**
 * Lines of a table whose columns are as wide as their widest cell, the header first.
 * @param right titles of the columns that are aligned to the right, or `numbers` for every column that holds nothing but numbers.
 * @param width characters that no line may exceed: the widest columns are narrowed and their cells go on in the next line. Numbers stay
 * whole, so a table of many numbers may need more. Without it a line is as long as it comes.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] | "numbers" = [],
  width = Infinity,
): readonly string[] {
  const natural = header.map((title, index): Column => {
    const cells = rows.map((row) => row[index] ?? "");
    const widest = Math.max(0, ...cells.map((cell) => cell.length));
    const numbers = cells.every((cell) => NUMERIC.test(cell));
    return {
      width: Math.max(title.length, widest),
      least: numbers ? Math.max(widest, Math.min(title.length, NARROWEST)) : NARROWEST,
      toTheRight: right === "numbers" ? numbers : right.includes(title),
    };
  });
  const columns = narrowed(natural, width - GAP.length * (header.length - 1));
  const lines = (row: readonly string[]): readonly string[] => {
    const cells = columns.map((column, index) => broken(row[index] ?? "", column.width));
    return Array.from({ length: Math.max(1, ...cells.map(({ length }) => length)) }, (_, line) =>
      columns
        .map((column, index) => {
          const cell = cells[index]?.[line] ?? "";
          return column.toTheRight ? cell.padStart(column.width) : cell.padEnd(column.width);
        })
        .join(GAP)
        .trimEnd(),
    );
  };
  return [...lines(header).map((line) => styled("bold", line)), ...rows.flatMap(lines)];
}

/** The columns with the widest ones narrowed until all have room, as far as they can be narrowed. */
function narrowed(natural: readonly Column[], room: number): readonly Column[] {
  const columns = [...natural];
  for (let over = columns.reduce((sum, column) => sum + column.width, -room); over > 0; over--) {
    const candidates = columns.filter(({ width, least }) => width > least);
    if (candidates.length === 0) return columns;
    const widest = columns.indexOf(candidates.reduce((a, b) => (b.width > a.width ? b : a)));
    const column = columns[widest] as Column;
    columns[widest] = { ...column, width: column.width - 1 };
  }
  return columns;
}

/** A share as ten boxes and a percentage, `[######....]  61 %`; more than the whole fills all boxes, and a whole of 0 has no share. */
export function bar(used: number, whole: number): string {
  if (whole === 0) return "[..........]   - ";
  const boxes = Math.min(10, Math.round((used / whole) * 10));
  return `[${"#".repeat(boxes)}${".".repeat(10 - boxes)}] ${share(used, whole)}`;
}

/** A share in percent, ` 61 %`; a whole of 0 has none. */
export function share(used: number, whole: number): string {
  return whole === 0 ? "  - " : `${String(Math.round((used / whole) * 100)).padStart(3)} %`;
}

/** Text columns, aligned; a column of numbers is set to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const numeric = head.map((_, column) => rows.every((row) => /^[-\d./ %]*$/.test(row[column] ?? "")));
  return all.map((row) =>
    row
      .map((cell, column) => (numeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

/** A share as ten boxes and a percentage: `[######....]  61 %`. More than the whole is drawn full. */
export function bar(used: number, whole: number): string {
  if (whole === 0) return "[..........]   - ";
  const boxes = Math.min(10, Math.round((used / whole) * 10));
  return `[${"#".repeat(boxes)}${".".repeat(10 - boxes)}] ${String(Math.round((used / whole) * 100)).padStart(3)} %`;
}

/** Words broken into lines that fit, each after the first indented. */
export function wrapped(text: string, width: number, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

import { styleText } from "node:util";

type Style = "bold" | "red" | "yellow" | "green" | "dim";

/** Colour on a terminal, nothing elsewhere; NO_COLOR is respected. */
export function styled(style: Style, text: string): string {
  return process.stdout.isTTY && !process.env["NO_COLOR"] ? styleText(style, text) : text;
}

/** Columns as wide as their widest cell; those named in `right` are aligned to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], right: readonly string[] = []): readonly string[] {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const lines = all.map((row) =>
    header
      .map((title, column) => {
        const cell = row[column] ?? "";
        const width = widths[column] ?? 0;
        return right.includes(title) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
  return [styled("bold", lines[0] ?? ""), ...lines.slice(1)];
}

/** `1 pod`, `3 pods`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : thing.endsWith("s") ? "es" : "s"}`;
}

import { styleText } from "node:util";

/** Characters of a line of a terminal that nobody has made wider. */
export const WIDTH = 80;

type Style = "bold" | "red" | "yellow" | "green" | "dim";

/** Styles text where stdout is a terminal, and leaves it as it is elsewhere or where NO_COLOR is set (https://no-color.org). */
export function styled(style: Style, text: string): string {
  return process.stdout.isTTY && !process.env["NO_COLOR"] ? styleText(style, text) : text;
}

/** A count with its thing in the singular or plural: `1 pod`, `3 pods`, `2 classes`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : thing.endsWith("s") ? "es" : "s"}`;
}

/**
 * Breaks text between words into lines; a word that is longer than a line stays whole.
 * @param width characters of a line.
 * @param indent what every line but the first begins with.
 */
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

/**
 * Breaks text into lines that are never longer than `width`: after a blank if there is one, else after a mark inside a word, such as the
 * hyphen or dot of a host's name, else anywhere.
 */
export function broken(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const head = rest.slice(0, width + 1);
    const blank = head.lastIndexOf(" ");
    const mark = Math.max(...["-", ".", "/", ",", "_", ":"].map((each) => rest.slice(0, width).lastIndexOf(each))) + 1;
    const end = blank > 0 ? blank : mark > 0 ? mark : width;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

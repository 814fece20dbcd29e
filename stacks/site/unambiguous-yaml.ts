import { Document, Scalar, visit, type ScalarTag } from "yaml";

/**
 * A value as YAML that readers of version 1.1 and of version 1.2 read alike. kubectl reads version 1.1, in which an unquoted `no` is false
 * and an unquoted `12:30:45` a number (https://yaml.org/type/bool.html, https://yaml.org/type/int.html).
 * @param value maps, lists, text, finite numbers, true and false, null.
 */
export function unambiguousYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false, customTags: (tags) => [EXPONENT, ...tags] });
  visit(document, {
    Scalar: (position, node) => {
      if (typeof node.value === "string") node.type = styleOf(node.value, position === "key");
    },
  });
  return document.toString({ lineWidth: 0, doubleQuotedAsJSON: true }).replace(NOT_PRINTED, escaped);
}

/** Text that every reader takes for text without quotes, unless it is one of the exceptions below. */
const PLAIN = /^[A-Za-z/](?:[!-9;-~ ]|:(?=[!-~]))*$/;
const COMMENT = / #/;

/** Words that version 1.1 reads as true, false or null: https://yaml.org/type/bool.html and https://yaml.org/type/null.html. */
const WORDS = /^(?:y|yes|n|no|on|off|true|false|null)$/i;

/** Words that the yaml package, reading version 1.1, takes for a number without digits before its exponent. */
const EXPONENT_ALONE = /^e[-+]?[0-9]+$/i;

/** Several lines that a literal block keeps as they are: the first one does not begin with a blank. */
const LINES = /^[!-~][\t\n -~]*$/;
/** A line of blanks, or an empty line at the end, which not every reader keeps. */
const BLANK_LINE = /\n[\t ]+(?:\n|$)|\n\n$/;

/**
 * Characters that version 1.1 refuses (https://yaml.org/spec/1.1/#c-printable) or takes for the end of a line
 * (https://yaml.org/spec/1.1/#b-char). Text that holds one is in double quotes, so an escape can stand for it.
 */
const NOT_PRINTED = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

function styleOf(text: string, isKey: boolean): Scalar.Type {
  if (PLAIN.test(text) && !text.endsWith(" ") && ![COMMENT, WORDS, EXPONENT_ALONE].some((other) => other.test(text))) return Scalar.PLAIN;
  const inBlock = !isKey && text.includes("\n") && LINES.test(text) && !BLANK_LINE.test(text);
  return inBlock ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * Writes a number with an exponent so that version 1.1 reads it as one: it needs a point before the exponent
 * (https://yaml.org/type/float.html).
 */
const EXPONENT: ScalarTag = {
  identify: (value) => typeof value === "number" && String(value).includes("e"),
  default: true,
  tag: "tag:yaml.org,2002:float",
  // The tag is only for writing.
  test: /^\b$/,
  resolve: Number,
  stringify: ({ value }) => String(value).replace(/^(-?\d+)e/, "$1.0e"),
};

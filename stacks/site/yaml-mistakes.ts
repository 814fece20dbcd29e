import type { ErrorCode, YAMLError } from "yaml";

/** What is wrong and how to mend it, by the parser's code; https://eemeli.org/yaml/#errors lists the codes. */
const WORDS: Readonly<Partial<Record<ErrorCode, string>>> = {
  ALIAS_PROPS: "a reference with * can have no tag or anchor of its own; remove it",
  BAD_ALIAS: "a reference with * names no anchor; write the anchor with & before it, or put the text into quotes",
  BAD_DQ_ESCAPE: "a backslash in double quotes begins no character that YAML knows; double it, or use single quotes",
  BAD_INDENT: "the line does not stand below what it belongs to; indent it like its neighbours",
  BAD_SCALAR_START: "a text begins with a mark that means something to YAML, such as @ or `; put it into quotes",
  BLOCK_AS_IMPLICIT_KEY: "there are two keys on one line; put the second on a line of its own, or the text into quotes",
  BLOCK_IN_FLOW: "a list or map over several lines stands inside brackets; close the bracket before it",
  DUPLICATE_KEY: "the same key stands twice in one map, and only one could count; remove one of them",
  MISSING_CHAR: "a bracket, quote or comma is missing, here or before; close what is open",
  MULTILINE_IMPLICIT_KEY: "the line has no colon, or a text goes on over several lines; write key: value, or put the text into quotes",
  MULTIPLE_DOCS: "there is more than one document, divided by ---; allowed: one",
  TAB_AS_INDENT: "the line is indented with a tab; use blanks",
  UNEXPECTED_TOKEN: "something stands where YAML expects nothing; look for a stray bracket, quote or comma here or before",
};

/** What is wrong with YAML, for an operator: neither the parser's own words nor an excerpt of the file, which may hold a secret. */
export function yamlMistake({ code }: Pick<YAMLError, "code">): string {
  return `not YAML: ${WORDS[code] ?? "the line cannot be read; mend it, its indentation or its quotes"}`;
}

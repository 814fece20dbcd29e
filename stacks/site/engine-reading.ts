import { isScalar, Scalar, visit, type Document, type Node, type Pair } from "yaml";
import { spell, type Problem } from "./problems";

/**
 * Values of a site file that Pulumi reads otherwise than the tools of this project: its CLI reads YAML with Go's yaml.v3, which takes a
 * day without quotes for a time and hands `2027-06-30 00:00:00 +0000 UTC` to the program, and reads numbers of YAML 1.1
 * (https://github.com/go-yaml/yaml/blob/v3/resolve.go). A site that is right for `plan` would be refused, or would mean something else, in
 * `up`.
 * @returns a problem for each such value, by its path in the file.
 */
export function readOtherwise(document: Document): readonly Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Scalar: (position, node, ancestors) => {
      const found = node.source ?? String(node.value);
      const message = otherwise(node, found);
      if (message !== undefined) problems.push({ path: pathOf([...ancestors, node] as readonly (Node | Pair)[], position), message });
    },
  });
  return problems;
}

function otherwise({ type, tag, value }: Scalar, source: string): string | undefined {
  if (tag !== undefined && !TAGS.includes(tag)) return `found the tag ${tag}; allowed: no tag`;
  if (tag !== undefined || type !== Scalar.PLAIN) return undefined;
  if (typeof value === "string" && TIME.test(source))
    return `found ${source} without quotes, which Pulumi reads as a time; allowed: "${source}", in quotes`;
  const number = numberOfEngine(source);
  if (typeof value === "number" && !Number.isFinite(value)) return `found ${source}, which Pulumi refuses; allowed: a finite number`;
  if (number === undefined || number === value) return undefined;
  return `found ${source} without quotes, which Pulumi reads as the number ${number}; allowed: ${number}, or "${source}" in quotes`;
}

/** Tags that both readers take alike. */
const TAGS = ["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`);

/** A day, alone or with a time: allowedTimestampFormats in resolve.go. */
const TIME = /^\d{4}-\d{1,2}-\d{1,2}($|[Tt ])/;

/** The number that yaml.v3 makes of a text without quotes, for which it leaves underscores out and takes a leading 0 for octal. */
function numberOfEngine(source: string): number | undefined {
  const [, sign = "", digits = ""] = /^([-+]?)(.*)$/.exec(source.replaceAll("_", "")) ?? [];
  if (!/^[-+.\d]/.test(source)) return undefined;
  const factor = sign === "-" ? -1 : 1;
  if (/^0[0-7]+$/.test(digits)) return factor * Number(`0o${digits}`);
  if (/^0(x[0-9a-f]+|o[0-7]+|b[01]+)$/i.test(digits)) return factor * Number(digits);
  return /^(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$/i.test(digits) ? factor * Number(digits) : undefined;
}

/** The path of a value as messages name it: `af:nodes.workers.hosts[2]`. */
function pathOf(nodes: readonly (Node | Pair | Document)[], position: unknown): string {
  const steps: (string | number)[] = [];
  nodes.forEach((node, index) => {
    const parent = nodes[index - 1];
    if (parent !== undefined && "items" in parent && !("key" in node)) steps.push((parent.items as readonly unknown[]).indexOf(node));
    if ("key" in node && isScalar(node.key)) steps.push(String(node.key.value));
  });
  const [first = "", ...rest] = steps[0] === "config" ? steps.slice(1) : steps;
  const path = spell(String(first), rest);
  return position === "key" ? `${path} (the key)` : path;
}

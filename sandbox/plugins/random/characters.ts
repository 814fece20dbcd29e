import { randomInt } from "node:crypto";
import type { JsonObject } from "../properties";

/** The classes of characters of a password or string, with the official provider's names and contents. */
const CLASSES = [
  { use: "lower", minimum: "minLower", characters: "abcdefghijklmnopqrstuvwxyz" },
  { use: "upper", minimum: "minUpper", characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
  { use: "numeric", minimum: "minNumeric", characters: "0123456789" },
  { use: "special", minimum: "minSpecial", characters: "!@#$%&*()-_=+[]{}<>:?" },
] as const;

/** Inputs that the official provider fills in: https://www.pulumi.com/registry/packages/random/api-docs/randompassword/ */
export const CHARACTER_DEFAULTS = {
  lower: true,
  upper: true,
  numeric: true,
  number: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
} as const;

/** A random string of `length` characters of the classes in use, which holds the minimum of each class. */
export function drawCharacters(inputs: JsonObject): string {
  const drawn: string[] = [];
  let all = "";
  for (const { use, minimum, characters } of CLASSES) {
    const override = inputs["overrideSpecial"];
    const alphabet = use === "special" && typeof override === "string" && override !== "" ? override : characters;
    if (uses(inputs, use)) all += alphabet;
    for (let count = Number(inputs[minimum] ?? 0); count > 0; count--) drawn.push(pick(alphabet));
  }
  while (drawn.length < Number(inputs["length"])) drawn.push(pick(all));
  // Fisher-Yates, so that the minima do not always come first.
  for (let index = drawn.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [drawn[index], drawn[other]] = [drawn[other] ?? "", drawn[index] ?? ""];
  }
  return drawn.join("");
}

/** What is wrong with the inputs of a random string. */
export function characterProblems(inputs: JsonObject): { property: string; reason: string }[] {
  const problems = lengthProblems(inputs, "length");
  const least = CLASSES.reduce((sum, { minimum }) => sum + Number(inputs[minimum] ?? 0), 0);
  const length = Number(inputs["length"]);
  if (least > length) {
    problems.push({ property: "length", reason: `length is ${length}, less than the minima of its character classes together (${least})` });
  }
  if (!CLASSES.some(({ use }) => uses(inputs, use))) {
    problems.push({ property: "lower", reason: "no class of characters is in use; allow one of lower, upper, numeric, special" });
  }
  return problems;
}

/** What is wrong with an input that must be a whole number of at least 1. */
export function lengthProblems(inputs: JsonObject, property: string): { property: string; reason: string }[] {
  const value = inputs[property];
  if (typeof value === "number" && Number.isInteger(value) && value >= 1) return [];
  return [{ property, reason: `${property} is ${JSON.stringify(value) ?? "missing"}; it must be a whole number of at least 1` }];
}

/** `number` is the older name of `numeric`: either one set to false turns digits off. */
function uses(inputs: JsonObject, use: string): boolean {
  return inputs[use] !== false && (use !== "numeric" || inputs["number"] !== false);
}

function pick(alphabet: string): string {
  const characters = [...alphabet];
  return characters[randomInt(characters.length)] ?? "";
}

import { randomBytes, randomInt } from "node:crypto";
import { valueProvider, type ValueResource } from "../value-provider";
import type { Provider } from "../provider";
import type { JsonObject } from "../properties";
import { CHARACTER_DEFAULTS, characterProblems, drawCharacters, lengthProblems } from "./characters";
import { ADJECTIVES, ADVERBS, ANIMALS } from "./words";

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const randomString: ValueResource = {
  defaults: CHARACTER_DEFAULTS,
  validate: characterProblems,
  computed: ["result"],
  secrets: [],
  create: (inputs) => {
    const result = drawCharacters(inputs);
    return { id: result, values: { result } };
  },
};

const randomPassword: ValueResource = {
  ...randomString,
  secrets: ["result"],
  // The id is kept in clear, so it must not be the password.
  create: (inputs) => ({ id: "none", values: { result: drawCharacters(inputs) } }),
};

const bytes: ValueResource = {
  defaults: {},
  validate: (inputs) => lengthProblems(inputs, "length"),
  computed: ["base64", "hex"],
  secrets: ["base64", "hex"],
  create: (inputs) => {
    const drawn = randomBytes(Number(inputs["length"]));
    return { id: "none", values: { base64: drawn.toString("base64"), hex: drawn.toString("hex") } };
  },
};

const id: ValueResource = {
  defaults: {},
  validate: (inputs) => lengthProblems(inputs, "byteLength"),
  computed: ["b64Std", "b64Url", "dec", "hex"],
  secrets: [],
  create: (inputs) => {
    const drawn = randomBytes(Number(inputs["byteLength"]));
    const prefix = text(inputs["prefix"]);
    const values: JsonObject = {
      b64Std: prefix + drawn.toString("base64"),
      b64Url: prefix + drawn.toString("base64url"),
      dec: prefix + BigInt(`0x${drawn.toString("hex")}`).toString(),
      hex: prefix + drawn.toString("hex"),
    };
    return { id: drawn.toString("base64url"), values };
  },
};

const pet: ValueResource = {
  defaults: { length: 2, separator: "-" },
  validate: (inputs) => lengthProblems(inputs, "length"),
  computed: [],
  secrets: [],
  create: (inputs) => {
    const words = Array.from({ length: Number(inputs["length"]) }, (_, index, length = Number(inputs["length"])) => {
      const fromEnd = length - 1 - index;
      return one(fromEnd === 0 ? ANIMALS : fromEnd === 1 ? ADJECTIVES : ADVERBS);
    });
    const prefix = text(inputs["prefix"]);
    return { id: [...(prefix === "" ? [] : [prefix]), ...words].join(text(inputs["separator"])), values: {} };
  },
};

/**
 * `@pulumi/random` (https://www.pulumi.com/registry/packages/random/) as far as the project uses it; `bcryptHash` of a password is not
 * computed.
 */
export function randomProvider(): Provider {
  return valueProvider("random", "4.21.2", {
    "random:index/randomPassword:RandomPassword": randomPassword,
    "random:index/randomString:RandomString": randomString,
    "random:index/randomBytes:RandomBytes": bytes,
    "random:index/randomId:RandomId": id,
    "random:index/randomPet:RandomPet": pet,
  });
}

function one(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? "";
}

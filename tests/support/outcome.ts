import { judge } from "#af/policies/judge";
import { plain } from "#af/policies/engine-values";
import { objectsOfResource } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import { recordProgram, type Recording } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { capacityOf } from "#af/tools/plan/capacity";
import { dataRatesOf, ratesEntry } from "#af/tools/plan/rates";

/** What comes of settings: what the program asks for, and what is said of it. Each part is worked out when it is first asked for. */
export class Outcome {
  /** From cheap to dear. */
  private readonly parts: readonly (() => string)[];

  private constructor({ site, resources }: Recording) {
    const objects = once(() => resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn)));
    this.parts = [
      () => text(inOrder(resources)),
      // Which rate of data reaches the cores, and what limits it.
      () => text([dataRatesOf(site)].map((rates) => rates && ratesEntry(rates))),
      // Findings, and every figure that a rule compared.
      () => text(judge(RULES, objects(), { site })),
      // Whether all finds a place, and what is left.
      () => text(capacityOf(objects(), site).answers),
    ].map(once);
  }

  /** @throws {SiteError} if the settings are refused; {RecordingError} if the program does not run through. */
  static async of(config: Readonly<Record<string, unknown>>): Promise<Outcome> {
    return new Outcome(await recordProgram(parseSite(config, "a test")));
  }

  /** True if an object, an option of a resource, a finding or a figure is another. */
  differsFrom(other: Outcome): boolean {
    return this.parts.some((part, index) => part() !== other.parts[index]?.());
  }
}

/** Resources in an order of their own: promises settle in another one when a value is longer. */
function inOrder(resources: Recording["resources"]) {
  return [...resources]
    .sort((a, b) => (a.urn < b.urn ? -1 : 1))
    .map(({ options, ...rest }) => ({ ...rest, options: { ...options, dependsOn: [...options.dependsOn].sort() } }));
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

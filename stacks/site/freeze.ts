import { z } from "zod";
import type { Problem } from "./problems";
import type { Site } from "./schema";

const moment = (description: string, example: string) =>
  z.iso
    .datetime({ offset: true, local: false, error: 'allowed: a time with its zone, in quotes, such as "2026-12-18T17:00:00-06:00"' })
    .meta({ description, unit: "time, in quotes", examples: [example], perSite: true });

/** Settings that say when nothing of a site may change, such as the days before a conference. They are read at every `up`. */
export const Freeze = z
  .array(
    z.strictObject({
      from: moment("When it begins, with its zone", "2026-12-18T17:00:00-06:00"),
      until: moment("When it ends, with its zone", "2027-01-04T08:00:00-06:00"),
      because: z
        .string("allowed: the reason, as text")
        .min(1, "allowed: the reason, as text")
        .meta({ description: "Why nothing may change", examples: ["results for the winter conferences"], perSite: true }),
    }),
  )
  .describe("When up is refused; preview and destroy are not. To change something all the same, take the entry out in a reviewed change")
  .meta({ readBy: ["up", "site frozen"], perSite: true });
/** When nothing of a site may change. */
export type Freeze = z.output<typeof Freeze>;

/**
 * Why nothing of a site may change at a moment, for people; undefined if it may.
 * @param now belongs to a window from its first moment on, and no longer at its last.
 */
export function frozen({ freeze, site }: Pick<Site, "freeze" | "site">, now: Date): string | undefined {
  const windows = freeze.filter(({ from, until }) => now.getTime() >= Date.parse(from) && now.getTime() < Date.parse(until));
  if (windows.length === 0) return undefined;
  const reasons = windows.map(({ from, until, because }) => `from ${from} until ${until}: ${because}`);
  return `${site.name} is frozen ${reasons.join("; ")}. Wait, or take the entry out of af:freeze in a reviewed change`;
}

/** Problems of windows that end before they begin, and so would freeze nothing. */
export function endlessWindows({ freeze }: Pick<Site, "freeze">): readonly Problem[] {
  return freeze.flatMap(({ from, until }, index) =>
    Date.parse(from) < Date.parse(until)
      ? []
      : [{ path: `af:freeze[${index}].until`, message: `found ${until}; allowed: a time after ${from}, at which the window begins` }],
  );
}

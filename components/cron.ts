import { z } from "zod";

/** What each of the five fields may hold (https://pkg.go.dev/github.com/robfig/cron/v3#hdr-CRON_Expression_Format, as Kubernetes reads it). */
const FIELDS = [
  { name: "minute", least: 0, most: 59 },
  { name: "hour", least: 0, most: 23 },
  { name: "day of the month", least: 1, most: 31 },
  { name: "month", least: 1, most: 12 },
  { name: "day of the week", least: 0, most: 6 },
] as const;

/** `*`, a number or a range of numbers, and a step. */
const PART = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/;

/**
 * When a CronJob runs, in five fields of digits. Names of days and months, and `@daily`, are not taken, so that there is one way to write a time.
 */
export const cron = z
  .string()
  .regex(/^[\d*/,-]+( [\d*/,-]+){4}$/, { error: "allowed: five fields of cron in digits, such as 23 3 * * *", abort: true })
  .superRefine((value, context) => {
    const fields = value.split(" ");
    for (const [index, field] of FIELDS.entries())
      if (!(fields[index] ?? "").split(",").every((part) => isPart(part, field)))
        context.addIssue({
          code: "custom",
          message: `${fields[index]} is no ${field.name}; allowed: *, or numbers from ${field.least} to ${field.most} as 1, 1-5 or 1,5, each with a step such as /2`,
        });
  });

function isPart(part: string, { least, most }: (typeof FIELDS)[number]): boolean {
  const [matched, from, to = from, step = "1"] = PART.exec(part) ?? [];
  if (matched === undefined || Number(step) === 0) return false;
  if (from === undefined) return true;
  return least <= Number(from) && Number(from) <= Number(to) && Number(to) <= most;
}

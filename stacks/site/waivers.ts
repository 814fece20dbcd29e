import { z } from "zod";
import { day, httpsUrl, prose } from "../../components/fields";

/** What waivers and approvals have in common: somebody answers for them, until a day. */
const answeredFor = {
  owner: prose.describe("Who answers for it").meta({ examples: ["operators of the storage"] }),
  reason: prose.min(15, "allowed: a reason of 15 characters or more").describe("Why it is right here, and what protects instead"),
  ticket: httpsUrl.describe("Where it was agreed").meta({ examples: ["https://tickets.example.edu/1234"] }),
  until: day.describe("Last day on which it holds"),
};

/** One object by kind, namespace and name, as findings name it. Nothing in it stands for several objects. */
const object = z
  .string()
  .regex(
    /^(?!\w+List )[A-Z][A-Za-z0-9]* ([a-z0-9][a-z0-9.-]*\/)?[A-Za-z0-9][\w.:-]*$/,
    "allowed: exactly one object, as plan names it: kind and name, or kind, namespace/name; nothing stands for several",
  )
  .meta({ description: "The one object that it is about", examples: ["PersistentVolume cvmfs"], perSite: true });

const waiver = z.strictObject({
  rule: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, "allowed: the name of a rule, such as no-host-paths")
    .meta({ description: "The rule", examples: ["no-host-paths"], perSite: true }),
  object,
  field: z
    .string()
    .regex(/^\S*$/, "allowed: the path of one field, as plan names it; empty for the whole object")
    .meta({ description: "The field that the rule refuses; empty if it refuses the object", examples: ["spec.hostPath"], perSite: true }),
  allows: prose
    .optional()
    .describe("What the field holds; needed where it holds something, so that the waiver does not cover what it holds tomorrow")
    .meta({ examples: ["/cvmfs"] }),
  ...answeredFor,
});
/** Something that a rule forbids and a site allows, for one field of one object and until a day. */
export type Waiver = z.output<typeof waiver>;

/** Settings that allow what rules forbid. */
export const Waivers = z
  .array(waiver)
  .describe("What rules forbid and this site allows, each with an owner and an end")
  .meta({ readBy: ["quota pack", "security pack"], perSite: true });

const approval = z.strictObject({
  change: z
    .enum(["update", "replace", "delete"], "allowed: update, replace, delete")
    .meta({ description: "What happens to the object", perSite: true }),
  object,
  fields: z
    .array(prose.describe("A field with its two values, as plan tells them"))
    .default([])
    .meta({ description: "Every field that changes, as plan tells them; none for an object that goes", perSite: true }),
  ...answeredFor,
});
/** A change that loses something or that somebody refuses, and that a site makes all the same. */
export type Approval = z.output<typeof approval>;

/** Settings that let through changes that cannot be undone. */
export const Approvals = z
  .array(approval)
  .describe("Changes that lose something and are made all the same, each with an owner and an end")
  .meta({ readBy: ["plan"], perSite: true });

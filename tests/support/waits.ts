import { WAIT_FOR, type Report } from "#af/components/wait-for";
import type { WrittenObject } from "./recordings";

/** An object that some program waits for: one for each kind, version and wait. */
export interface WrittenWait {
  /** `group/version/Kind`, and what tells two uses of a kind apart, as in {@link OPERATOR_STATUSES}. */
  readonly use: string;
  /** The annotation as it is written. */
  readonly text: string;
  readonly written: WrittenObject;
}

/** The annotations of an object; none if it has none. */
export function annotationsOf({ manifest }: WrittenObject): Readonly<Record<string, string>> {
  const { annotations } = (manifest["metadata"] ?? {}) as { readonly annotations?: Readonly<Record<string, string>> };
  return annotations ?? {};
}

/** Every wait that any of the programs writes. */
export function everyWait(objects: readonly WrittenObject[]): readonly WrittenWait[] {
  const waits = new Map<string, WrittenWait>();
  for (const written of objects) {
    const text = annotationsOf(written)[WAIT_FOR];
    if (text === undefined) continue;
    const { apiVersion, kind } = written.object;
    const { external } = (written.manifest["spec"] ?? {}) as { readonly external?: { readonly enable?: boolean } };
    const use = `${apiVersion}/${kind}${external?.enable === true ? " external" : ""}`;
    const key = `${use} ${text}`;
    if (!waits.has(key)) waits.set(key, { use, text, written });
  }
  return [...waits.values()];
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly observedGeneration?: number;
}

/** True if Pulumi's provider would go on: it compares generations first, and ignores the case of a condition. */
export function holds(report: Report, generation: number, status: object): boolean {
  const fields = status as { readonly observedGeneration?: number; readonly conditions?: readonly Condition[] };
  if ("condition" in report) {
    const found = fields.conditions?.find(({ type }) => type.toLowerCase() === report.condition.toLowerCase());
    return found?.status === "True" && (found.observedGeneration ?? fields.observedGeneration ?? generation) >= generation;
  }
  if ((fields.observedGeneration ?? generation) < generation) return false;
  const value = report.field
    .split(".")
    .slice(1)
    .reduce<unknown>(
      (inner, name) => (typeof inner === "object" && inner !== null ? (Reflect.get(inner, name) as unknown) : undefined),
      status,
    );
  return value === report.is;
}

/** Texts that look like waits and are none: the provider refuses the first, and reads the second as something else. */
export const MALFORMED: Readonly<Record<"refused" | "misread", readonly string[]>> = {
  refused: [
    "Ready",
    "condition:Ready",
    "[]",
    '["Ready"]',
    '["condition=Ready", "phase=Ready"]',
    "jsonpath=",
    "jsonpath=.status.phase=Ready",
    "jsonpath='{.status.phase}'=Ready",
    "jsonpath={.status.phase}=",
    "jsonpath={.status.phase}=a=b",
    "jsonpath={.status.conditions[]}=x",
    "jsonpath={.status..}=Ready",
    "jsonpath={.status.my-phase}=Ready",
  ],
  misread: [
    // Any value of the field will do.
    "jsonpath={.status.phase}==Ready",
    "jsonpath={.status.phase}",
    // These can never come true.
    "jsonpath={.status.phase}= Ready",
    "jsonpath={.Status.phase}=Ready",
    "condition=Ready=",
    "condition= Ready",
    "condition=",
    // The provider takes no notice of an empty annotation.
    "",
  ],
};

import { operandsOf } from "../../components/charts/catalogue";
import type { Manifest } from "../../components/manifest";
import type { Workload } from "../../components/workloads/workload";
import { footprintsOf } from "./footprint";

/** One field in which a description and the rendered chart tell different things of a workload. */
export interface Difference {
  /** Kind and name. */
  readonly workload: string;
  /** The field, or `exists` where only one of the two has the workload. */
  readonly field: string;
  readonly described: string | undefined;
  readonly rendered: string | undefined;
}

/**
 * Every difference between the workloads that a chart's description tells and those of the rendered chart, with what operators make of the
 * custom resources among its objects.
 * @param sameVersion false where the rendered chart is of another version, whose images have other tags.
 */
export function differencesOf(
  described: readonly Workload[],
  rendered: readonly Manifest[],
  { sameVersion }: { readonly sameVersion: boolean },
): readonly Difference[] {
  const operands = rendered.flatMap((object) => operandsOf(object, rendered));
  const told = footprintsOf(described.map(plain));
  const real = footprintsOf([...rendered, ...operands].map(plain));
  return [...new Set([...told.keys(), ...real.keys()])].sort().flatMap((workload): readonly Difference[] => {
    const [mine, theirs] = [told.get(workload), real.get(workload)];
    if (!mine || !theirs) return [{ workload, field: "exists", described: mine && "yes", rendered: theirs && "yes" }];
    return [...new Set([...Object.keys(mine), ...Object.keys(theirs)])].sort().flatMap((field) => {
      const form = (value: string | undefined) => (field.endsWith(".image") && !sameVersion ? untagged(value) : value);
      const [a, b] = [form(mine[field]), form(theirs[field])];
      return a === b ? [] : [{ workload, field, described: a, rendered: b }];
    });
  });
}

/** A difference in one line. */
export function differenceText({ workload, field, described, rendered }: Difference): string {
  return `${workload}: ${field}: described ${described ?? "not at all"}, rendered ${rendered ?? "not at all"}`;
}

function untagged(image: string | undefined): string | undefined {
  return image?.replace(/:[^/:]+$/, "");
}

/**
 * As the API server would have it. A chart that asks Helm whether the server knows a kind hears no where Helm renders without one, and then writes
 * a version of the kind that is served no more.
 */
function plain(object: object): Manifest {
  const manifest = JSON.parse(JSON.stringify(object)) as Manifest;
  return manifest.apiVersion === "policy/v1beta1" ? { ...manifest, apiVersion: "policy/v1" } : manifest;
}

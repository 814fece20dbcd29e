import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { jupyterhub } from "#af/components/charts/jupyterhub";
import { hubRights } from "#af/components/hub/rights";
import type { Manifest } from "#af/components/manifest";
import { renderedCases } from "../../support/rendered-charts";

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** Every right of some roles, one a line, sorted: the group, the resource, its names and the verb. */
function rightsIn(roles: readonly Manifest[]): readonly string[] {
  const rules = roles.flatMap((role) => (role["rules"] ?? []) as readonly Rule[]);
  const rights = rules.flatMap(({ apiGroups, resources, resourceNames = [], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => `${group}/${resource} ${resourceNames.join()} ${verb}`)),
    ),
  );
  return [...new Set(rights)].sort();
}

describe("rights of the accounts of the hub's chart", () => {
  const ours = Object.values(hubRights({ dask: { kind: "none" } }, "hub"));
  const rolesOf = (objects: readonly Manifest[], account: RegExp): readonly Manifest[] =>
    objects.filter(({ kind, metadata }) => /^(Cluster)?Role$/.test(kind) && account.test(metadata.name ?? ""));

  it("are, for the scheduler, those that the chart itself would give", () => {
    const all = renderedCases();
    const found = "missing" in all ? undefined : all.find((each) => each.chart === "jupyterhub" && each.case === "defaults");
    if (found === undefined) return console.log("      not checked: no rendering of the chart beside the project");
    assert.equal(found.version, jupyterhub.version);
    for (const account of [/user-scheduler/]) {
      // No API server has the group `extensions` any more (https://kubernetes.io/docs/reference/using-api/deprecation-guide/#v1-16).
      const theirs: readonly string[] = rightsIn(rolesOf(found.objects, account)).filter((right) => !right.startsWith("extensions/"));
      assert.ok(theirs.length > 0, String(account));
      assert.deepEqual(rightsIn(rolesOf(ours, account)), theirs);
    }
    // The hub's own are fewer: the chart's let it read every Secret.
    const hub = rightsIn(rolesOf(found.objects, /^hub$/));
    for (const right of rightsIn(rolesOf(ours, /^hub-rights$/))) assert.ok(hub.includes(right), right);
    assert.ok(hub.some((right) => right.startsWith("/secrets")) && !rightsIn(ours).some((right) => right.startsWith("/secrets")));
  });

  it("are asked of the packages of the very image that the pinned chart runs", () => {
    const file = path.join(__dirname, "python", "hub.txt");
    const [first = ""] = fs.readFileSync(file, "utf8").split("\n");
    assert.ok(first.includes(`/blob/${jupyterhub.version}/images/hub/requirements.txt`), `${file} is of another version of the chart`);
  });
});

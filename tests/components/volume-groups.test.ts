import assert from "node:assert/strict";
import { workloadsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES } from "../support/site-config";
import { KINDS, settingsOfKind } from "../support/site-kinds";

interface PodSpec {
  readonly securityContext?: { readonly fsGroup?: number; readonly fsGroupChangePolicy?: string };
  readonly volumes?: readonly { readonly persistentVolumeClaim?: object }[];
}

interface Owner {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly spec?: { readonly template?: { readonly spec?: PodSpec }; readonly volumeClaimTemplates?: readonly object[] };
}

/** Pods whose volumes Kubernetes gives to their group file by file at every start, which takes minutes for many files. */
function slow(owners: readonly Owner[]): readonly string[] {
  return owners.flatMap(({ kind = "", metadata, spec }) => {
    const { securityContext, volumes = [] } = spec?.template?.spec ?? {};
    const keeps = (spec?.volumeClaimTemplates ?? volumes.filter(({ persistentVolumeClaim }) => persistentVolumeClaim)).length > 0;
    const once = securityContext?.fsGroup === undefined || securityContext.fsGroupChangePolicy === "OnRootMismatch";
    return keeps && !once ? [`${kind} ${metadata?.name ?? ""}`] : [];
  });
}

describe("volumes of pods that have a group", () => {
  it("get it once, at every site and of every kind of the settings", async () => {
    const configs = [...SITES.map((name) => siteConfig(name)), ...(await Promise.all(Object.keys(KINDS).map(settingsOfKind)))];
    const owners = configs.flatMap((config) => workloadsOf(parseSite(config, "a test")) as readonly Owner[]);
    assert.ok(owners.some(({ spec }) => spec?.template?.spec?.securityContext?.fsGroupChangePolicy === "OnRootMismatch"));
    assert.deepEqual([...new Set(slow(owners))], []);
  });

  it("are found where they get it at every start", () => {
    const pod = (securityContext: object): Owner => ({
      kind: "Deployment",
      metadata: { name: "hub" },
      spec: { template: { spec: { securityContext, volumes: [{ persistentVolumeClaim: { claimName: "db" } }] } } },
    });
    const once = { fsGroupChangePolicy: "OnRootMismatch" };
    assert.deepEqual(slow([pod({ fsGroup: 1000 }), pod({ fsGroup: 1000, ...once }), pod({})]), ["Deployment hub"]);
  });
});

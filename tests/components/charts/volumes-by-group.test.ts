import assert from "node:assert/strict";
import { parseSite } from "#af/stacks/site/parse";
import { allParts, workloadsOf } from "#af/stacks/site/parts";
import { readSite } from "#af/stacks/site/read";
import { renderedCases } from "../../support/rendered-charts";
import { siteConfig, SITES } from "../../support/site-config";
import { KINDS, settingsOfKind } from "../../support/site-kinds";
import { asRecord } from "../../stacks/written";

/** Pods of charts that own a volume by their group, and the value that says when the kubelet changes its files. */
const BY_VALUE: readonly (readonly [chart: string, object: RegExp, path: readonly string[]])[] = [
  ["kube-prometheus-stack", /^Prometheus /, ["prometheus", "prometheusSpec", "securityContext"]],
  ["kube-prometheus-stack", /^Deployment .*-grafana$/, ["grafana", "securityContext"]],
  ["servicex", /^StatefulSet .*-postgresql$/, ["postgresql", "primary", "podSecurityContext"]],
  ["servicex", /^StatefulSet .*-rabbitmq$/, ["rabbitmq", "podSecurityContext"]],
];

/** The hub's own tests look at its volume. */
const LOOKED_AT_ELSEWHERE = ["jupyterhub"];

/** True for a workload whose pods have a claimed volume and a group that owns it. */
function ownsByGroup({ kind, spec }: Readonly<Record<string, unknown>>): boolean {
  const { securityContext, storage, template, volumeClaimTemplates } = asRecord(spec);
  if (kind === "Prometheus") return asRecord(securityContext)["fsGroup"] !== undefined && storage !== undefined;
  const pod = asRecord(asRecord(template)["spec"]);
  const [templates, volumes] = [volumeClaimTemplates, pod["volumes"]].map((list) =>
    Array.isArray(list) ? (list as readonly unknown[]) : [],
  );
  const claimed = templates!.length > 0 || volumes!.some((volume) => "persistentVolumeClaim" in asRecord(volume));
  return claimed && asRecord(pod["securityContext"])["fsGroup"] !== undefined;
}

/** When the kubelet goes through the files of a volume: at every start unless told otherwise. */
function policyOf({ kind, spec }: Readonly<Record<string, unknown>>): unknown {
  const { securityContext, template } = asRecord(spec);
  return asRecord(kind === "Prometheus" ? securityContext : asRecord(asRecord(template)["spec"])["securityContext"])["fsGroupChangePolicy"];
}

/** Workloads whose volumes the kubelet goes through file by file at every start, which takes minutes for many files. */
function slow(owners: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return owners
    .filter((owner) => ownsByGroup(owner) && policyOf(owner) !== "OnRootMismatch")
    .map(({ kind, metadata }) => `${String(kind)} ${String(asRecord(metadata)["name"])}`);
}

describe("a volume that a pod owns by its group", function () {
  this.timeout(60_000);

  it("is gone through at its first mount only, at every site and of every kind of the settings", async () => {
    const configs = [...SITES.map((name) => siteConfig(name)), ...(await Promise.all(Object.keys(KINDS).map(settingsOfKind)))];
    const owners = configs.flatMap((config) => workloadsOf(parseSite(config, "a test"))).map(asRecord);
    assert.ok(owners.some((owner) => ownsByGroup(owner) && policyOf(owner) === "OnRootMismatch"));
    assert.deepEqual([...new Set(slow(owners))], []);
  });

  it("is found where it is gone through at every start", () => {
    const pod = (securityContext: object) => ({
      kind: "Deployment",
      metadata: { name: "hub" },
      spec: { template: { spec: { securityContext, volumes: [{ persistentVolumeClaim: { claimName: "db" } }] } } },
    });
    const once = { fsGroupChangePolicy: "OnRootMismatch" };
    assert.deepEqual(slow([pod({ fsGroup: 1000 }), pod({ fsGroup: 1000, ...once }), pod({})]), ["Deployment hub"]);
  });

  it("is so in every chart, by a value of each site", () => {
    const used = new Set<unknown>();
    for (const site of SITES)
      for (const { chart, values } of allParts(readSite(site)).flatMap(({ releases }) => Object.values(releases)))
        for (const entry of BY_VALUE.filter(([name]) => name === chart.name)) {
          used.add(entry);
          const found = entry[2].reduce<unknown>((tree, key) => asRecord(tree)[key], values);
          assert.deepEqual(found, { fsGroupChangePolicy: "OnRootMismatch" }, `${entry[2].join(".")} of ${chart.name} at ${site}`);
        }
    assert.equal(used.size, BY_VALUE.length);
  });

  it("is told of for every such pod that the real charts make", () => {
    const all = renderedCases();
    if ("missing" in all) return console.log(`      not checked: ${all.missing}`);
    for (const { chart, objects } of all.filter((each) => SITES.includes(each.case)))
      for (const manifest of objects.filter(ownsByGroup)) {
        const title = `${String(manifest["kind"])} ${String(asRecord(manifest["metadata"])["name"])}`;
        const told = BY_VALUE.some(([name, object]) => name === chart && object.test(title));
        assert.ok(told || LOOKED_AT_ELSEWHERE.includes(chart), `${title} of ${chart}`);
      }
  });
});

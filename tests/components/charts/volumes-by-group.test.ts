import assert from "node:assert/strict";
import { allParts } from "#af/stacks/site/parts";
import { readSite } from "#af/stacks/site/read";
import { everyObject, everyRecording } from "../../support/recordings";
import { renderings } from "../../support/renderings";
import { SITES } from "../../support/site-config";
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
  const volumes = [volumeClaimTemplates, pod["volumes"]].flatMap((list) => (Array.isArray(list) ? (list as readonly unknown[]) : []));
  const claimed = Array.isArray(volumeClaimTemplates) || volumes.some((volume) => "persistentVolumeClaim" in asRecord(volume));
  return claimed && asRecord(pod["securityContext"])["fsGroup"] !== undefined;
}

describe("a volume that a pod owns by its group", function () {
  this.timeout(60_000);

  it("is gone through at its first mount only, in objects of the program", async () => {
    const objects = everyObject(await everyRecording()).filter(({ manifest }) => ownsByGroup(manifest));
    assert.ok(objects.length > 0);
    for (const { title, object, manifest } of objects) {
      const pod = asRecord(asRecord(asRecord(manifest["spec"])["template"])["spec"]);
      assert.equal(asRecord(pod["securityContext"])["fsGroupChangePolicy"], "OnRootMismatch", `${object.kind} ${object.name} of ${title}`);
    }
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
    const all = renderings();
    if (all === undefined) return console.log("      not checked: no renderings of the charts beside the project");
    for (const { chart, manifests } of all.filter((rendering) => SITES.includes(rendering.case)))
      for (const manifest of manifests.filter(ownsByGroup)) {
        const title = `${String(manifest["kind"])} ${String(asRecord(manifest["metadata"])["name"])}`;
        const told = BY_VALUE.some(([name, object]) => name === chart && object.test(title));
        assert.ok(told || LOOKED_AT_ELSEWHERE.includes(chart), `${title} of ${chart}`);
      }
  });
});

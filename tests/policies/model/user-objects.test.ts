import assert from "node:assert/strict";
import fc from "fast-check";
import { UNKNOWN } from "#af/policies/model/field";
import { forEachHub } from "#af/policies/model/hub-demand";
import { objectsOf } from "#af/policies/model/objects";
import { objectCounts } from "#af/policies/model/user-objects";
import { readSite } from "#af/stacks/site/read";
import type { Site } from "#af/stacks/site/schema";
import { SITE } from "../expect";
import { CLAIM, HUB, WIDE_QUOTA } from "../facility-objects";
import { changed, workload, type Data } from "../manifests";
import { judgements } from "./judgements";

const KEYS = [
  ...["pods", "count/pods", "persistentvolumeclaims", "count/persistentvolumeclaims", "services", "count/services"],
  ...["secrets", "count/secrets", "count/ingressroutetcps.traefik.io"],
];
const quotaOf = (hard: Data): Data => changed(WIDE_QUOTA, ["spec", "hard"], hard);
const WHOLE = quotaOf(Object.fromEntries(KEYS.map((key, index) => [key, `${index + 1}k`])));
const siteOf = (dask: Partial<Site["hub"]["dask"]> | Site["hub"]["dask"], registered = 20, concurrent = 5): Site => ({
  ...SITE,
  hub: { ...SITE.hub, users: { registered, concurrent }, dask: dask as Site["hub"]["dask"] },
});
const [NONE, SNI] = [{ kind: "none" }, SITE.hub.dask] as const;
const { dask: GATEWAY } = readSite("fnal").hub;

function countsOf(objects: readonly Data[], site: Site) {
  const { on, said } = judgements();
  const counts: ReturnType<typeof objectCounts>[number][] = [];
  forEachHub(
    objects.flatMap((each) => objectsOf(each)),
    on,
    (namespace) => counts.push(...objectCounts(namespace, site, on)),
  );
  return { counts, said };
}
const needs = (objects: readonly Data[], site: Site) => {
  const { counts, said } = countsOf(objects, site);
  assert.deepEqual(said, []);
  return Object.fromEntries(counts.map(({ key, need }) => [key, Number(need)]));
};
const object = (apiVersion: string, kind: string, name = "one"): Data => ({ apiVersion, kind, metadata: { name, namespace: "work" } });

describe("objects in a hub's namespace", () => {
  it("are a pod for each server that runs and a claim for each user, and with schedulers in users' pods also their objects", () => {
    assert.equal(SNI.kind, "sni");
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (registered, concurrent) => {
        const [pods, claims] = [2 + concurrent, 1 + registered];
        const plain = { pods, "count/pods": pods, persistentvolumeclaims: claims, "count/persistentvolumeclaims": claims };
        // Nobody knows how many Services and Secrets charts make, where no user has any.
        assert.deepEqual(needs([HUB, WHOLE], siteOf(NONE, registered, concurrent)), plain);
        assert.deepEqual(needs([HUB, WHOLE], siteOf(SNI, registered, concurrent)), {
          ...plain,
          ...{ services: concurrent, "count/services": concurrent },
          ...{ secrets: 2 * registered, "count/secrets": 2 * registered },
          "count/ingressroutetcps.traefik.io": 2 * concurrent,
        });
      }),
      { numRuns: 20 },
    );
  });

  it("are also those of the stack itself, of the kind and its group alone", () => {
    const before = needs([HUB, WHOLE], siteOf(SNI));
    const more = (...objects: readonly Data[]) => {
      const after = needs([HUB, WHOLE, ...objects], siteOf(SNI));
      return Object.fromEntries(KEYS.map((key) => [key, (after[key] ?? 0) - (before[key] ?? 0)] as const).filter(([, each]) => each !== 0));
    };
    assert.deepEqual(more(CLAIM), { persistentvolumeclaims: 1, "count/persistentvolumeclaims": 1 });
    assert.deepEqual(more(object("v1", "Service"), object("v1", "Service", "two")), { services: 2, "count/services": 2 });
    assert.deepEqual(more(object("v1", "Secret")), { secrets: 1, "count/secrets": 1 });
    assert.deepEqual(more(object("traefik.io/v1alpha1", "IngressRouteTCP")), { "count/ingressroutetcps.traefik.io": 1 });
    // Two replicas have a third pod beside them while they are rolled out.
    assert.deepEqual(more(changed(workload("Deployment"), ["spec", "replicas"], 2)), { pods: 3, "count/pods": 3 });
    const elsewhere = changed(CLAIM, ["metadata", "namespace"], "elsewhere");
    assert.deepEqual(more(elsewhere, object("serving.knative.dev/v1", "Service"), object("v1", "ConfigMap")), {});
    const set = changed(
      changed(workload("StatefulSet"), ["spec", "replicas"], 3),
      ["spec", "volumeClaimTemplates"],
      [{ spec: CLAIM["spec"] }],
    );
    assert.deepEqual(more(set), { pods: 3, "count/pods": 3, persistentvolumeclaims: 3, "count/persistentvolumeclaims": 3 });
  });

  it("are with Dask Gateway the pods of clusters too, where its release is in the namespace", () => {
    assert.ok(GATEWAY.kind === "gateway");
    const release = changed(changed(HUB, ["metadata", "name"], "gateway"), ["spec"], {
      chart: { spec: { chart: "dask-gateway" } },
      values: UNKNOWN,
    });
    const { atOnce } = GATEWAY.clusters;
    const pods = (dask: Site["hub"]["dask"], ...objects: readonly Data[]) =>
      Number(countsOf([HUB, quotaOf({ pods: "1" }), ...objects], siteOf(dask)).counts[0]?.need ?? -1);
    const onKubernetes = { ...GATEWAY, backend: { kind: "kubernetes" } } as Site["hub"]["dask"];
    assert.equal(pods(GATEWAY), 7);
    assert.equal(pods(GATEWAY, release), 7 + atOnce);
    assert.equal(pods(onKubernetes, release), 7 + atOnce + atOnce * GATEWAY.workers.max);
    assert.equal(pods(NONE, release), 7);
    assert.equal(pods(SNI, release), 7);
    assert.equal(pods(onKubernetes, changed(release, ["metadata", "namespace"], "elsewhere")), 7);
  });

  it("are compared with each quota that names them, in the quota's own words", () => {
    const [one, two] = [
      quotaOf({ "count/pods": "1k", memory: "1Gi" }),
      changed(quotaOf({ pods: 7, "count/pods": "8" }), ["metadata", "name"], "two"),
    ];
    const { counts } = countsOf([HUB, one, two], siteOf(NONE));
    assert.deepEqual(
      counts.map(({ quota, key, hard }) => [quota.name, key, hard]),
      [
        ["quota", "count/pods", 1000n],
        ["two", "pods", 7n],
        ["two", "count/pods", 8n],
      ],
    );
    assert.deepEqual(countsOf([HUB], siteOf(SNI)), { counts: [], said: [] });
  });

  it("are not silently left out where a quota or a workload cannot be read", () => {
    const { counts, said } = countsOf([HUB, quotaOf({ pods: UNKNOWN, persistentvolumeclaims: "9" })], siteOf(NONE));
    assert.deepEqual(
      [counts.map(({ key }) => key), said],
      [["persistentvolumeclaims"], ["ResourceQuota work/quota: spec.hard.pods is not known before up runs"]],
    );
    const broken = changed(workload("Deployment"), ["spec", "replicas"], "many");
    assert.deepEqual(countsOf([HUB, WHOLE, broken], siteOf(NONE)).said, [
      "Deployment work/program: spec.replicas is text; allowed: a whole number from 0 to 2147483647",
    ]);
  });
});

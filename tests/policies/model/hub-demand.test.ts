import assert from "node:assert/strict";
import fc from "fast-check";
import { UNKNOWN } from "#af/policies/model/field";
import { expectedServers, forEachHub, hubUsage } from "#af/policies/model/hub-demand";
import { objectsOf } from "#af/policies/model/objects";
import type { Profile } from "#af/policies/model/user-servers";
import type { Site } from "#af/stacks/site/schema";
import { SITE } from "../expect";
import { CLAIM, HUB, HUB_STACK, USER_VALUES, WIDE_QUOTA } from "../facility-objects";
import { changed, LIMIT_RANGE, workload, type Data } from "../manifests";
import { judgements } from "./judgements";

const GI = 2n ** 30n;
const siteOf = (users: Site["hub"]["users"], ...atOnce: readonly (number | undefined)[]): Site => {
  const [profile] = SITE.hub.profiles;
  assert.ok(profile);
  const profiles = atOnce.map((each) => ({ ...profile, ...(each !== undefined && { atOnce: each }) }));
  return { ...SITE, hub: { ...SITE.hub, users, profiles } };
};

describe("hubs of a stack", () => {
  const namespaces = (objects: readonly Data[]) => {
    const { on, said } = judgements();
    const found: (readonly string[])[] = [];
    forEachHub(
      objects.flatMap((each) => objectsOf(each)),
      on,
      ({ hub, members, quotas }) => {
        assert.ok(members.every(({ namespace }) => namespace === hub.namespace));
        found.push([hub.namespace, members.map(({ kind }) => kind).join(), quotas.map(({ name }) => name).join()]);
      },
    );
    return { found, said };
  };
  const elsewhere = (object: Data): Data => changed(object, ["metadata", "namespace"], "elsewhere");

  it("are checked each with what is in its namespace, and with the quotas that cover all of it", () => {
    const quota = (name: string, spec: Data) => ({ ...WIDE_QUOTA, metadata: { name, namespace: "work" }, spec });
    const scoped = quota("scoped", { hard: { pods: "1" }, scopes: ["BestEffort"] });
    const { found, said } = namespaces([
      HUB,
      scoped,
      quota("a", {}),
      quota("b", {}),
      elsewhere(CLAIM),
      elsewhere(HUB),
      elsewhere(WIDE_QUOTA),
    ]);
    const made = "HelmRelease,PersistentVolumeClaim,Deployment,Deployment,PodTemplate,PodTemplate,PodTemplate";
    assert.deepEqual(found, [
      ["work", `${made},ResourceQuota,ResourceQuota,ResourceQuota`, "a,b"],
      ["elsewhere", `PersistentVolumeClaim,${made},ResourceQuota`, "quota"],
    ]);
    assert.deepEqual(said, []);
    assert.deepEqual(namespaces([WIDE_QUOTA, CLAIM]).found, []);
  });

  it("are not silently none where a release cannot be read, and the others are checked", () => {
    const { found, said } = namespaces([changed(HUB, ["spec", "chart", "spec", "chart"], UNKNOWN), elsewhere(HUB)]);
    assert.deepEqual(
      found.map(([namespace]) => namespace),
      ["elsewhere"],
    );
    assert.deepEqual(said, ["HelmRelease work/jupyterhub: spec.chart.spec.chart is not known before up runs"]);
  });
});

describe("the use of a hub's namespace", () => {
  const usage = (objects: readonly Data[], site: Site) => {
    const { on, said } = judgements();
    const found: ReturnType<typeof hubUsage>[] = [];
    forEachHub(
      objects.flatMap((each) => objectsOf(each)),
      on,
      (namespace) => found.push(hubUsage(namespace, site, on)),
    );
    return { used: found[0] ?? {}, said };
  };

  it("is that of the hub's own pods and claims, of the servers at once, and of a home for each user", () => {
    const count = fc.nat(50);
    fc.assert(
      fc.property(count, count, count, (registered, small, large) => {
        const { used, said } = usage(HUB_STACK, siteOf({ registered, concurrent: small + large }, undefined, large));
        const [s, l] = [BigInt(small), BigInt(large)];
        assert.deepEqual(said, []);
        assert.equal(used["pods"], 2n + s + l);
        assert.equal(used["requests.cpu"], 200n + 1000n * s + 4000n * l);
        assert.equal(used["limits.memory"], 128n * 2n ** 20n + GI * s + 4n * GI * l);
        assert.equal(used["persistentvolumeclaims"], 1n + BigInt(registered));
        assert.equal(used["requests.storage"], GI + GI * BigInt(registered));
        assert.equal(used["services.loadbalancers"], 0n);
      }),
      { numRuns: 20 },
    );
  });

  const TEN = siteOf({ registered: 10, concurrent: 10 }, undefined);

  it("has what else is in the namespace, and no homes where the values have none", () => {
    const bare = changed(HUB, [...USER_VALUES, "storage", "capacity"], undefined);
    const { used, said } = usage([bare, workload("Deployment"), CLAIM], TEN);
    // The Deployment has a further pod while it is rolled out.
    assert.deepEqual([used["pods"], used["persistentvolumeclaims"], used["requests.storage"]], [14n, 2n, 2n * GI]);
    assert.deepEqual(said, []);
  });

  it("fills in what the LimitRanges of the namespace give", () => {
    const small = changed(changed(HUB, [...USER_VALUES, "profileList"], []), [...USER_VALUES, "cpu"], {});
    assert.equal(usage([small], TEN).used["requests.cpu"], 200n);
    assert.equal(usage([small, LIMIT_RANGE], TEN).used["requests.cpu"], 200n + 10n * 50n);
    assert.equal(usage([small, changed(LIMIT_RANGE, ["metadata", "namespace"], "elsewhere")], TEN).used["requests.cpu"], 200n);
  });

  it("says which workload or claim cannot be read, and leaves it out", () => {
    const broken = [
      changed(workload("Deployment"), ["spec", "replicas"], UNKNOWN),
      changed(CLAIM, ["spec", "resources", "requests", "storage"], "much"),
    ];
    const { used, said } = usage([...HUB_STACK, ...broken], TEN);
    assert.equal(used["pods"], 12n);
    assert.deepEqual(said, [
      "Deployment work/program: spec.replicas is not known before up runs",
      "PersistentVolumeClaim work/data: spec.resources.requests.storage is text; allowed: a Kubernetes quantity such as 500m or 1Gi",
    ]);
  });
});

describe("user servers that run at once", () => {
  it("are of each profile as many as the site says at its place, and of the default the rest", () => {
    const profile = (isDefault: boolean) => ({ isDefault, name: String(isDefault) }) as Profile;
    const [other, standard] = [profile(false), profile(true)];
    const counts = (profiles: readonly Profile[], site: Site) => {
      const servers = expectedServers(profiles, site);
      assert.deepEqual(
        servers.map(({ name, scale }) => [name, scale.surge]),
        profiles.map(({ name }) => [name, 0]),
      );
      return servers.map(({ scale }) => scale.pods);
    };
    const site = siteOf({ registered: 100, concurrent: 20 }, undefined, 5, 3);
    assert.deepEqual(counts([standard, other, other], site), [12, 5, 3]);
    assert.deepEqual(counts([other, standard, other], site), [12, 5, 3]);
    assert.deepEqual(counts([standard], site), [20]);
    assert.deepEqual(counts([standard, other, other, other], site), [12, 5, 3, 0]);
    assert.deepEqual(counts([], site), []);
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { containersAskForResources } from "../../../policies/quotas/containers-ask-for-resources";
import { demandFitsQuota } from "../../../policies/quotas/demand-fits-quota";
import { loadBalancerAddresses } from "../../../policies/quotas/load-balancer-addresses";
import { namespacesHaveDefaults } from "../../../policies/quotas/namespaces-have-defaults";
import { namespacesHaveQuota } from "../../../policies/quotas/namespaces-have-quota";
import { podsFitAHost } from "../../../policies/quotas/pods-fit-a-host";
import { neverSilent, nothingFound, onlyFinding, verdictOn } from "../expect";
import { changed, CONTAINER, DEFAULT_DENY, KEPT, LIMIT_RANGE, NAMESPACE, POD_SPEC, QUOTA, workload, type Data } from "../manifests";

const HARD = ["spec", "hard"];
const hard = QUOTA["spec"] as { readonly hard: Data };

describe("namespaces-have-quota", () => {
  const withQuota = (quota: Data) => [NAMESPACE, LIMIT_RANGE, DEFAULT_DENY, quota];

  it("accepts a quota with every key, and the shorter spellings", () => {
    nothingFound(KEPT, namespacesHaveQuota);
    const { "requests.cpu": cpu, "count/secrets": secrets, ...rest } = hard.hard;
    nothingFound(withQuota(changed(QUOTA, HARD, { ...rest, cpu, secrets })), namespacesHaveQuota);
  });

  it("refuses every single key that is missing", () => {
    for (const key of Object.keys(hard.hard)) {
      const name = key.replace(/^count\//, "").replace(".", "\\.");
      onlyFinding(withQuota(changed(QUOTA, [...HARD, key], undefined)), namespacesHaveQuota, "", new RegExp(`leaves unbounded: ${name}$`));
    }
  });

  it("refuses a namespace without a quota, or with one of some pods only", () => {
    onlyFinding(
      [NAMESPACE, LIMIT_RANGE, DEFAULT_DENY],
      namespacesHaveQuota,
      "",
      /has no ResourceQuota; allowed: one that bounds requests\.cpu/,
    );
    onlyFinding(withQuota(changed(QUOTA, ["spec", "scopes"], ["BestEffort"])), namespacesHaveQuota, "", /has no ResourceQuota/);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(namespacesHaveQuota, QUOTA, [...HARD, "pods"], "ten", [NAMESPACE]);
    neverSilent(namespacesHaveQuota, QUOTA, HARD, "none", [NAMESPACE]);
  });
});

describe("namespaces-have-defaults", () => {
  const limits = ["spec", "limits", 0];

  it("accepts a LimitRange, and a default limit in place of a default request", () => {
    nothingFound(KEPT, namespacesHaveDefaults);
    const range = changed(LIMIT_RANGE, [...limits, "defaultRequest", "memory"], undefined);
    nothingFound([NAMESPACE, QUOTA, DEFAULT_DENY, range], namespacesHaveDefaults);
  });

  it("refuses what is missing", () => {
    const cases: readonly (readonly [readonly (string | number)[], unknown, RegExp])[] = [
      [[...limits, "defaultRequest", "cpu"], undefined, /gives defaultRequest\.cpu$/],
      [[...limits, "default", "memory"], undefined, /gives default\.memory$/],
      [[...limits, "type"], "Pod", /gives defaultRequest\.cpu, defaultRequest\.memory, default\.memory$/],
      [["metadata", "namespace"], "elsewhere", /gives defaultRequest\.cpu/],
    ];
    for (const [steps, value, message] of cases)
      onlyFinding([NAMESPACE, QUOTA, DEFAULT_DENY, changed(LIMIT_RANGE, steps, value)], namespacesHaveDefaults, "", message);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(namespacesHaveDefaults, LIMIT_RANGE, ["spec", "limits"], "none", [NAMESPACE]);
    neverSilent(namespacesHaveDefaults, LIMIT_RANGE, [...limits, "default", "memory"], "much", [NAMESPACE]);
  });
});

describe("containers-ask-for-resources", () => {
  it("refuses each amount that is missing, in every kind", () => {
    for (const [steps, path] of [
      [["resources", "requests", "cpu"], "resources.requests.cpu"],
      [["resources", "requests", "memory"], "resources.requests.memory"],
      [["resources", "limits", "memory"], "resources.limits.memory"],
    ] as const) {
      const broken = path.includes("requests.memory") ? changed(CONTAINER, ["resources", "limits", "memory"], undefined) : CONTAINER;
      const spec = { containers: [changed(broken, steps, undefined)] };
      const { findings } = verdictOn([workload("Deployment", spec)], [containersAskForResources]);
      assert.ok(
        findings.some((finding) => finding.path.endsWith(path)),
        path,
      );
      assert.match(
        findings[0]?.message ?? "",
        /^container main has no (requests|limits)\.(cpu|memory), and no LimitRange of its namespace gives one$/,
      );
    }
  });

  it("refuses init containers too, but not ephemeral ones, which may not ask", () => {
    const bare = { name: "helper", image: "program:1" };
    const paths = (list: string) =>
      verdictOn([workload("Job", { ...POD_SPEC, [list]: [bare] })], [containersAskForResources]).findings.map(({ path }) => path);
    assert.deepEqual(
      paths("initContainers"),
      ["requests.cpu", "requests.memory", "limits.memory"].map((each) => `spec.template.spec.initContainers[0].resources.${each}`),
    );
    assert.deepEqual(paths("ephemeralContainers"), []);
  });

  it("counts a limit as request, the namespace's defaults, and amounts of the whole pod", () => {
    const limitsOnly = { ...CONTAINER, resources: { limits: { cpu: "1", memory: "1Gi" } } };
    nothingFound([workload("Pod", { containers: [limitsOnly] })], containersAskForResources);
    const bare = { name: "main", image: "program:1" };
    nothingFound([...KEPT, workload("Pod", { containers: [bare] })], containersAskForResources);
    const wholePod = { containers: [bare], resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } } };
    nothingFound([workload("Pod", wholePod)], containersAskForResources);
  });

  it("is never silent about what it cannot read", () => {
    const object = workload("Deployment");
    const resources = ["spec", "template", "spec", "containers", 0, "resources"];
    neverSilent(containersAskForResources, object, resources, "small");
    neverSilent(containersAskForResources, object, [...resources, "requests", "cpu"], "half");
    neverSilent(containersAskForResources, object, ["spec", "template", "spec", "initContainers"], "none");
  });
});

describe("demand-fits-quota", () => {
  const sized = (cpu: string, replicas: number, more: Data = {}) => ({
    ...workload("Deployment", { containers: [changed(CONTAINER, ["resources", "requests", "cpu"], cpu)] }),
    spec: {
      replicas,
      strategy: { type: "Recreate" },
      template: { spec: { containers: [changed(CONTAINER, ["resources", "requests", "cpu"], cpu)] } },
      ...more,
    },
  });

  it("accepts a demand that is the quota exactly, and refuses one millicore more, with need, have and margin", () => {
    nothingFound([...KEPT, sized("500m", 4)], demandFitsQuota);
    const finding = onlyFinding(
      [...KEPT, sized("501m", 4)],
      demandFitsQuota,
      'spec.hard["requests.cpu"]',
      /^work needs 2\.004 requests\.cpu and has 2: 4m too few$/,
    );
    assert.equal(finding.object.name, "quota");
  });

  it("counts the pods of a rollout", () => {
    const rolling = sized("500m", 4, { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } });
    onlyFinding([...KEPT, rolling], demandFitsQuota, 'spec.hard["requests.cpu"]', /needs 2\.5 requests\.cpu and has 2: 500m too few/);
    const share = sized("400m", 4, { strategy: { rollingUpdate: { maxSurge: "50%" } } });
    onlyFinding([...KEPT, share], demandFitsQuota, 'spec.hard["requests.cpu"]', /needs 2\.4 /);
  });

  it("counts claims of a set once a replica, single claims, and load balancers", () => {
    const claim = { spec: { resources: { requests: { storage: "4Gi" } } } };
    const set = { ...workload("StatefulSet"), spec: { replicas: 3, template: { spec: POD_SPEC }, volumeClaimTemplates: [claim] } };
    onlyFinding([...KEPT, set], demandFitsQuota, 'spec.hard["requests.storage"]', /needs 12Gi requests\.storage and has 10Gi: 2Gi too few/);
    const single = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data", namespace: "work" },
      spec: { resources: { requests: { storage: "11Gi" } } },
    };
    onlyFinding([...KEPT, single], demandFitsQuota, 'spec.hard["requests.storage"]', /needs 11Gi/);
    const service = (name: string, address: string) => ({
      ...loadBalancer(address),
      metadata: { name, namespace: "work", annotations: { "metallb.io/loadBalancerIPs": address } },
    });
    onlyFinding(
      [...KEPT, service("a", "129.93.183.29"), service("b", "129.93.183.33")],
      demandFitsQuota,
      'spec.hard["services.loadbalancers"]',
      /needs 2 services\.loadbalancers and has 1: 1 too few/,
    );
  });

  it("holds whatever the numbers: it refuses exactly what is more than the quota", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 0, max: 10 }), (cpu, replicas) => {
        const refused = verdictOn([...KEPT, sized(`${cpu}m`, replicas)], [demandFitsQuota]).findings.length > 0;
        assert.equal(refused, cpu * replicas > 2000);
      }),
    );
  });

  it("is never silent about what it cannot read", () => {
    const object = sized("100m", 1);
    neverSilent(demandFitsQuota, object, ["spec", "replicas"], "two", KEPT);
    neverSilent(demandFitsQuota, object, ["spec", "template", "spec", "containers", 0, "resources", "requests", "cpu"], "half", KEPT);
    neverSilent(demandFitsQuota, QUOTA, [...HARD, "pods"], "ten", [NAMESPACE]);
  });

  it("says what is too much even if another part is not known", () => {
    const unknown = changed(sized("100m", 1), ["spec", "replicas"], "two");
    const rules = verdictOn([...KEPT, unknown, sized("501m", 4)], [demandFitsQuota]).findings.map(({ message }) => message.split(" ")[0]);
    assert.deepEqual(rules, ["found", "work"]);
  });
});

describe("pods-fit-a-host", () => {
  const asking = (requests: Data, placement: Data = {}) =>
    workload("Pod", { containers: [changed(CONTAINER, ["resources"], { requests, limits: { memory: "1Ti" } })], ...placement });

  it("accepts what fits the largest host exactly, and refuses one unit more", () => {
    nothingFound([asking({ cpu: "24", memory: "96Gi" })], podsFitAHost);
    onlyFinding(
      [asking({ cpu: "24001m", memory: "1Gi" })],
      podsFitAHost,
      "spec",
      /asks for 24\.001 CPU and 1Gi; of the 17 hosts that it may run on none has both \(at most 24 CPU, at most 96Gi\)/,
    );
    onlyFinding([asking({ cpu: "1", memory: "97Gi" })], podsFitAHost, "spec", /asks for 1 CPU and 97Gi/);
  });

  it("looks at one host at a time, not at totals", () => {
    const selector = { nodeSelector: { "analysis-facility/pool": "x2200-24g" } };
    nothingFound([asking({ cpu: "8", memory: "24Gi" }, selector)], podsFitAHost);
    onlyFinding([asking({ cpu: "9", memory: "1Gi" }, selector)], podsFitAHost, "spec", /of the 6 hosts .*at most 8 CPU, at most 24Gi/);
  });

  it("refuses a pod that no host would take", () => {
    const none = /no host of the site has the labels that the pod asks for and only taints that it tolerates/;
    onlyFinding([asking({ cpu: "1", memory: "1Gi" }, { nodeSelector: { disk: "ssd" } })], podsFitAHost, "spec", none);
    const cache = { nodeSelector: { "analysis-facility/cache": "true" } };
    onlyFinding([asking({ cpu: "1", memory: "1Gi" }, cache)], podsFitAHost, "spec", none);
    nothingFound(
      [asking({ cpu: "1", memory: "1Gi" }, { ...cache, tolerations: [{ key: "analysis-facility/cache", operator: "Exists" }] })],
      podsFitAHost,
    );
  });

  it("is never silent about what it cannot read", () => {
    const object = workload("Pod");
    neverSilent(podsFitAHost, object, ["spec", "nodeSelector"], "none");
    neverSilent(podsFitAHost, object, ["spec", "tolerations"], "all");
    neverSilent(podsFitAHost, object, ["spec", "affinity"], "none");
    neverSilent(podsFitAHost, object, ["spec", "containers", 0, "resources", "requests", "memory"], "much");
  });
});

describe("load-balancer-addresses", () => {
  const steps = ["metadata", "annotations", "metallb.io/loadBalancerIPs"];
  const path = 'metadata.annotations["metallb.io/loadBalancerIPs"]';
  const other = { ...loadBalancer("129.93.183.29"), metadata: { ...(loadBalancer("129.93.183.29")["metadata"] as Data), name: "other" } };

  it("accepts an address of a pool, in every spelling", () => {
    nothingFound([loadBalancer("129.93.183.29")], loadBalancerAddresses);
    const plain = changed(loadBalancer("x"), steps, undefined);
    nothingFound(
      [changed(plain, ["metadata", "annotations", "metallb.universe.tf/loadBalancerIPs"], "129.93.183.33")],
      loadBalancerAddresses,
    );
    nothingFound([changed(plain, ["spec", "loadBalancerIP"], "129.93.183.33")], loadBalancerAddresses);
  });

  it("refuses no address, one of no pool, and one that is taken", () => {
    onlyFinding(
      [changed(loadBalancer("x"), steps, undefined)],
      loadBalancerAddresses,
      path,
      /asks for no address and would get none.*allowed: an address of public \(129\.93\.183\.29\/32, /,
    );
    onlyFinding(
      [loadBalancer("129.93.183.30")],
      loadBalancerAddresses,
      path,
      /asks for 129\.93\.183\.30, which is in no pool; allowed: an address of public/,
    );
    onlyFinding(
      [other, loadBalancer("129.93.183.29")],
      loadBalancerAddresses,
      path,
      /asks for 129\.93\.183\.29, which Service work\/other already has; allowed: an address of its own/,
    );
  });

  it("leaves other Services alone", () => {
    assert.deepEqual(verdictOn([changed(loadBalancer("x"), ["spec", "type"], "ClusterIP")], [loadBalancerAddresses]).findings, []);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(loadBalancerAddresses, loadBalancer("x"), steps, 1);
    neverSilent(loadBalancerAddresses, loadBalancer("x"), ["spec", "type"], 1);
  });
});

function loadBalancer(address: string): Data {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "door", namespace: "work", annotations: { "metallb.io/loadBalancerIPs": address } },
    spec: { type: "LoadBalancer" },
  };
}

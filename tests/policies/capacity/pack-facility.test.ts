import assert from "node:assert/strict";
import { packFacility, type PackFacility } from "#af/policies/capacity/pack-facility";
import { UNKNOWN } from "#af/policies/model/field";
import { objectName } from "#af/policies/model/rules";
import { objectsOf } from "#af/policies/model/objects";
import { readSite } from "#af/stacks/site/read";
import type { Site } from "#af/stacks/site/schema";
import { SITE } from "../expect";
import { HUB, HUB_STACK } from "../facility-objects";
import { changed, LIMIT_RANGE, NAMESPACE, workload, type Data } from "../manifests";

function read(objects: readonly Data[], site = SITE): PackFacility {
  return packFacility(
    objects.flatMap((object) => objectsOf(object)),
    site,
  );
}

/** The only workload of the platform. */
function podOf(...objects: readonly Data[]) {
  const { platform, unread } = read(objects);
  assert.deepEqual(unread, []);
  const [only, ...more] = platform;
  assert.deepEqual(more, []);
  return only?.pod ?? assert.fail();
}

const SPEC = ["spec", "template", "spec"] as const;
const REQUESTS = [...SPEC, "containers", 0, "resources"] as const;
const deployment = workload("Deployment");

describe("a facility as the packer reads it", () => {
  it("has the requests that a LimitRange fills in, and none of the hosts' disks where one pool does not say how large they are", () => {
    const disks = changed(LIMIT_RANGE, ["spec", "limits", 0, "defaultRequest", "ephemeral-storage"], "1Gi");
    const objects = [changed(deployment, REQUESTS, undefined), disks, changed(workload("DaemonSet"), REQUESTS, undefined)];
    const requests = { cpu: 50n, memory: 64n * 2n ** 20n };
    const asked = (site: Site) => {
      const { pods, hosts } = read(objects, site);
      return [...pods, ...(hosts.find(({ uses }) => uses.includes("users"))?.standing ?? [])].map((pod) => pod.requests);
    };
    const withDisk = { ...requests, "ephemeral-storage": 2n ** 30n };
    assert.deepEqual(asked(SITE), [withDisk, withDisk]);
    assert.deepEqual(asked(changed(SITE, ["nodes", "masters", "capacity", "ephemeral"], undefined) as unknown as Site), [
      requests,
      requests,
    ]);
  });

  it("reads ports of the host, all ports of a pod on the host's network among them", () => {
    const ports = [{ containerPort: 80 }, { containerPort: 53, hostPort: 5353, protocol: "UDP", hostIP: "192.0.2.1" }];
    const serving = changed(deployment, [...SPEC, "containers", 0, "ports"], ports);
    assert.deepEqual(podOf(serving).hostPorts, [{ port: 5353, protocol: "UDP", ip: "192.0.2.1" }]);
    assert.deepEqual(
      podOf(changed(serving, [...SPEC, "hostNetwork"], true)).hostPorts?.map(({ port }) => port),
      [80, 5353],
    );
  });

  it("resolves namespaces of affinity terms", () => {
    const namespaces = (term: Data) =>
      podOf(
        changed(
          deployment,
          [...SPEC, "affinity", "podAffinity", "requiredDuringSchedulingIgnoredDuringExecution"],
          [{ topologyKey: "zone", labelSelector: { matchLabels: { app: "a" } }, ...term }],
        ),
        changed(NAMESPACE, ["metadata", "labels", "team"], "one"),
      ).affinity?.map((each) => each.namespaces);
    assert.deepEqual(namespaces({}), [undefined]);
    assert.deepEqual(namespaces({ namespaces: ["elsewhere"] }), [["elsewhere"]]);
    assert.deepEqual(namespaces({ namespaceSelector: { matchLabels: { team: "one" } } }), [["work", ""]]);
    assert.deepEqual(namespaces({ namespaceSelector: { matchLabels: { team: "two" } } }), [[""]], "no namespace at all, not its own");
  });

  it("merges label keys into selectors, and does not guess labels that controllers give", () => {
    const labelled = changed(deployment, ["spec", "template", "metadata", "labels", "team"], "one");
    const spread = (keys: Data) => [
      { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", labelSelector: { matchLabels: { app: "a" } }, ...keys },
    ];
    const spreading = (keys: Data) => changed(labelled, [...SPEC, "topologySpreadConstraints"], spread(keys));
    const expressions = (keys: Data) => podOf(spreading(keys)).spread?.map(({ labelSelector }) => labelSelector?.matchExpressions);
    assert.deepEqual(expressions({}), [[]]);
    assert.deepEqual(expressions({ matchLabelKeys: ["team", "absent"] }), [[{ key: "team", operator: "In", values: ["one"] }]]);
    const apart = { topologyKey: "zone", labelSelector: { matchLabels: { app: "a" } }, mismatchLabelKeys: ["team"] };
    const repelling = changed(
      labelled,
      [...SPEC, "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"],
      [apart],
    );
    assert.deepEqual(
      podOf(repelling).antiAffinity?.map(({ labelSelector }) => labelSelector?.matchExpressions),
      [[{ key: "team", operator: "NotIn", values: ["one"] }]],
    );
    assert.deepEqual(
      read([spreading({ matchLabelKeys: ["pod-template-hash"] })]).unread.map(({ error }) => String(error)),
      [
        "Error: spec.template.spec.topologySpreadConstraints[0].matchLabelKeys[0] is pod-template-hash, which pods get from their controller",
      ],
    );
  });

  it("takes priority and preemption from the class", () => {
    const named = changed(deployment, [...SPEC, "priorityClassName"], "low");
    const low = {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name: "low" },
      value: -5,
      preemptionPolicy: "Never",
    };
    const { priority, preemptionPolicy } = podOf(named, low);
    assert.deepEqual([priority, preemptionPolicy], [-5, "Never"]);
    assert.equal(podOf(changed(deployment, [...SPEC, "priorityClassName"], "system-node-critical")).priority, 2_000_001_000);
    assert.deepEqual(
      read([named]).unread.map(({ object, error }) => [objectName(object), String(error)]),
      [
        [
          "Deployment work/program",
          "Error: spec.template.spec.priorityClassName names the priority class low, which the stack does not make",
        ],
      ],
    );
  });

  it("keeps pods with local volumes where these are", () => {
    const terms = [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["red-kube-c6931"] }] }];
    const local = {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "local" },
      provisioner: "kubernetes.io/no-provisioner",
    };
    const volume = {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "disk" },
      spec: { storageClassName: "local", nodeAffinity: { required: { nodeSelectorTerms: terms } } },
    };
    const set = changed(workload("StatefulSet"), ["spec", "volumeClaimTemplates"], [{ spec: { storageClassName: "local" } }]);
    assert.deepEqual(
      podOf(set, local, volume).volumes?.map((each) => each.map(({ matchExpressions }) => matchExpressions)),
      [terms.map(({ matchExpressions }) => matchExpressions)],
    );
    assert.deepEqual(podOf(set, local).volumes, [[]], "without a volume it may go nowhere");
    const claim = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data", namespace: "work" },
      spec: { storageClassName: "local" },
    };
    const mounting = changed(deployment, [...SPEC, "volumes"], [{ name: "data", persistentVolumeClaim: { claimName: "data" } }]);
    assert.equal(podOf(mounting, claim, local, volume).volumes?.length, 1);
    assert.deepEqual(podOf(mounting, changed(claim, ["spec", "storageClassName"], "block")).volumes, []);
  });

  it("lets DaemonSets stand on the hosts, and counts no surge", () => {
    const { hosts, platform } = read([workload("DaemonSet"), changed(deployment, ["spec", "replicas"], 4)]);
    assert.equal(hosts.filter(({ standing = [] }) => standing.length === 1).length, 17);
    assert.deepEqual(
      platform.map(({ pod, surge }) => [pod.count, surge]),
      [[4, 1]],
    );
  });

  it("tells workloads of one name apart", () => {
    const { pods } = read([deployment, workload("StatefulSet")]);
    assert.deepEqual(
      pods.map(({ name }) => name),
      ["program", "program (2)"],
    );
  });

  it("has a server for each user at once, where Z2JH lets them run", () => {
    const { onDemand } = read(HUB_STACK);
    assert.deepEqual(
      onDemand.map(({ profile, field, pod: { namespace, count, requests, placement } }) => [
        profile,
        field.path,
        namespace,
        count,
        requests["cpu"],
        placement?.requiredTerms?.length,
      ]),
      [
        ["small", "spec.values.singleuser.profileList[0].kubespawner_override", "work", 52, 1000n, 1],
        ["large", "spec.values.singleuser.profileList[1].kubespawner_override", "work", 8, 4000n, 1],
      ],
    );
  });

  it("has what users start: Dask's schedulers, ServiceX' transformers at their most", () => {
    const release = (chart: string) =>
      changed({ ...HUB, metadata: { name: chart, namespace: "work" } }, ["spec", "chart", "spec", "chart"], chart);
    const counts = (chart: string, site: string) =>
      packFacility([...objectsOf(release(chart)).slice(0, 1)], readSite(site)).onDemand.map(({ pod, profile }) => [
        pod.name,
        pod.count,
        profile,
      ]);
    assert.deepEqual(counts("servicex", "unl"), [["transformers", 40, undefined]]);
    assert.deepEqual(counts("dask-gateway", "fnal"), [["Dask schedulers", 60, undefined]]);
    assert.deepEqual(counts("dask-gateway", "unl"), [], "a site without a gateway starts none");
  });

  it("has the defaults of the API server for what a spread constraint leaves out", () => {
    const spread = (constraint: Data) => podOf(changed(deployment, [...SPEC, "topologySpreadConstraints"], [constraint])).spread;
    const hard = { maxSkew: 1, whenUnsatisfiable: "DoNotSchedule", nodeAffinityPolicy: "Honor", nodeTaintsPolicy: "Ignore" };
    assert.deepEqual(spread({ topologyKey: "zone" }), [{ ...hard, topologyKey: "zone" }]);
    const given = {
      maxSkew: 3,
      topologyKey: "rack",
      whenUnsatisfiable: "ScheduleAnyway",
      nodeAffinityPolicy: "Ignore",
      nodeTaintsPolicy: "Honor",
      minDomains: 2,
    };
    assert.deepEqual(spread(given), [given]);
    assert.deepEqual(spread({ ...given, ...hard }), [{ ...given, ...hard }]);
  });

  it("has the disruption budgets as they are written", () => {
    const budget = (spec: Data, head: Data = { apiVersion: "policy/v1", kind: "PodDisruptionBudget" }) =>
      read([{ ...head, metadata: { name: "b", namespace: "work" }, spec }]).budgets;
    const named = { namespace: "work", name: "b" };
    assert.deepEqual(budget({}), [named]);
    assert.deepEqual(budget({ minAvailable: 1 }), [{ ...named, minAvailable: 1 }]);
    assert.deepEqual(budget({ maxUnavailable: "50%" }), [{ ...named, maxUnavailable: "50%" }]);
    assert.deepEqual(
      budget({ selector: { matchLabels: { app: "a" } } }).map(({ selector }) => selector?.matchLabels),
      [{ app: "a" }],
    );
    assert.deepEqual(budget({}, { apiVersion: "v1", kind: "ConfigMap" }), []);
  });

  it("counts the placeholders of an event among what users bring", () => {
    const { platform, onDemand } = read([changed(deployment, ["metadata", "labels", "analysis-facility/event"], "school")]);
    assert.deepEqual(
      [platform, onDemand.map(({ field, profile, pod }) => [field.path, profile, pod.name, pod.count])],
      [[], [["spec.replicas", undefined, "program", 1]]],
    );
  });

  it("counts nothing of what cannot be read, and says so", () => {
    const { pods, unread } = read([
      changed(deployment, ["spec", "replicas"], UNKNOWN),
      changed(workload("StatefulSet"), ["spec", "replicas"], "two"),
    ]);
    assert.deepEqual(pods, []);
    assert.deepEqual(
      unread.map(({ object, error }) => [object.kind, String(error)]),
      [
        ["Deployment", "Error: spec.replicas is not known before up runs"],
        ["StatefulSet", "Error: spec.replicas is text; allowed: a whole number from 0 to 2147483647"],
      ],
    );
  });

  it("reads the same objects once", () => {
    const objects = objectsOf(deployment);
    assert.equal(packFacility(objects, SITE), packFacility(objects, SITE));
    assert.notEqual(packFacility(objects, SITE), packFacility([...objects], SITE));
  });
});

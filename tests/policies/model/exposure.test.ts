import assert from "node:assert/strict";
import { UNKNOWN } from "#af/policies/model/field";
import { exposedPods } from "#af/policies/model/exposure";
import { objectsOf, type KubernetesObject } from "#af/policies/model/objects";
import type { Attempt } from "#af/policies/model/workloads";
import { changed, CONTAINER, POD_SPEC, workload, type Data } from "../manifests";
import { route, ROUTES } from "../routes";

const LABELLED = changed(changed(workload("Deployment"), ["spec", "template", "metadata"], { labels: { app: "web" } }), ["metadata"], {
  name: "web",
  namespace: "work",
});
const named = (object: Data, name: string) => changed(object, ["metadata", "name"], name);
const pod = (name: string, spec: Data) => named(workload("Pod", { ...POD_SPEC, ...spec }), name);
const service = (type: string, name = "door", namespace = "work"): Data => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec: { type, selector: { app: "web" } },
});
const [OPEN, CLOSED] = [service("LoadBalancer"), service("ClusterIP")];
const withPort = (port: Data) => ({ containers: [{ ...CONTAINER, ports: [port] }] });

/** What is exposed among the objects and by what, and of which objects that could not be read. */
function exposed(...manifests: readonly Data[]) {
  const unread: string[] = [];
  const attempt: Attempt = ({ kind, name }: KubernetesObject, check) => {
    try {
      check();
    } catch {
      unread.push(`${kind} ${name}`);
    }
  };
  const found = exposedPods(
    manifests.flatMap((manifest) => objectsOf(manifest)),
    attempt,
  );
  return { found: found.map(({ pod: { object }, by }) => `${object.name} by ${by}`), unread };
}

const onlyFound = (expected: readonly string[], ...manifests: readonly Data[]) =>
  assert.deepEqual(exposed(...manifests), { found: expected, unread: [] }, JSON.stringify(manifests.map(({ kind }) => kind)));

describe("pods that are reached from outside", () => {
  it("are those behind a Service that takes traffic from outside", () => {
    onlyFound(["web by the Service work/door"], LABELLED, OPEN);
    onlyFound(["web by the Service work/door"], OPEN, LABELLED);
    onlyFound(["web by the Service work/door"], LABELLED, service("NodePort"));
    onlyFound([], LABELLED, CLOSED);
    onlyFound([], LABELLED, service("LoadBalancer", "door", "other"));
    onlyFound([], LABELLED, { ...OPEN, apiVersion: "serving.knative.dev/v1" });
    onlyFound([], changed(LABELLED, ["spec", "template", "metadata"], {}), OPEN);
  });

  it("are those to whose Service a route of any kind leads", () => {
    for (const [object] of ROUTES("door", 80)) {
      onlyFound([`web by the ${String(object.kind)} work/own`], LABELLED, CLOSED, object);
      onlyFound([], LABELLED, named(CLOSED, "another"), object);
      onlyFound([], LABELLED, service("ClusterIP", "door", "other"), object);
    }
    const across = route("traefik.io/v1alpha1", "IngressRoute", { routes: [{ services: [{ name: "door", namespace: "other" }] }] });
    const there = changed(LABELLED, ["metadata", "namespace"], "other");
    onlyFound(["web by the IngressRoute work/own"], there, service("ClusterIP", "door", "other"), across);
  });

  it("are those that listen at their host", () => {
    onlyFound(["a by the network of its host"], pod("a", { hostNetwork: true }));
    onlyFound(["a by the network of its host"], pod("a", { hostNetwork: true, ...withPort({ containerPort: 80 }) }));
    onlyFound(["a by a port of its host"], pod("a", withPort({ containerPort: 80, hostPort: 80 })));
    for (const spec of [{}, { hostNetwork: false }, withPort({ containerPort: 80 }), withPort({ containerPort: 80, hostPort: 0 })])
      onlyFound([], pod("a", spec));
    onlyFound(["program by the network of its host"], workload("CronJob", { ...POD_SPEC, hostNetwork: true }));
  });

  it("are told once, by the first thing that opens them: a Service, a route, the host", () => {
    const host = changed(LABELLED, ["spec", "template", "spec", "hostNetwork"], true);
    const [[ingress] = assert.fail()] = ROUTES("door", 80);
    onlyFound(["web by the Service work/door"], ingress, host, OPEN);
    onlyFound(["web by the Ingress work/own"], ingress, host, CLOSED);
    onlyFound(["web by the network of its host"], host, CLOSED);
    onlyFound(
      ["web by the Service work/door", "other by the Service work/door", "a by the network of its host"],
      ...[...[pod("a", { hostNetwork: true }), LABELLED, named(LABELLED, "other"), OPEN]],
    );
  });

  it("are told in spite of objects that cannot be read, each of which is said", () => {
    const spoilt = changed(named(OPEN, "spoilt"), ["spec", "type"], 1);
    const broken = route("traefik.io/v1alpha1", "IngressRoute", { routes: UNKNOWN });
    const unclear = pod("unclear", { hostNetwork: "yes" });
    assert.deepEqual(exposed(spoilt, broken, unclear, LABELLED, OPEN, pod("a", { hostNetwork: true })), {
      found: ["web by the Service work/door", "a by the network of its host"],
      unread: ["Service spoilt", "IngressRoute own", "Pod unclear"],
    });
    // Other rules say of a release why its pods are not known.
    const release = { apiVersion: "helm.toolkit.fluxcd.io/v2", kind: "HelmRelease", metadata: { name: "r", namespace: "work" } };
    onlyFound([], { ...release, spec: { chart: { spec: { chart: "cert-manager" } }, values: UNKNOWN } });
  });
});

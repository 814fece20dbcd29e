import assert from "node:assert/strict";
import { adminSurfacesStayInside as rule } from "#af/policies/security/admin-surfaces-stay-inside";
import { neverSilent, verdictOn } from "../expect";
import { changed, CONTAINER, workload, type Data } from "../manifests";
import { route, ROUTES } from "../routes";

const program = (image: string, ports: readonly Data[] = []): Data =>
  changed(workload("Deployment", { containers: [{ ...CONTAINER, image, ports }] }), ["spec", "template", "metadata", "labels"], {
    app: "own",
    tier: "b",
  });
const service = (port: Data, more: Data = { type: "LoadBalancer" }): Data => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "own", namespace: "work" },
  spec: { selector: { app: "own" }, ports: [port], ...more },
});
const said = (...objects: readonly Data[]) => {
  const { findings, checked } = verdictOn(objects, [rule]);
  return { checked: checked[rule.name], found: findings.map(({ object, path, message }) => `${object.kind} ${path}: ${message}`) };
};
const RABBIT = "docker.io/bitnamilegacy/rabbitmq:4.1.3";
const text = (what: string) => `leads from outside to ${what}; allowed: ports that users need`;
const INSIDE = { type: "ClusterIP" };

describe("admin-surfaces-stay-inside", () => {
  it("accepts ports that users need, and such a page inside the cluster", () => {
    assert.deepEqual(said(program(RABBIT), service({ port: 5671 })), { checked: 1, found: [] });
    assert.deepEqual(said(program(RABBIT), service({ port: 15672 }, INSIDE)), { checked: 0, found: [] });
    assert.deepEqual(said(program("registry.example.org/group/program:1"), service({ port: 15672 })), { checked: 1, found: [] });
    for (const [each] of ROUTES("own", 80))
      assert.deepEqual(said(program(RABBIT), service({ port: 80, targetPort: 5671 }, INSIDE), each).found, []);
  });

  it("refuses it behind a load balancer, a node port and an address of the Service's own", () => {
    for (const more of [{ type: "LoadBalancer" }, { type: "NodePort" }, { externalIPs: ["192.0.2.1"] }])
      assert.deepEqual(said(program(RABBIT), service({ port: 443, targetPort: 15672 }, more)).found, [
        `Service spec.ports[0]: ${text("the management of RabbitMQ")}`,
      ]);
    assert.deepEqual(said(program(RABBIT), service({ port: 15672 })).found.length, 1, "the port is its own target");
    const named = program(RABBIT, [{ name: "stats", containerPort: 15672 }]);
    assert.deepEqual(said(named, service({ port: 443, targetPort: "stats" })).found.length, 1, "by the port's name");
    assert.deepEqual(said(named, service({ port: 443, targetPort: "amqp" })).found, []);
  });

  it("knows each program by its image and its port", () => {
    for (const [image, port, what] of [
      ["quay.io/ceph/ceph:v20.2.4", 8443, "the dashboard of Ceph"],
      ["docker.io/bitnami/minio:2022", 9001, "the console of MinIO"],
      ["traefik:v3.7.11", 8080, "the API and the dashboard of Traefik"],
      ["quay.io/jupyterhub/configurable-http-proxy:5", 8001, "the API of JupyterHub's proxy"],
      ["quay.io/prometheus/prometheus:v3", 9090, "Prometheus"],
      ["quay.io/prometheus/alertmanager:v0.28.0", 9093, "Alertmanager"],
      ["kubernetesui/dashboard-web:1.6.0", 8000, "the dashboard of Kubernetes"],
    ] as const)
      assert.deepEqual(said(program(image), service({ port })).found, [`Service spec.ports[0]: ${text(what)}`], image);
  });

  it("selects as the Service does: by all labels, in its namespace", () => {
    const open = service({ port: 15672 });
    assert.equal(said(program(RABBIT), changed(open, ["spec", "selector"], { app: "own", tier: "b" })).found.length, 1);
    assert.deepEqual(said(program(RABBIT), changed(open, ["spec", "selector"], { app: "own", tier: "c" })).found, []);
    assert.deepEqual(said(program(RABBIT), changed(open, ["metadata", "namespace"], "elsewhere")).found, []);
    assert.deepEqual(said(program(RABBIT), changed(open, ["spec", "selector"], undefined)).found, []);
  });

  it("refuses every kind of route to one, by its port, and to Services that operators make", () => {
    const inside = service({ port: 80, targetPort: 15672 }, INSIDE);
    for (const [each, field] of ROUTES("own", 80))
      assert.deepEqual(said(program(RABBIT), inside, each).found, [`${field}: ${text("the management of RabbitMQ")}`]);
    for (const [each] of ROUTES("own", 81)) assert.deepEqual(said(program(RABBIT), inside, each).found, []);
    for (const [each, field] of ROUTES("rook-ceph-mgr-dashboard", 8443))
      assert.deepEqual(said(each).found, [`${field}: ${text("the dashboard of Ceph")}`]);
    // A route may lead to one by way of what Traefik puts in between.
    const between = route("traefik.io/v1alpha1", "TraefikService", { weighted: { services: [{ name: "own", port: 80 }] } });
    assert.deepEqual(said(program(RABBIT), inside, between).found, [
      `TraefikService spec.weighted.services[0]: ${text("the management of RabbitMQ")}`,
    ]);
    for (const name of ["api@internal", "dashboard@internal", "rest@internal", "prometheus@internal"])
      assert.deepEqual(
        said(
          route("traefik.io/v1alpha1", "IngressRoute", { routes: [{ match: "Host(`a`)", services: [{ name, kind: "TraefikService" }] }] }),
        ).found,
        [`IngressRoute spec.routes[0].services[0]: ${text("the API and the dashboard of Traefik")}`],
      );
  });

  it("is never silent about what it cannot read", () => {
    const others = [program(RABBIT)];
    const open = service({ port: 443, targetPort: 15672 });
    neverSilent(rule, open, ["spec", "type"], 1, others);
    neverSilent(rule, open, ["spec", "ports"], {}, others);
    neverSilent(rule, open, ["spec", "ports", 0, "targetPort"], {}, others);
    neverSilent(rule, open, ["spec", "selector"], "own", others);
    const [[ingress] = assert.fail()] = ROUTES("own", 80);
    neverSilent(rule, ingress, ["spec", "defaultBackend", "service", "name"], 1, others);
    neverSilent(rule, ingress, ["spec", "rules"], {}, others);
  });
});

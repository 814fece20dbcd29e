import assert from "node:assert/strict";
import type { V1Container, V1DaemonSet, V1Deployment, V1Job, V1StatefulSet } from "@kubernetes/client-node";
import { catalogue, findChart } from "#af/components/charts/catalogue";
import { cephCsiDrivers } from "#af/components/charts/ceph-csi-drivers";
import { certManager } from "#af/components/charts/cert-manager";
import type { Chart } from "#af/components/charts/chart";
import { WORKLOAD_TYPES, type Workload } from "#af/components/workloads/workload";
import { daskGateway } from "#af/components/charts/dask-gateway";
import { flux2 } from "#af/components/charts/flux2";
import { jupyterhub, type JupyterHubValues } from "#af/components/charts/jupyterhub";
import { kubePrometheusStack } from "#af/components/charts/kube-prometheus-stack";
import { metallb } from "#af/components/charts/metallb";
import { rookCeph } from "#af/components/charts/rook-ceph";
import { servicex } from "#af/components/charts/servicex";
import { traefik } from "#af/components/charts/traefik";
import { gatewayValues } from "#af/components/hub/gateway-values";
import { monitoringValues } from "#af/components/monitoring/values";
import { TASKS } from "#af/components/platform/priority-classes";
import { certManagerValues, fluxValues, metallbValues, traefikValues } from "#af/components/platform/values";
import { servicexValues } from "#af/components/servicex/values";
import { csiDriversValues, rookValues } from "#af/components/storage/values";
import { readSite } from "#af/stacks/site/read";
import { SITES } from "../../support/site-config";
import { partsOf, workloadsOf } from "#af/stacks/site/parts";

/** `Kind name xN` for each pod-bearing object, and `Kind name` for claims and services; N is `node` for a DaemonSet. */
function summary(workloads: readonly Workload[]): readonly string[] {
  return workloads.map((workload) => {
    const head = `${workload.kind} ${workload.metadata?.name}`;
    switch (workload.kind) {
      case "Deployment":
      case "StatefulSet":
        return `${head} x${(workload as V1Deployment | V1StatefulSet).spec?.replicas}`;
      case "DaemonSet":
        return `${head} xnode`;
      default:
        return head;
    }
  });
}

function run<V>(chart: Chart<V>, values: V): readonly Workload[] {
  return chart.workloads({ name: chart.name, namespace: "here", values });
}

const containersOf = (workload: Workload): readonly V1Container[] => {
  const pod = (workload as V1Deployment | V1StatefulSet | V1DaemonSet | V1Job).spec;
  return pod && "template" in pod ? (pod.template.spec?.containers ?? []) : [];
};

describe("what runs when a chart is installed", () => {
  const site = SITES.map((name) => readSite(name)).find(
    ({ storage, servicex: service }) => storage.kind === "rook" && service.kind === "servicex",
  );
  if (
    site?.storage.kind !== "rook" ||
    site.servicex.kind !== "servicex" ||
    site.monitoring.kind !== "stack" ||
    site.platform.ingress.kind !== "traefik"
  )
    throw new Error("the tests want a site with everything");
  const { servicex: service, monitoring } = site;
  const { ingress, loadBalancer } = site.platform;
  const objectStore = { store: "facility", clusterNamespace: "rook-ceph", host: "s3.example.edu", port: 443, tls: true };
  const gateway = gatewayValues(
    {
      kind: "gateway",
      address: "192.0.2.17",
      host: "dask.example.edu",
      clusters: { perUser: 1, atOnce: 4 },
      workers: { image: "registry.example.edu/dask:1.0", cpu: "1", memory: "4Gi", max: 10 },
      backend: { kind: "htcondor", class: "site.Backend", image: "registry.example.edu/gateway:2.0" },
    },
    { namespace: "hub", loadBalancer, condorEnvironment: {}, clientEnvironment: {}, taskPriority: TASKS },
  );
  const hub = partsOf(site).hub.hub.releases["chart"]?.values as JupyterHubValues;
  const all: readonly (readonly Workload[])[] = [
    run(flux2, fluxValues()),
    run(certManager, certManagerValues(site.platform.certificates)),
    run(metallb, metallbValues()),
    run(traefik, traefikValues(ingress, loadBalancer, ["traefik"])),
    run(kubePrometheusStack, monitoringValues(monitoring, "block")),
    run(rookCeph, rookValues()),
    run(cephCsiDrivers, csiDriversValues("rook-ceph", [], ["rbd"])),
    run(daskGateway, gateway),
    run(jupyterhub, hub),
    run(
      servicex,
      servicexValues(service, {
        experiment: "cms",
        blockClass: "block",
        objectStore,
        cache: undefined,
        taskPriority: TASKS,
      }),
    ),
  ];

  it("is known for every chart of the catalogue, under an exact version", () => {
    assert.equal(catalogue.length, all.length);
    for (const chart of catalogue) {
      assert.equal(findChart(chart.name), chart);
      assert.match(chart.version, /^v?\d+\.\d+\.\d+$/);
      assert.match(chart.repository, /^(https|oci):\/\//);
    }
    assert.equal(findChart("ingress-nginx"), undefined);
  });

  it("asks for CPU and memory in every container, and bounds memory", () => {
    for (const workload of all.flat()) {
      for (const { name, resources, image } of containersOf(workload)) {
        const where = `${workload.metadata?.name}/${name}`;
        assert.match(image ?? "", /^[\w.-]+[\w./-]*:v?\d[\w.-]*$/, `${where} runs ${image}`);
        if (workload.kind === "Job" || where.includes("did-finder")) continue; // the namespace's defaults speak for these
        assert.ok(
          resources?.requests?.["cpu"] && resources.requests["memory"] && resources.limits?.["memory"],
          `${where} has no resources`,
        );
      }
    }
  });

  it("stays in the release's namespace", () => {
    for (const workload of all.flat()) assert.equal(workload.metadata?.namespace, "here", workload.metadata?.name);
  });

  it("flux2: four controllers, and one less when one is off", () => {
    assert.deepEqual(summary(run(flux2, fluxValues())), [
      "Deployment source-controller x1",
      "Deployment helm-controller x1",
      "Deployment kustomize-controller x1",
      "Deployment notification-controller x1",
      "Job flux2-flux-check",
    ]);
    const values = { ...fluxValues(), notificationController: { ...fluxValues().notificationController, create: false } };
    assert.equal(run(flux2, values).length, 4);
  });

  it("cert-manager: three deployments with their replicas", () => {
    const values = certManagerValues(site.platform.certificates);
    assert.deepEqual(summary(run(certManager, { ...values, webhook: { ...values.webhook, replicaCount: 3 } })), [
      "Deployment cert-manager x2",
      "Deployment cert-manager-webhook x3",
      "Deployment cert-manager-cainjector x1",
      "Job cert-manager-startupapicheck",
    ]);
  });

  it("is of the types that whoever watches workloads knows", () => {
    const known = WORKLOAD_TYPES.map(([apiVersion, kind]) => `${apiVersion} ${kind}`);
    const workloads = SITES.flatMap((name) => workloadsOf(readSite(name)));
    const met = new Set(workloads.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
    assert.deepEqual([...met].sort(), [...known].sort());
  });

  it("metallb on layer 2: a controller, and a speaker on every host", () => {
    assert.deepEqual(summary(run(metallb, metallbValues())), ["Deployment metallb-controller x1", "DaemonSet metallb-speaker xnode"]);
  });

  it("traefik: replicas and a Service with the exposed ports only", () => {
    const values = traefikValues({ ...ingress, replicas: 3, address: "192.0.2.1" }, loadBalancer, ["traefik"]);
    const workloads = run(traefik, values);
    assert.deepEqual(summary(workloads), ["Deployment traefik x3", "PodDisruptionBudget traefik", "Service traefik"]);
    const service = workloads[2] as { spec?: { ports?: { port: number }[] }; metadata?: { annotations?: Record<string, string> } };
    assert.deepEqual(
      service.spec?.ports?.map(({ port }) => port),
      [80, 443, 8786, 8788],
    );
    assert.equal(service.metadata?.annotations?.["metallb.io/loadBalancerIPs"], "192.0.2.1");
  });

  it("kube-prometheus-stack: what the chart renders and what its operator makes of that", () => {
    assert.deepEqual(summary(run(kubePrometheusStack, monitoringValues(monitoring, "block"))), [
      "Deployment kube-prometheus-stack-operator x1",
      "Deployment kube-prometheus-stack-kube-state-metrics x1",
      "Deployment kube-prometheus-stack-grafana x1",
      "PersistentVolumeClaim kube-prometheus-stack-grafana",
      "DaemonSet kube-prometheus-stack-prometheus-node-exporter xnode",
      "StatefulSet prometheus-kube-prometheus-stack-prometheus x1",
      "StatefulSet alertmanager-kube-prometheus-stack-alertmanager x1",
    ]);
    const values = monitoringValues({ ...monitoring, volume: "7Gi", memory: "3Gi" }, "other");
    const forgetful = { ...values, grafana: { ...values.grafana, persistence: { ...values.grafana.persistence, enabled: false } } };
    const workloads = run(kubePrometheusStack, forgetful);
    assert.ok(!summary(workloads).includes("PersistentVolumeClaim kube-prometheus-stack-grafana"));
    assert.match(JSON.stringify(workloads), /"storage":"7Gi"\}\},"storageClassName":"other"/);
    assert.match(JSON.stringify(workloads), /"memory":"3Gi"/);
  });

  it("ceph-csi-drivers: two controllers and a node plugin for each enabled driver, named after the provisioner", () => {
    const values = csiDriversValues("rook-ceph", [], ["rbd"]);
    const both = { ...values, drivers: { ...values.drivers, cephfs: { ...values.drivers.cephfs, enabled: true } } };
    assert.deepEqual(summary(run(cephCsiDrivers, both)), [
      "Deployment rook-ceph.rbd.csi.ceph.com-ctrlplugin x2",
      "DaemonSet rook-ceph.rbd.csi.ceph.com-nodeplugin xnode",
      "Deployment rook-ceph.cephfs.csi.ceph.com-ctrlplugin x2",
      "DaemonSet rook-ceph.cephfs.csi.ceph.com-nodeplugin xnode",
    ]);
  });

  it("dask-gateway: server, controller, and a proxy with the one address; the server's image is the site's where its backend is", () => {
    const workloads = run(daskGateway, gateway);
    assert.deepEqual(summary(workloads), [
      "Deployment api-dask-gateway x1",
      "Deployment controller-dask-gateway x1",
      "Deployment traefik-dask-gateway x2",
      "Service traefik-dask-gateway",
    ]);
    assert.equal(workloads[0] && containersOf(workloads[0])[0]?.image, "registry.example.edu/gateway:2.0");
    const more = { ...gateway, gateway: { ...gateway.gateway, replicas: 2 }, traefik: { ...gateway.traefik, replicas: 1 } };
    assert.deepEqual(summary(run(daskGateway, more)).slice(0, 3), [
      "Deployment api-dask-gateway x2",
      "Deployment controller-dask-gateway x1",
      "Deployment traefik-dask-gateway x1",
    ]);
  });

  it("jupyterhub: hub, proxy, two user-schedulers, pullers; placeholders and load balancer only where asked for", () => {
    assert.deepEqual(summary(run(jupyterhub, hub)), [
      "PersistentVolumeClaim hub-db-dir",
      "Deployment hub x1",
      "Deployment proxy x1",
      "Service proxy-public",
      "Deployment user-scheduler x2",
      "PodDisruptionBudget user-scheduler",
      "DaemonSet continuous-image-puller xnode",
    ]);
    const other = {
      ...hub,
      proxy: { ...hub.proxy, service: { type: "ClusterIP" as const, annotations: {} } },
      scheduling: { ...hub.scheduling, userPlaceholder: { enabled: true, replicas: 4 } },
      prePuller: { ...hub.prePuller, continuous: { enabled: false }, hook: { enabled: true } },
    };
    assert.deepEqual(summary(run(jupyterhub, other)).slice(1), [
      "Deployment hub x1",
      "Deployment proxy x1",
      "Deployment user-scheduler x2",
      "PodDisruptionBudget user-scheduler",
      "PodDisruptionBudget user-placeholder",
      "StatefulSet user-placeholder x4",
      "DaemonSet hook-image-puller xnode",
      "Job hook-image-awaiter",
    ]);
  });

  it("servicex: code generators and finders that are on, database and broker with volumes, no object store of its own", () => {
    const values = servicexValues(
      { ...service, codeGenerators: ["uproot", "python"] },
      { experiment: "cms", blockClass: "block", objectStore, cache: "c:1094", taskPriority: TASKS },
    );
    assert.deepEqual(summary(run(servicex, values)), [
      "Deployment servicex-servicex-app x1",
      "Deployment servicex-code-gen-uproot x1",
      "Deployment servicex-code-gen-python x1",
      "Deployment servicex-did-finder-cernopendata x1",
      "Deployment servicex-did-finder-xrootd x1",
      "StatefulSet servicex-postgresql x1",
      "PodDisruptionBudget servicex-postgresql",
      "StatefulSet servicex-rabbitmq x1",
      "PodDisruptionBudget servicex-rabbitmq",
    ]);
  });

  it("Rook: its operator and that of the CSI drivers, with the resources that were asked for", () => {
    const workloads = run(rookCeph, {
      ...rookValues(),
      resources: { requests: { cpu: "321m", memory: "1Gi" }, limits: { memory: "1Gi" } },
    });
    assert.deepEqual(summary(workloads), ["Deployment rook-ceph-operator x1", "Deployment ceph-csi-controller-manager x1"]);
    assert.equal(workloads[0] && containersOf(workloads[0])[0]?.resources?.requests?.["cpu"], "321m");
  });
});

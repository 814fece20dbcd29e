import assert from "node:assert/strict";
import { parse, parseAllDocuments } from "yaml";
import { catalogue, findChart } from "#af/components/charts/catalogue";
import type { Chart } from "#af/components/charts/chart";
import { chartFiles } from "#af/sandbox/charts/described";
import { releasesOf, type SiteRelease } from "#af/stacks/site/releases";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { readSite } from "#af/stacks/site/read";
import { SITES } from "../../support/site-config";

const resources = { requests: { cpu: "10m", memory: "16Mi" } };
const chart = findChart("metallb") as Chart<object>;
const metallb: SiteRelease = {
  release: "lb",
  namespace: "metallb-system",
  chart,
  values: { controller: { resources }, speaker: { resources }, frrk8s: { enabled: false } },
};

const objectsIn = (text: string): readonly ClusterObject[] => parseAllDocuments(text).map((document) => document.toJS() as ClusterObject);

describe("a chart of described workloads", () => {
  it("holds the workloads of each release in its namespace, and the values that they are of", () => {
    const files = chartFiles(chart, [metallb, { ...metallb, release: "other" }], []);
    assert.deepEqual(parse(files["releases/metallb-system/lb/values.yaml"] ?? ""), metallb.values);
    const kinds = (release: string): string[] =>
      objectsIn(files[`releases/metallb-system/${release}/objects.yaml`] ?? "").map(
        ({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`,
      );
    assert.deepEqual(kinds("lb").sort(), [
      "DaemonSet metallb-system/lb-metallb-speaker",
      "Deployment metallb-system/lb-metallb-controller",
    ]);
    assert.ok(kinds("other").includes("Deployment metallb-system/other-metallb-controller"));
    assert.match(String((parse(files["Chart.yaml"] ?? "") as { description: string }).description), /^Stand-in of the sandbox/);
  });

  it("makes the accounts of its pods, but for those that values name as existing ones: Helm takes over nothing that somebody else has made", () => {
    const gateway = findChart("dask-gateway") as Chart<object>;
    const accounts = (values: object): readonly string[] => {
      const files = chartFiles(gateway, [{ release: "dask-gateway", namespace: "hub", chart: gateway, values }], []);
      const objects = objectsIn(files["releases/hub/dask-gateway/objects.yaml"] ?? "");
      return objects.filter(({ kind }) => kind === "ServiceAccount").map(({ metadata }) => metadata.name);
    };
    assert.deepEqual(accounts({}), ["api-dask-gateway", "controller-dask-gateway", "traefik-dask-gateway"]);
    assert.deepEqual(accounts({ rbac: { gateway: { serviceAccountName: "own" }, traefik: { serviceAccountName: "other" } } }), [
      "controller-dask-gateway",
    ]);
  });

  it("is refused for values that do not fit, with the release's name", () => {
    assert.throws(
      () => chartFiles(chart, [{ ...metallb, values: { speaker: [] } }], []),
      /the values of release metallb-system\/lb do not fit chart metallb/,
    );
  });

  it("brings the definitions of its custom resources where Helm installs them", () => {
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "ipaddresspools.metallb.io" },
    };
    assert.deepEqual(parse(chartFiles(chart, [metallb], [definition])["crds/ipaddresspools.metallb.io.yaml"] ?? ""), definition);
  });

  for (const name of SITES) {
    it(`can be made for every release of ${name}; Jobs are hooks, which Helm makes anew`, () => {
      const releases = releasesOf(readSite(name));
      assert.ok(releases.length > 0);
      for (const each of catalogue) {
        const mine = releases.filter((release) => release.chart.name === each.name);
        const files = mine.length === 0 ? {} : chartFiles(each, mine, []);
        for (const [file, text] of Object.entries(files).filter(([path]) => path.endsWith("objects.yaml"))) {
          for (const object of objectsIn(text)) {
            assert.ok(object.metadata.namespace, `${file}: ${object.metadata.name}`);
            const { name: workload = "", annotations } = object.metadata;
            const isHook = object.kind === "Job" || workload === "hook-image-puller";
            assert.equal(annotations?.["helm.sh/hook"] !== undefined, isHook, `${file}: ${workload}`);
          }
        }
      }
    });
  }
});

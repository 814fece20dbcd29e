import assert from "node:assert/strict";
import { parse } from "yaml";
import type { PrometheusStackValues } from "#af/components/charts/kube-prometheus-stack";
import { MONITORING_PODS } from "#af/components/monitoring/pods";
import { addressOf, flattened, type Part } from "#af/components/parts";
import { isPodKind } from "#af/components/tenancy/flows";
import { partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { asRecord } from "../../stacks/written";
import { siteConfig, SITES } from "../../support/site-config";
import { KINDS, settingsOfKind } from "../../support/site-kinds";

interface ProbeSpec {
  readonly module: string;
  readonly prober: { readonly url: string };
  readonly targets: { readonly staticConfig: { readonly static: readonly string[]; readonly labels: Readonly<Record<string, string>> } };
}

const probesOf = (stack: Part) =>
  Object.values(stack.objects)
    .filter(({ kind }) => kind === "Probe")
    .map(({ spec }) => spec as ProbeSpec);

describe("probes of the facility's endpoints", () => {
  const subjects = [
    ...SITES.map((name) => ({ name, config: () => Promise.resolve(siteConfig(name)) })),
    ...Object.keys(KINDS).map((title) => ({ name: title, config: () => settingsOfKind(title) })),
  ];
  let probed = 0;
  for (const { name, config } of subjects) {
    it(`${name}: every endpoint has one, and is asked as a module of the exporter does`, async () => {
      const parts = partsOf(parseSite(await config(), "a test"));
      const { stack } = parts.monitoring;
      if (stack === undefined) return;
      probed += 1;
      const told = flattened(parts);
      const probes = probesOf(stack);
      assert.deepEqual(
        probes.flatMap(({ targets }) => targets.staticConfig.static.map((target) => target.replace(/^https:\/\/|\/$/g, ""))).sort(),
        told.flatMap((part) => part.probes.map(addressOf)).sort(),
      );
      const file = asRecord(stack.objects["config"]?.["data"])["config.yml"];
      const modules = Object.keys(asRecord(asRecord(parse(String(file)))["modules"]));
      for (const { module: asked } of probes) assert.ok(modules.includes(asked), `${asked} is none of ${modules.join(", ")}`);
      // The exporter is asked at its own Service and port.
      const service = stack.objects["service"] ?? assert.fail("no Service");
      const [port] = asRecord(service["spec"])["ports"] as readonly { readonly port: number }[];
      for (const { prober } of probes) assert.equal(prober.url, `${service.metadata.name}.${service.metadata.namespace}.svc:${port?.port}`);
    });

    it(`${name}: the exporter may reach every endpoint, and Prometheus the exporter`, async () => {
      const parts = partsOf(parseSite(await config(), "a test"));
      const { stack } = parts.monitoring;
      if (stack === undefined) return;
      const { blackbox, prometheus } = MONITORING_PODS;
      const ways = stack.flows.filter(({ from }) => from === blackbox);
      for (const part of flattened(parts).filter((one) => one !== stack))
        for (const probe of part.probes) {
          const ends = probe.at === undefined ? part.pods.filter((kind) => kind.listens.some(({ port }) => port === probe.port)) : [];
          assert.ok(
            probe.at === undefined
              ? ways.some(({ to, ports }) => isPodKind(to) && ends.includes(to) && ports.includes(probe.port))
              : ways.some(({ to, ports }) => to === probe.at?.to && ports.includes(probe.at.port)),
            `nothing leads the exporter to ${probe.service}`,
          );
        }
      assert.ok(stack.flows.some(({ from, to }) => from === prometheus && to === blackbox));
      const { prometheusSpec } = (stack.releases["chart"]?.values as PrometheusStackValues).prometheus;
      assert.equal(prometheusSpec.probeSelectorNilUsesHelmValues, false, "Prometheus looks for a label that no Probe has");
    });
  }

  it("are made at sites that have a monitoring of their own", () => assert.ok(probed > 2));
});

import assert from "node:assert/strict";
import * as path from "node:path";
import fc from "fast-check";
import { type Drift, DRIFTS } from "#af/changes/drift";
import { hostsOf } from "#af/components/nodes/settings";
import { report } from "#af/sandbox/report/report";
import type { ClusterSummary } from "#af/sandbox/report/summary";
import { siteFile, siteNames } from "#af/stacks/site/project";
import { readSite } from "#af/stacks/site/read";
import { WIDTH } from "#af/terminal/text";

const words = (longest: number): fc.Arbitrary<string> =>
  fc.array(fc.stringMatching(/^[a-z0-9/.:'-]{1,20}$/), { minLength: 1, maxLength: longest }).map((all) => all.join(" "));
const name = fc.stringMatching(/^[a-z][a-z0-9-]{2,30}$/);

/** Any state of a cluster of these hosts. */
function states(site: string): fc.Arbitrary<ClusterSummary> {
  const hosts = hostsOf(readSite(site, siteFile(site)).nodes);
  const pools = [...new Set(hosts.map(({ pool }) => pool))];
  const host = ({ name, pool, cpu, memory }: (typeof hosts)[number]): fc.Arbitrary<ClusterSummary["hosts"][number]> =>
    fc.record({ ready: fc.boolean(), part: fc.double({ min: 0, max: 3, noNaN: true }) }).map(({ ready, part }) => ({
      ...{ name, pool, ready },
      cpu: { requested: cpu * 1000 * part, whole: cpu * 1000 },
      memory: { requested: memory * part, whole: memory },
    }));
  const pod = fc.record({
    ...{ namespace: name, name, pool: fc.constantFrom("", ...pools), phase: fc.constant("Running") },
    pending: fc.oneof(fc.constant(""), words(40)),
  });
  return fc.record({
    hosts: fc.tuple(...hosts.map(host)),
    pods: fc.array(pod, { maxLength: 30 }),
    refused: fc.array(fc.record({ owner: name, reason: words(40) }), { maxLength: 3 }),
    services: fc.array(
      fc.record({ name: fc.tuple(name, name).map((parts) => parts.join("/")), address: words(20), ports: fc.constant("80, 443, 8786") }),
      { maxLength: 4 },
    ),
    definitions: fc.constant(
      new Map([
        ["permissive", 70],
        ["/home/user/schemas/crds", 12],
      ]),
    ),
  });
}

const hand: fc.Arbitrary<Drift> = fc.record({
  kind: fc.constantFrom(...DRIFTS),
  object: words(12),
  fields: fc.array(fc.record({ path: fc.string({ maxLength: 150 }), before: fc.jsonValue(), after: fc.jsonValue() }), { maxLength: 9 }),
  by: fc.array(words(6), { maxLength: 2 }),
  because: words(40),
});

describe("the closing report of every site of the project", () => {
  for (const site of siteNames()) {
    it(`has no line that is longer than a terminal: ${site}`, function () {
      this.timeout(60_000);
      const root = path.resolve(".sandbox", site);
      const context = {
        ...{ site, kubeconfig: path.join(root, "kubeconfig"), logs: path.join(root, "log") },
        cell: "no network cell (unshare, nsenter not on PATH; util-linux and iproute2 bring them): running on plain loopback",
        plugins: (["nodejs", "kubernetes", "random", "tls"] as const).map((plugin) => ({
          ...{ name: plugin, kind: "resource", source: plugin === "tls" ? ("official" as const) : ("stand-in" as const) },
        })),
        versions: Object.fromEntries(
          ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "pulumi"].map((tool) => [tool, "v1.37.2-rc.1+abcdef"]),
        ),
        kubectl: true,
        live: false,
      };
      fc.assert(
        fc.property(states(site), fc.array(hand, { maxLength: 20 }), (facts, hands) => {
          const long = report(facts, { ...context, hands })
            .split("\n")
            .filter((line) => line.length > WIDTH);
          assert.deepEqual(long, []);
        }),
      );
    });
  }
});

import assert from "node:assert/strict";
import type { Cluster, ClusterObject, ObjectKey } from "#af/sandbox/cluster/client";
import { givenObjects } from "#af/sandbox/given/given";
import { nodeOf } from "#af/sandbox/nodes/nodes";
import { lookAtStage, provideStage, useOfStage } from "#af/sandbox/stage";
import { hostsOf } from "#af/components/nodes/settings";
import { readSite } from "#af/stacks/site/read";
import { SITES } from "../support/site-config";

/** A cluster in memory, which counts what is written into it. */
class Fake {
  readonly writes: string[] = [];
  constructor(readonly objects: ClusterObject[]) {}
  private readonly is = (key: ObjectKey) => (each: ClusterObject) => each.kind === key.kind && each.metadata.name === key.metadata.name;
  readonly list = (_: string, kind: string) => Promise.resolve(this.objects.filter((each) => each.kind === kind));
  readonly read = (key: ObjectKey) => Promise.resolve(this.objects.find(this.is(key)));
  readonly knows = () => Promise.resolve(true);
  private readonly put = (object: ClusterObject) => {
    this.writes.push(`${object.kind} ${object.metadata.name}`);
    this.objects.push(object);
    return Promise.resolve(object);
  };
  readonly create = this.put;
  readonly apply = this.put;
  readonly patchStatus = (key: ObjectKey) => Promise.resolve(void this.writes.push(`status of ${key.metadata.name}`));
  readonly delete = (key: ObjectKey) => Promise.resolve(this.writes.push(`no ${key.metadata.name}`) > 0);
  get cluster(): Cluster {
    return this as unknown as Cluster;
  }
}

describe("The stage", () => {
  it("is made by `up` and by a first preview, looked at by what reads, and left alone by what runs no program", () => {
    const uses = (["up", "preview", "refresh", "import", "destroy"] as const).map((command) => [
      command,
      useOfStage(command, false),
      useOfStage(command, true),
    ]);
    assert.deepEqual(uses, [
      ["up", "replaces", "replaces"],
      ["preview", "joins", "looks"],
      ["refresh", "looks", "looks"],
      ["import", "leaves", "leaves"],
      ["destroy", "leaves", "leaves"],
    ]);
  });
});

for (const name of SITES)
  describe(`The stage of ${name}`, () => {
    const site = readSite(name);
    const hosts = hostsOf(site.nodes);
    const [first, second, ...others] = hosts.map(nodeOf);
    assert.ok(first && second);

    it("is looked at without a write, and what it lacks is named with the command that makes it", async () => {
      const up = `a refresh writes nothing; npm run sandbox -- up ${name}`;
      const of = async (...nodes: readonly ClusterObject[]) => {
        const fake = new Fake([...nodes, nodeOf({ ...(hosts[0] ?? assert.fail()), name: "left-over" }), ...givenObjects(site)]);
        const { done, missing } = await lookAtStage(
          fake.cluster,
          {
            ...site,
            site: { ...site.site, kubernetes: { ...site.site.kubernetes, kind: "kubeadm" } as never },
          },
          "refresh",
        );
        assert.deepEqual(fake.writes, []);
        return { done, missing };
      };
      assert.deepEqual(await of(first, second, ...others), { done: `${hosts.length} hosts (0 not in the cluster)`, missing: [] });
      assert.deepEqual((await of(second, ...others)).missing, [
        `1 host of the site file is not in the sandbox's cluster: ${first.metadata.name}; ${up} registers it`,
      ]);
      assert.deepEqual(await of(...others), {
        done: `${hosts.length} hosts (2 not in the cluster)`,
        missing: [
          `2 hosts of the site file are not in the sandbox's cluster: ${first.metadata.name}, ${second.metadata.name}; ${up} registers them`,
        ],
      });
    });

    it("is told to lack what the site's cluster comes with", async () => {
      const given = givenObjects(site);
      const fake = new Fake(hosts.map(nodeOf));
      const { missing } = await lookAtStage(fake.cluster, site, "preview");
      assert.match(missing.join(), /a preview writes nothing; npm run sandbox -- up /);
      assert.deepEqual(fake.writes, []);
      for (const { kind, metadata } of given) assert.ok(missing.join().includes(`${kind} ${metadata.name}`), missing.join());
      assert.equal(/CustomResourceDefinition routes\.route\.openshift\.io/.test(missing.join()), site.site.kubernetes.kind === "okd");
    });

    it("is made before the engine runs: it `joins` hosts, and only where it `replaces` them it changes or removes one", async () => {
      const small = { ...first, status: { capacity: { cpu: "1" } } };
      const extra = nodeOf({ ...(hosts[0] ?? assert.fail()), name: "left-over" });
      const joined = new Fake([small, extra]);
      await provideStage(joined.cluster, site, "joins");
      assert.deepEqual(
        joined.writes.filter((write) => write.startsWith("Node ")).sort(),
        [second, ...others].map(({ metadata }) => `Node ${metadata.name}`).sort(),
      );
      assert.ok(!joined.writes.some((write) => /^(no|status of) /.test(write)));
      const replaced = new Fake([small, extra]);
      const { done } = await provideStage(replaced.cluster, site, "replaces");
      assert.equal(done, `${hosts.length} hosts (${hosts.length - 1} new, 1 removed)`);
      assert.ok(replaced.writes.includes("no left-over") && replaced.writes.includes(`status of ${first.metadata.name}`));
    });
  });

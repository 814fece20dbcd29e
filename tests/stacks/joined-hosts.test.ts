import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { hostsOf } from "#af/components/nodes/settings";
import { assertHostsJoined, missingHosts } from "#af/stacks/joined-hosts";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES } from "../support/site-config";

describe("the hosts of a site and the nodes of its cluster", () => {
  const run = async (preview: boolean, joined: () => Promise<readonly string[]>): Promise<unknown> => {
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, "af", name, preview);
    return assertHostsJoined(site, joined).then(
      () => undefined,
      (error: unknown) => error,
    );
  };
  const [name = ""] = SITES;
  const site = parseSite(siteConfig(name), name);
  const hosts = hostsOf(site.nodes).map((host) => host.name);

  for (const site of SITES) {
    it(`${site}: every host that is no node is named, whichever are missing, and no other`, () => {
      const { nodes } = parseSite(siteConfig(site), site);
      const all = hostsOf(nodes);
      assert.deepEqual(missingHosts({ nodes }, [...all.map((host) => host.name), "somebody-elses"]), []);
      for (const [index, { name: first }] of all.entries()) {
        const gone = [first, all[(index + 1) % all.length]?.name];
        const problems = missingHosts(
          { nodes },
          all.flatMap((host) => (gone.includes(host.name) ? [] : [host.name])),
        );
        assert.deepEqual(problems.map(({ message }) => message.split(" ")[0]).sort(), [...new Set(gone)].sort());
        for (const { path, message } of problems) {
          assert.match(path, /^af:nodes\.[\w-]+\.hosts$/);
          assert.match(message, /kubectl get nodes/);
        }
      }
    });
  }

  it("names the node that was meant, unless it is a host of the site itself", () => {
    const [first = "", ...rest] = hosts;
    const typo = `${first.slice(0, -1)}x`;
    assert.match(missingHosts(site, [...rest, typo])[0]?.message ?? "", new RegExp(`did you mean ${typo}\\?`));
    assert.doesNotMatch(missingHosts(site, rest)[0]?.message ?? "", /did you mean/);
  });

  it("ends previews and updates with all missing hosts and no stack trace", async () => {
    for (const preview of [true, false]) {
      const error = await run(preview, () => Promise.resolve(hosts.slice(2)));
      assert.ok(error instanceof pulumi.RunError);
      assert.match(error.message, new RegExp(`Pulumi\\.\\w+\\.yaml: 2 problems[^]*${hosts[0]}[^]*${hosts[1]}`));
    }
  });

  it("passes when all have joined", async () => assert.equal(await run(false, () => Promise.resolve(hosts)), undefined));

  it("lets a preview do without a cluster, but no update", async () => {
    const silent = () => Promise.reject(new Error("connect ECONNREFUSED"));
    assert.equal(await run(true, silent), undefined);
    const error = await run(false, silent);
    assert.ok(error instanceof pulumi.RunError);
    assert.match(error.message, /ECONNREFUSED.*kubectl auth can-i list nodes/s);
  });
});

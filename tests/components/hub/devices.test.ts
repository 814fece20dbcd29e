import assert from "node:assert/strict";
import { capacityOf, type CapacityAnswer } from "#af/tools/plan/capacity";
import { plain } from "#af/policies/engine-values";
import { objectsOfResource } from "#af/policies/model/objects";
import { nodeOf } from "#af/sandbox/nodes/nodes";
import { hostsOf } from "#af/components/nodes/settings";
import { namespacesOf } from "#af/stacks/namespaces";
import { recordProgram } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { DEVICE, withDevices } from "./subjects";

/** What the plan says of all servers at once, where a host of four has one device and a profile asks for one. */
async function everything(atOnce: number): Promise<CapacityAnswer> {
  const site = parseSite(withDevices(atOnce), "a test");
  const { resources } = await recordProgram(site);
  const { answers } = capacityOf(
    resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn)),
    site,
  );
  return answers.find(({ question }) => question === "everything") ?? assert.fail(answers.map(({ question }) => question).join());
}

describe("devices of hosts and profiles", function () {
  this.timeout(120_000);

  it("are in the quota of the hub, and no other namespace takes any", () => {
    for (const [role, { hard }] of Object.entries(namespacesOf(parseSite(withDevices(3), "a test"))))
      assert.equal(hard[`requests.${DEVICE}`], role === "hub" ? "3" : "0", role);
  });

  it("are what a host registers", () => {
    const { nodes } = parseSite(withDevices(3), "a test");
    const told = hostsOf(nodes).map((host) => (nodeOf(host)["status"] as { allocatable: Record<string, string> }).allocatable[DEVICE]);
    assert.deepEqual(
      told.filter((number) => number !== undefined),
      ["1", "1", "1", "1"],
    );
  });

  it("decide what fits: no five servers on four devices, and four unless others are there first", async () => {
    assert.equal((await everything(4)).verdict, "at risk");
    assert.equal((await everything(5)).verdict, "does not fit");
  });
});

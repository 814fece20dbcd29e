import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { assertNothingUnwanted } from "#af/changes/unwanted";
import { recordProgram, type RecordedResource } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES } from "../support/site-config";

const today = new Date("2027-03-01T12:00:00Z");
const CLUSTER = "kubernetes:ceph.rook.io/v1:CephCluster";

/** A resource as the engine's state holds it. */
interface Deployed {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly inputs: Record<string, unknown>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
}

describe("A change that cannot be made, or that puts data at risk", function () {
  this.timeout(120_000);

  /** A site with disks in a Ceph of its own, and what its program makes. */
  let stack = "";
  let program: readonly RecordedResource[] = [];
  before(async () => {
    for (const site of SITES) {
      const { resources } = await recordProgram(parseSite(siteConfig(site), site));
      if (resources.some(({ type, inputs }) => type === CLUSTER && "storage" in (inputs["spec"] as object)))
        [stack, program] = [site, resources];
    }
    assert.notEqual(stack, "");
  });

  /** What `pulumi stack export` writes once the program has run, changed as if an earlier program had declared something else. */
  const stateOf = (change: (each: Deployed) => Deployed) => ({
    deployment: {
      resources: program
        .map(({ urn, type, custom, inputs, options }) => ({ urn, type, custom, inputs, ...options }))
        .map((each) => change(structuredClone(each))),
    },
  });
  const asIs = () => stateOf((each) => each);
  /** The state of a cluster with one more host of Ceph than the site file names. */
  const withHost = (name: string) =>
    stateOf((each) => {
      if (each.type === CLUSTER) (each.inputs["spec"] as { storage: { nodes: object[] } }).storage.nodes.push({ name, devices: [] });
      return each;
    });

  const run = async (preview: boolean, deployed: () => unknown, more: object = {}) => {
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, "af", stack, preview);
    const site = parseSite({ ...siteConfig(stack), ...more }, stack);
    const ended = await assertNothingUnwanted(site, () => Promise.resolve().then(deployed), today).then(
      () => "",
      (error: unknown) => {
        assert.ok(error instanceof pulumi.RunError, String(error));
        return error.message;
      },
    );
    const failed = process.exitCode === 32;
    process.exitCode = undefined;
    return { ended, said: pulumi.log.hasErrors() && failed };
  };

  it("is none where nothing is deployed, and where the program makes what is deployed", async () => {
    for (const preview of [true, false])
      for (const state of [{ deployment: {} }, { deployment: { resources: [] } }, asIs()])
        assert.deepEqual(await run(preview, () => state), { ended: "", said: false });
  });

  it("ends an update before anything is registered, with what is lost, the approval that lets it pass, and where all of it is told", async () => {
    const { ended } = await run(false, () => withHost("gone.example.edu"));
    assert.match(ended, new RegExp(`^Pulumi\\.${stack}\\.yaml: what is deployed cannot be changed like this`));
    assert.match(ended, /update CephCluster \S+: .*Rook leaves the OSD of a disk or a host that goes/);
    assert.match(ended, /name it in af:approvals: \{"change":"update","object":"CephCluster [^"]+","fields":\["spec\.storage\.nodes\[gone/);
    assert.match(
      ended,
      new RegExp(`pulumi stack export -s ${stack} --file state.json && npm run -s plan -- ${stack} --deployed state.json$`),
    );
  });

  it("passes with exactly the approval that the refusal prints, until that ends", async () => {
    const state = () => withHost("gone.example.edu");
    const { ended } = await run(false, state);
    const wanted = JSON.parse(/af:approvals: (\{.*\})$/m.exec(ended)?.[1] ?? "") as object;
    const approval = { ...wanted, owner: "operators of the storage", reason: "the copies are moved", ticket: "https://t.example.edu/1" };
    assert.equal((await run(false, state, { approvals: [{ ...approval, until: "2027-03-01" }] })).ended, "");
    assert.match((await run(false, state, { approvals: [{ ...approval, until: "2027-02-28" }] })).ended, /cannot be changed like this/);
    const other = () => withHost("other.example.edu");
    assert.match((await run(false, other, { approvals: [{ ...approval, until: "2027-03-01" }] })).ended, /cannot be changed like this/);
  });

  it("is an error of a preview, which goes on to show what changes", async () => {
    assert.deepEqual(await run(true, () => withHost("gone.example.edu")), { ended: "", said: true });
  });

  it("is not known without a state: a preview says so and goes on, an update ends", async () => {
    for (const state of [() => Promise.reject(new Error("pulumi is not on PATH")), () => ({ some: "thing" })]) {
      assert.deepEqual(await run(true, state), { ended: "", said: false });
      const { ended } = await run(false, state);
      assert.match(ended, /^It is not known what is deployed.*(not on PATH|no state of a stack).*Needed: pulumi on PATH/);
    }
    const { ended } = await run(false, () => {
      const state = asIs();
      return JSON.parse(JSON.stringify(state).replaceAll(`urn:pulumi:${stack}::`, "urn:pulumi:other::")) as unknown;
    });
    assert.match(ended, /found the state of the stack other; allowed: that of/);
  });
});

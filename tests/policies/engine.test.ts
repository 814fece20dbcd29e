import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { EnforcementLevel, type AnalyzeDiagnostic } from "@pulumi/pulumi/proto/analyzer_pb";
import type { StackValidationArgs } from "@pulumi/policy";
import * as proxy from "@pulumi/policy/proxy";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import { SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_MARKS } from "#af/policies/engine-values";
import { enginePolicies } from "#af/policies/engine";
import { FACILITY_PACK, PACKS } from "#af/policies/pack-names";
import { RULES } from "#af/policies/packs";
import { quotas } from "#af/policies/quotas/rules";
import { projectFolder } from "#af/stacks/site/project";
import { recordProgram, type RecordedResource } from "#af/stacks/record";
import { siteConfig, spoilt } from "../support/site-config";
import { SITE } from "./expect";
import { hardened } from "./hardening";
import { changed, POD_SPEC, workload, type Data } from "./manifests";
import { RunningPack, type Resource } from "./running-pack";
import { waiverOf } from "./waiver";

const UNKNOWN = rpc.unknownValue;

const MANDATORY = EnforcementLevel.MANDATORY;

/** What the engine calls the packs, by their folders. */
const NAMES: Readonly<Record<string, string>> = { ...PACKS, facility: FACILITY_PACK };

const deployment = (spec: Data): Resource => {
  const { metadata, spec: inside, apiVersion, kind } = workload("Deployment", spec);
  return {
    urn: "urn:pulumi:unl::af::kubernetes:apps/v1:Deployment::program",
    type: "kubernetes:apps/v1:Deployment",
    name: "program",
    inputs: { apiVersion, kind, metadata, spec: inside },
  };
};

const mandatory = (found: readonly AnalyzeDiagnostic.AsObject[]) => found.filter(({ enforcementlevel }) => enforcementlevel === MANDATORY);

describe("marks of the engine", () => {
  it("are those of the SDK", () => {
    assert.equal(SIGNATURE_KEY, rpc.specialSigKey);
    assert.equal(SECRET_SIGNATURE, rpc.specialSecretSig);
    const marks = Object.entries(proxy)
      .filter(([name]) => /^unknown\w+Value$/.test(name))
      .map(([, mark]) => mark);
    assert.equal(marks.length, UNKNOWN_MARKS.size);
    for (const mark of marks) assert.ok(UNKNOWN_MARKS.has(mark));
  });
});

describe("policies of the engine", () => {
  for (const [what, read] of [
    ["is read", () => SITE],
    ["cannot be read", () => assert.fail("no site")],
  ] as const)
    it(`ask once for the site of the stack, whether it ${what}`, () => {
      let asked = 0;
      const policies = enginePolicies(RULES, () => {
        asked += 1;
        return read();
      });
      const args = { resources: [], getConfig: () => ({}) } as unknown as StackValidationArgs;
      for (const policy of policies) if ("validateStack" in policy) void policy.validateStack(args, () => undefined);
      assert.equal(asked, 1);
    });
});

describe("packs in the engine", function () {
  this.timeout(60_000);
  let resources: readonly RecordedResource[] = [];
  const packs = new Map<string, RunningPack>();

  before(async function () {
    if (!fs.existsSync(path.join(projectFolder(), "bin", "policies", "security", "index.js"))) {
      if (process.env["CI"] === "true") throw new Error("the packs are not compiled; run npm run build");
      console.log("    skipped: the packs are not compiled; run npm run build");
      this.skip();
    }
    resources = (await recordProgram(SITE)).resources;
    const config = spoilt(siteConfig("unl"), ["site", "kubernetes", "hardening"], hardened());
    for (const pack of ["security", "quotas", "facility"]) packs.set(pack, await RunningPack.start(pack, config));
  });

  after(() => packs.forEach((pack) => pack.stop()));

  const running = (pack: string): RunningPack => {
    const found = packs.get(pack);
    assert.ok(found);
    return found;
  };

  for (const pack of ["security", "quotas", "facility"]) {
    it(`${pack}: the facility passes, resource by resource and as a stack`, async () => {
      for (const resource of resources) assert.deepEqual(mandatory(await running(pack).resource(resource)), [], resource.urn);
      assert.deepEqual(mandatory(await running(pack).stack(resources)), []);
    });
  }

  it("facility: says of every resource and of the stack what both packs say, and names itself", async () => {
    const broken = resources.map((resource) => {
      if (resource.name === "hub-quota") return { ...resource, inputs: changed(resource.inputs, ["spec", "hard", "pods"], "3") };
      return resource.name === "schedd-set"
        ? { ...resource, inputs: changed(resource.inputs, ["spec", "template", "spec", "hostPID"], true) }
        : resource;
    });
    const said = async (pack: string): Promise<readonly string[]> => {
      const found = [...(await running(pack).stack(broken))];
      for (const resource of broken) found.push(...(await running(pack).resource(resource)));
      assert.deepEqual([...new Set(found.map(({ policypackname }) => policypackname))], [NAMES[pack]]);
      return found.map(({ policyname, enforcementlevel, urn, message }) => JSON.stringify([policyname, enforcementlevel, urn, message]));
    };
    const parts = [...(await said("quotas")), ...(await said("security"))];
    assert.ok(["demand-fits-quota", "no-host-namespaces"].every((rule) => parts.some((each) => each.includes(rule))));
    assert.deepEqual([...(await said("facility"))].sort(), parts.sort());
  });

  it("security: a violation is mandatory, critical, and says where, what and how to mend it", async () => {
    const [found, ...more] = await running("security").resource(deployment({ ...POD_SPEC, hostPID: true }));
    assert.deepEqual(more, []);
    assert.equal(found?.policyname, "no-host-namespaces");
    assert.equal(found.policypackname, "analysis-facility-security");
    assert.equal(found.enforcementlevel, MANDATORY);
    assert.equal(found.severity, 4);
    assert.equal(
      found.message.split("\n")[1] ?? found.message,
      "Deployment work/program spec.template.spec.hostPID: hostPID is true; allowed: false, or no such field. Remove the field; reach a pod through a Service, and its processes through the pod itself.",
    );
  });

  it("security: what is not known stays mandatory, where the SDK would make advice of it", async () => {
    const found = await running("security").resource(deployment({ ...POD_SPEC, hostPID: UNKNOWN }));
    assert.deepEqual(
      found.map(({ policyname, enforcementlevel }) => [policyname, enforcementlevel]),
      [
        ["no-host-namespaces", MANDATORY],
        ["pods-keep-their-isolation", MANDATORY],
      ],
    );
    assert.match(found[0]?.message ?? "", /undetermined: spec\.template\.spec\.hostPID is not known before up runs/);
    const all = await running("security").resource(deployment({ containers: UNKNOWN }));
    assert.equal(all.length, 7);
    assert.ok(all.every(({ enforcementlevel }) => enforcementlevel === MANDATORY));
  });

  it("security: a resource that holds data must be protected, declared or left over from an earlier program", async () => {
    const pool = resources.find(({ type, options }) => type === "kubernetes:ceph.rook.io/v1:CephBlockPool" && options.protect);
    assert.ok(pool);
    const open = { ...pool, options: { protect: false } };
    const said = async (declared: readonly Resource[], live?: readonly Resource[]) =>
      mandatory(await running("security").stack(declared, live)).filter(
        ({ policyname }) => policyname === "irreplaceable-things-are-protected",
      );
    assert.deepEqual(await said([pool]), []);
    const [found] = await said([open]);
    assert.equal(found?.urn, pool.urn);
    assert.match(found?.message ?? "", /its resource is not protected, and with it goes every volume of the pool/);
    assert.deepEqual(await said([pool]), []);
    const older = { ...open, urn: `${open.urn}-older`, name: "older" };
    assert.equal((await said([pool], [pool, older])).length, 1);
  });

  it("quotas: a demand over its quota is a violation of the quota's resource", async () => {
    const small = resources.map((resource) =>
      resource.name === "hub-quota" ? { ...resource, inputs: changed(resource.inputs, ["spec", "hard", "pods"], "3") } : resource,
    );
    const found = mandatory(await running("quotas").stack(small)).filter(({ urn }) => urn.endsWith("ResourceQuota::hub-quota"));
    assert.deepEqual(
      found.map(({ policyname }) => policyname),
      ["demand-fits-quota", "users-fit-the-hub-quota", "object-counts-fit-users"],
    );
    for (const { message } of found) assert.match(message, /needs \d+ pods and has 3: \d+ too few/);
  });

  it("quotas: what the API server or somebody else makes of an object neither breaks a rule nor mends it", async () => {
    const withPods = (pods: string) =>
      resources.map((resource) =>
        resource.name === "hub-quota" ? { ...resource, inputs: changed(resource.inputs, ["spec", "hard", "pods"], pods) } : resource,
      );
    const verdict = async (declared: readonly Resource[], live: readonly Resource[]) =>
      mandatory(await running("quotas").stack(declared, live)).map(({ policyname }) => policyname);
    assert.deepEqual(await verdict(resources, withPods("3")), []);
    assert.deepEqual(await verdict(withPods("3"), resources), await verdict(withPods("3"), withPods("3")));
    assert.notDeepEqual(await verdict(withPods("3"), resources), []);
  });

  it("security: a namespace that is left over from an earlier program is judged as it is in the cluster", async () => {
    const leftOver: Resource = {
      urn: "urn:pulumi:unl::af::kubernetes:core/v1:Namespace::left-over",
      type: "kubernetes:core/v1:Namespace",
      name: "left-over",
      inputs: { apiVersion: "v1", kind: "Namespace", metadata: { name: "left-over", uid: "1" }, status: { phase: "Active" } },
    };
    const found = await running("security").stack(resources, [...resources, leftOver]);
    assert.deepEqual([...new Set(found.map(({ urn }) => urn))], [leftOver.urn]);
  });

  it("quotas: one unknown part hides no sum that is too large already", async () => {
    const broken = resources.map((resource) => {
      if (resource.name === "hub-quota") return { ...resource, inputs: changed(resource.inputs, ["spec", "hard", "pods"], "3") };
      return resource.name === "schedd-set" ? { ...resource, inputs: changed(resource.inputs, ["spec", "replicas"], UNKNOWN) } : resource;
    });
    const found = (await running("quotas").stack(broken))
      .filter(({ policyname }) => policyname === "demand-fits-quota")
      .map(({ message }) => message);
    assert.ok(found.some((message) => message.includes("too few")));
    assert.ok(found.some((message) => message.includes("undetermined")));
  });

  it("quotas: without the site's inventory rules about it fail, each at its level", async () => {
    const lost = await RunningPack.start("quotas", { site: { name: "unl" } });
    try {
      const found = await lost.stack(resources);
      const aboutTheSite = quotas.filter(({ scope }) => scope === "site");
      const unjudged = found.filter(({ policyname }) => aboutTheSite.some(({ name }) => name === policyname));
      assert.deepEqual(unjudged.map(({ policyname }) => policyname).sort(), aboutTheSite.map(({ name }) => name).sort());
      for (const { policyname, message, enforcementlevel } of unjudged) {
        const declared = aboutTheSite.find(({ name }) => name === policyname)?.enforcement;
        assert.equal(enforcementlevel, declared === "mandatory" ? MANDATORY : EnforcementLevel.ADVISORY);
        assert.match(message, /cannot be judged without the site's inventory: configuration of stack unl: \d+ problems/);
      }
    } finally {
      lost.stop();
    }
  });

  it("security: a waiver of the site lets its one field pass, and counts as unused where nothing needs it", async () => {
    const volume = (folder: string): Resource => ({
      urn: "urn:pulumi:unl::af::kubernetes:core/v1:PersistentVolume::software",
      type: "kubernetes:core/v1:PersistentVolume",
      name: "software",
      inputs: { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "software" }, spec: { hostPath: { path: folder } } },
    });
    const waiving = await RunningPack.start("security", { ...siteConfig("unl"), waivers: [waiverOf()] });
    const names = (found: readonly AnalyzeDiagnostic.AsObject[]) => mandatory(found).map(({ policyname }) => policyname);
    try {
      assert.deepEqual(names(await waiving.resource(volume("/cvmfs"))), []);
      assert.deepEqual(names(await waiving.stack([...resources, volume("/cvmfs")])), []);
      assert.deepEqual(names(await waiving.resource(volume("/"))), ["no-host-paths"]);
      assert.deepEqual(names(await waiving.stack(resources)), ["waivers-are-exact"]);
      assert.deepEqual(names(await running("security").resource(volume("/cvmfs"))), ["no-host-paths"]);
    } finally {
      waiving.stop();
    }
  });

  it("no message repeats a secret", async () => {
    const secret = { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: "s3cr3t-value" };
    const found = await running("security").resource(
      deployment(changed(POD_SPEC, ["containers", 0, "env"], [{ name: "PASSWORD", value: secret }])),
    );
    assert.equal(found.length, 1);
    assert.ok(!JSON.stringify(found).includes("s3cr3t-value"));
  });
});

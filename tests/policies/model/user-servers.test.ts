import assert from "node:assert/strict";
import fc from "fast-check";
import { Field } from "#af/policies/model/field";
import { objectsOf } from "#af/policies/model/objects";
import { hubReleaseOf, profilesOf, userPlacement, type HubRelease } from "#af/policies/model/user-servers";
import { HUB } from "../facility-objects";
import { changed, type Data } from "../manifests";

const hubOf = (release: Data) => objectsOf(release).map(hubReleaseOf);
/** A release of the hub with these values alone. */
const hub = (values: Data): HubRelease => ({ ...(hubOf(HUB)[0] ?? assert.fail()), values: new Field(values, "spec.values") });
const user = (singleuser: Data) => hub({ singleuser });
const profiles = (singleuser: Data, ...defaults: Parameters<typeof profilesOf>[1] & object) => profilesOf(user(singleuser), defaults);
const GI = 2n ** 30n;

describe("a release of JupyterHub", () => {
  it("is one of that chart, however it is delivered, with its values; what it runs is none", () => {
    const [found, ...others] = hubOf(HUB);
    assert.ok(found);
    assert.deepEqual(
      [found.object.kind, found.object.name, found.namespace, found.values.path],
      ["HelmRelease", "jupyterhub", "work", "spec.values"],
    );
    assert.equal(found.values.at("singleuser", "image", "tag").text(), "1.2.3");
    assert.ok(others.length > 0);
    assert.deepEqual(new Set(others), new Set([undefined]));
    assert.equal(hubOf(changed(HUB, ["spec", "targetNamespace"], "elsewhere"))[0]?.namespace, "elsewhere");
    const pulumi = { apiVersion: "helm.sh/v4", kind: "Release", metadata: HUB["metadata"], spec: { chart: "x/jupyterhub", values: {} } };
    assert.equal(hubOf({ ...pulumi, apiVersion: "helm.sh/v3" })[0]?.namespace, "work");
  });

  it("is no release of another chart, and no other object", () => {
    assert.deepEqual(hubOf(changed(HUB, ["spec", "chart", "spec", "chart"], "other")), [undefined]);
    assert.deepEqual(hubOf({ apiVersion: "v1", kind: "ConfigMap", metadata: HUB["metadata"] }), [undefined]);
  });
});

describe("profiles of user servers", () => {
  const amounts = (singleuser: Data, ...defaults: Parameters<typeof profilesOf>[1] & object) =>
    profiles(singleuser, ...defaults).map((each) => each.amounts);

  it("are one by the values of all servers where there is no list", () => {
    for (const profileList of [[], undefined]) {
      const [only, ...more] = profiles({ profileList, cpu: { guarantee: 0.5, limit: 2 }, memory: { guarantee: "1G", limit: "2G" } });
      assert.deepEqual(more, []);
      assert.deepEqual(
        [only?.name, only?.isDefault, only?.field.path, only?.amounts],
        ["default", true, "spec.values.singleuser", { requests: { cpu: 500n, memory: GI }, limits: { cpu: 2000n, memory: 2n * GI } }],
      );
    }
  });

  it("have what they override, the rest of all servers, and the defaults of the namespace", () => {
    const overrides: readonly Data[] = [
      {},
      { cpu_guarantee: 2, cpu_limit: 3, mem_guarantee: "2G", mem_limit: 4294967296 },
      { mem_guarantee: "3Gi" },
    ];
    const values = {
      cpu: { guarantee: 1, limit: 2 },
      memory: { guarantee: "1G", limit: "1G" },
      profileList: overrides.map((kubespawner_override) => ({ kubespawner_override })),
    };
    const all = { requests: { cpu: 1000n, memory: GI }, limits: { cpu: 2000n, memory: GI } };
    const given = { requests: { cpu: 2000n, memory: 2n * GI }, limits: { cpu: 3000n, memory: 4n * GI } };
    assert.deepEqual(amounts(values), [all, given, { ...all, requests: { cpu: 1000n, memory: 3n * GI } }]);
    const ephemeral = { default: { "ephemeral-storage": "2" }, defaultRequest: { "ephemeral-storage": "1" } };
    assert.deepEqual(amounts({}, ephemeral), [{ requests: { "ephemeral-storage": 1n }, limits: { "ephemeral-storage": 2n } }]);
    assert.deepEqual(amounts({}), [{ requests: {}, limits: {} }]);
  });

  it("add devices and the like to those of all servers, name by name", () => {
    const values = {
      extraResource: { guarantees: { "example.org/a": "1", "example.org/b": "1" }, limits: { "example.org/a": "1" } },
      profileList: [
        { kubespawner_override: { extra_resource_guarantees: { "example.org/b": "2" }, extra_resource_limits: { "example.org/b": "3" } } },
        {},
      ],
    };
    assert.deepEqual(amounts(values), [
      { requests: { "example.org/a": 1n, "example.org/b": 2n }, limits: { "example.org/a": 1n, "example.org/b": 3n } },
      { requests: { "example.org/a": 1n, "example.org/b": 1n }, limits: { "example.org/a": 1n } },
    ]);
  });

  it("count sidecars too, and init containers where they need more", () => {
    const asking = (cpu: string, memory: string) => ({ resources: { requests: { cpu, memory } } });
    const values = {
      cpu: { guarantee: 1 },
      memory: { guarantee: "1G" },
      extraContainers: [asking("1", "1Gi"), asking("1", "1Gi")],
      initContainers: [asking("9", "1Mi")],
      profileList: [{}, { kubespawner_override: { extra_containers: [], init_containers: [asking("1m", "5Gi")] } }],
    };
    assert.deepEqual(
      amounts(values).map(({ requests }) => requests),
      [
        { cpu: 9000n, memory: 3n * GI },
        { cpu: 1000n, memory: 5n * GI },
      ],
    );
  });

  it("are named as users see them or by their place, and say where they are written", () => {
    const found = profiles({ profileList: [{ display_name: "small", kubespawner_override: { cpu_limit: 1 } }, {}] });
    assert.deepEqual(
      found.map(({ name, field }) => [name, field.path]),
      [
        ["small", "spec.values.singleuser.profileList[0].kubespawner_override"],
        ["1", "spec.values.singleuser.profileList[1].kubespawner_override"],
      ],
    );
  });

  it("have one default: the first that is marked, or the first", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(true, false, undefined, null), { minLength: 1, maxLength: 4 }), (marks) => {
        const found = profiles({ profileList: marks.map((mark) => ({ default: mark })) }).map(({ isDefault }) => isDefault);
        const first = Math.max(0, marks.indexOf(true));
        assert.deepEqual(
          found,
          marks.map((_, index) => index === first),
        );
      }),
    );
  });
});

describe("where user servers may run", () => {
  const OWN = { key: "hub.jupyter.org/dedicated", operator: "Equal", value: "user", effect: "NoSchedule" };
  const purpose = (matchNodePurpose: string, singleuser: Data = {}) =>
    userPlacement(hub({ scheduling: { userPods: { nodeAffinity: { matchNodePurpose } } }, singleuser }));

  it("is on hosts for users alone where that is required, else everywhere, with the chart's own toleration", () => {
    const term = { matchExpressions: [{ key: "hub.jupyter.org/node-purpose", operator: "In", values: ["user"] }] };
    assert.deepEqual(purpose("require"), { nodeSelector: {}, requiredTerms: [term], tolerations: [OWN] });
    for (const placement of [purpose("prefer"), purpose("ignore"), userPlacement(hub({}))])
      assert.deepEqual(placement, { nodeSelector: {}, tolerations: [OWN] });
  });

  it("follows the labels and tolerations of the values", () => {
    const extra = { key: "example.org/gpu", operator: "Exists" };
    assert.deepEqual(purpose("prefer", { nodeSelector: { disk: "ssd" }, extraTolerations: [extra] }), {
      nodeSelector: { disk: "ssd" },
      tolerations: [OWN, extra],
    });
  });
});

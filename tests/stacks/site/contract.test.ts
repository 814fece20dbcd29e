import assert from "node:assert/strict";
import { CAPABILITIES, type Capability } from "#af/components/contract";
import { needsOf, offersOf } from "#af/stacks/site/contract";
import { readSite } from "#af/stacks/site/read";
import { siteConfig, SITES, spoilt } from "../../support/site-config";
import { problemsOf } from "../../support/site-problems";

type Change = readonly [path: readonly (string | number)[], value: unknown];

interface Case {
  /** A site that needs the capability. */
  readonly site: (needed: ReadonlySet<Capability>) => boolean;
  /** The one change that takes the offer away. */
  readonly change: Change;
  readonly path: string;
}

const needing = (capability: Capability) => (needed: ReadonlySet<Capability>) => needed.has(capability);
const networks = {
  version: "1.33",
  networkPlugin: "calico" as const,
  podCidr: "10.200.0.0/16",
  serviceCidr: "10.201.0.0/16",
  hostCidrs: ["192.168.0.0/16"],
};

/** For each capability a site that needs it, and what takes it away. */
const CASES: Readonly<Record<Capability, Case>> = {
  addresses: { site: needing("addresses"), change: [["platform", "loadBalancer"], { kind: "none" }], path: "af:hub" },
  issuer: { site: needing("issuer"), change: [["platform", "certificates"], { kind: "provided" }], path: "af:data.cache" },
  passthrough: {
    site: needing("passthrough"),
    change: [["platform", "ingress"], { kind: "routes", router: "router.example.edu" }],
    path: "af:hub.dask",
  },
  routes: { site: needing("routes"), change: [["site", "kubernetes"], { kind: "kubeadm", ...networks }], path: "af:platform.ingress" },
  hostNetwork: { site: needing("hostNetwork"), change: [["site", "kubernetes"], { kind: "okd", ...networks }], path: "af:monitoring" },
  fixedUsers: { site: needing("fixedUsers"), change: [["site", "kubernetes"], { kind: "okd", ...networks }], path: "af:hub.identity" },
  sharedVolumes: { site: needing("sharedVolumes"), change: [["storage", "sharedClass"], undefined], path: "af:hub.homes" },
  objectStore: { site: needing("objectStore"), change: [["storage", "objectStore"], { kind: "none" }], path: "af:servicex" },
  batchPool: { site: needing("batchPool"), change: [["batch"], { kind: "none" }], path: "af:hub.dask.backend" },
  cvmfs: { site: needing("cvmfs"), change: [["data", "cvmfs"], { kind: "none" }], path: "af:batch.workers" },
};

describe("what services need of a site, and what it offers", () => {
  for (const [capability, { site, change, path }] of Object.entries(CASES) as [Capability, Case][]) {
    it(`refuses a site without ${CAPABILITIES[capability].what} for a service that needs it, with both ways out`, () => {
      const name = SITES.find((candidate) => site(new Set(needsOf(readSite(candidate)).map((need) => need.capability))));
      assert.ok(name, `no site of the project needs ${capability}`);
      assert.ok(offersOf(readSite(name)).has(capability));
      const problems = problemsOf(spoilt(siteConfig(name), ...change), name);
      const { what, offer } = CAPABILITIES[capability];
      const found = problems.find(
        ({ path: at, message }) => at.startsWith(path) && message.includes(`needs ${what}, which the site does not offer`),
      );
      assert.ok(found, JSON.stringify(problems, null, 1));
      assert.ok(found.message.includes(offer), found.message);
      assert.match(found.message, /, or set af:/);
    });
  }

  it("names both ways out of servicex without an object store", () => {
    const name = SITES.find((candidate) => readSite(candidate).servicex.kind === "servicex") ?? "";
    const [problem] = problemsOf(spoilt(siteConfig(name), ["storage", "objectStore"], { kind: "none" }), name);
    assert.equal(problem?.path, "af:servicex");
    assert.match(
      problem?.message ?? "",
      /servicex needs an object store.*set af:storage\.objectStore.*, or set af:servicex to \{ kind: none \}/,
    );
  });
});

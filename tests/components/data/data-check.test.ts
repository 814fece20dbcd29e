import assert from "node:assert/strict";
import { checkPart, hopsOf } from "#af/components/data/check-part";
import { CHECK_PLACES } from "#af/components/data/check-script";
import { xrootdEndpointsOf } from "#af/components/data/door-settings";
import { recordProgram } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { SiteError } from "#af/stacks/site/problems";
import { asRecord } from "../../stacks/written";
import { siteConfig, spoilt } from "../../support/site-config";

/** A site that reads one known file, with further changes of its data. */
function checked(files: object, ...changes: readonly (readonly [path: readonly (string | number)[], value: unknown])[]) {
  const image = "hub.opensciencegrid.org/opensciencegrid/cms-xcache:25-release";
  const config = spoilt(siteConfig("unl"), ["data", "check"], { image, files });
  return parseSite(
    changes.reduce((tree, [path, value]) => spoilt(tree, path, value), config),
    "a test",
  );
}
const FILE = "/store/test/known";
const checkOf = ({ data, nodes }: ReturnType<typeof checked>) => checkPart(data.check ?? assert.fail(), data, nodes, "data");

describe("the job that reads known files", () => {
  it("asks every door and the redirector, the cache and its origin, and may reach each of them", () => {
    const redirector = { name: "all.example.edu", address: "198.51.100.99", port: 1213 };
    const site = checked({ tier2: FILE }, [["data", "stores", "tier2", "doors", "redirector"], redirector]);
    const { data } = site;
    const urls = hopsOf(data.check ?? assert.fail(), data).map(({ url }) => url);
    const doors = xrootdEndpointsOf(data.stores["tier2"]?.doors ?? assert.fail());
    assert.equal(doors.length, 13);
    assert.deepEqual(urls, [
      ...doors.map(({ name, port }) => `roots://${name}:${port}/${FILE}`),
      `root://xcache.coffea.casa:1094/${FILE}`,
      `root://cms-xrd-global.cern.ch:1094/${FILE}`,
    ]);
    const { flows } = checkOf(site);
    for (const { address, port } of doors)
      assert.ok(
        flows.some(({ to, ports }) => typeof to === "object" && "addresses" in to && to.addresses[0] === address && ports.includes(port)),
        address,
      );
    assert.ok(flows.some(({ to }) => typeof to === "object" && to.kind === "pods" && to.name === "xcache"));
    assert.ok(flows.some(({ to, ports }) => to === "outside" && ports.includes(1094)));
  });

  it("may reach the redirector and the caches to which that sends it", () => {
    const servers = [1, 2].map((index) => ({ host: `cache${index}.example.edu`, address: `198.51.100.${90 + index}` }));
    const { data, nodes } = checked({ tier2: FILE });
    const several = { ...data, cache: { ...data.cache, servers } } as typeof data;
    const { flows } = checkPart(data.check ?? assert.fail(), several, nodes, "data");
    for (const name of ["xcache", "xcache-redirector"])
      assert.ok(
        flows.some(({ to, ports }) => typeof to === "object" && to.kind === "pods" && to.name === name && ports.includes(1094)),
        name,
      );
  });

  it("is refused for a file that it cannot read", () => {
    const cases: readonly (readonly [files: object, at: string, message: RegExp, protocols?: readonly object[]])[] = [
      [{ tier3: FILE }, "tier3", /no such store; allowed: tier2/],
      [{ tier2: "/user/known" }, "tier2", /below no path that the doors export; allowed: a file below \/store/],
      [{ tier2: "/storefront/known" }, "tier2", /below no path/],
      [{ tier2: FILE }, "tier2", /list root or roots/, [{ kind: "davs" }]],
      [{ tier2: FILE }, "tier2", /with none or tokens/, [{ kind: "roots", auth: ["gsi"] }]],
    ];
    for (const [files, at, message, protocols] of cases)
      assert.throws(
        () => checked(files, ...(protocols ? [[["data", "stores", "tier2", "doors", "protocols"], protocols] as const] : [])),
        (error) =>
          error instanceof SiteError &&
          error.problems.some((problem) => problem.path === `af:data.check.files.${at}` && message.test(problem.message)),
        String(message),
      );
  });

  it("gets its list, its script and its token where the script looks for them", async () => {
    const { resources } = await recordProgram(checked({ tier2: FILE }));
    const job = resources.find(({ type }) => type === "kubernetes:batch/v1:CronJob") ?? assert.fail("no CronJob");
    const template = asRecord(asRecord(asRecord(asRecord(job.inputs["spec"])["jobTemplate"])["spec"])["template"]);
    const { containers, volumes } = asRecord(template["spec"]) as {
      readonly containers: readonly { readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[] }[];
      readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
    };
    const at = Object.fromEntries(containers[0]?.volumeMounts.map(({ name, mountPath }) => [name, mountPath]) ?? []);
    assert.deepEqual(at, { config: CHECK_PLACES.hops, token: CHECK_PLACES.token, work: CHECK_PLACES.work });
    const secret = volumes.find(({ name }) => name === "token")?.secret?.secretName;
    assert.ok(
      resources.some(({ type, inputs }) => type === "kubernetes:core/v1:Secret" && asRecord(inputs["metadata"])["name"] === secret),
      "nobody makes the Secret",
    );
  });
});

import assert from "node:assert/strict";
import { checkPart, hopsOf } from "#af/components/data/check-part";
import { CHECK_PLACES } from "#af/components/data/check-script";
import { checkPause } from "#af/components/data/check-settings";
import { xrootdEndpointsOf } from "#af/components/data/door-settings";
import { MONITORING_PODS } from "#af/components/monitoring/pods";
import { flowsOfParts } from "#af/components/part-flows";
import { flattened } from "#af/components/parts";
import { NODE_EXPORTER, pinnedVersion } from "#af/sandbox/tools/tool";
import { recordProgram } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { partsOf } from "#af/stacks/site/parts";
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
const checkOf = ({ data, nodes }: ReturnType<typeof checked>, monitored = true) =>
  checkPart(data.check ?? assert.fail(), data, { nodes, namespace: "data", monitored });

describe("the check that reads known files", () => {
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

  it("may reach the redirector before several caches, and each of these", () => {
    const servers = [30, 31].map((n) => ({ host: `cache${n}.example.edu`, address: `129.93.183.${n}` }));
    const site = checked(
      { tier2: FILE },
      [
        ["nodes", "supermicro-1u", "hosts"],
        ["red-kube-c6931", "red-kube-c6932"],
      ],
      [["platform", "loadBalancer", "pools", "public"], ["129.93.183.0/24"]],
      [["data", "cache", "servers"], servers],
    );
    const ends = checkOf(site).flows.flatMap(({ to }) => (typeof to === "object" && to.kind === "pods" ? [to.name] : []));
    assert.deepEqual(ends, ["xcache", "xcache-redirector"]);
  });

  it("is read by Prometheus where the facility has one, and by nobody else", () => {
    const site = checked({ tier2: FILE });
    const { objects } = checkOf(site);
    const template = asRecord(asRecord(objects["check"]?.["spec"])["template"]);
    const monitor = asRecord(objects["monitor"]?.["spec"]);
    assert.deepEqual(asRecord(monitor["selector"])["matchLabels"], asRecord(template["metadata"])["labels"]);
    const { containers } = asRecord(template["spec"]) as {
      readonly containers: readonly { readonly ports?: readonly { readonly name: string; readonly containerPort: number }[] }[];
    };
    const [port, ...others] = containers.flatMap(({ ports = [] }) => ports);
    assert.deepEqual(others, []);
    assert.deepEqual(monitor["podMetricsEndpoints"], [{ port: port?.name }]);
    const reads = flowsOfParts(flattened(partsOf(site))).filter(
      ({ to }) => typeof to === "object" && to.kind === "pods" && to.name === "data-check",
    );
    assert.deepEqual(
      reads.map(({ from, ports }) => [from, ports]),
      [[MONITORING_PODS.prometheus, [port?.containerPort]]],
    );
    assert.deepEqual(Object.keys(checkOf(site, false).objects), ["config", "check"]);
    const alone = checked({ tier2: FILE }, [["monitoring"], { kind: "provided" }]);
    assert.deepEqual(Object.keys(partsOf(alone).data.check?.objects ?? {}), ["config", "check"]);
    assert.ok(
      !flowsOfParts(flattened(partsOf(alone))).some(({ to }) => typeof to === "object" && to.kind === "pods" && to.name === "data-check"),
    );
  });

  it("runs the release of the exporter that the tests give its file to", () => {
    const { containers } = asRecord(
      asRecord(asRecord(checkOf(checked({ tier2: FILE })).objects["check"]?.["spec"])["template"])["spec"],
    ) as {
      readonly containers: readonly { readonly name: string; readonly image: string }[];
    };
    const image = containers.find(({ name }) => name === "metrics")?.image;
    assert.equal(image, `quay.io/prometheus/node-exporter:${pinnedVersion(NODE_EXPORTER)}-distroless`);
  });

  it("alerts of a hop that two runs found broken, and of silence that is longer than two runs can be", () => {
    const site = checked({ tier2: FILE }, [["data", "check", "interval"], "30m"]);
    const hops = hopsOf(site.data.check ?? assert.fail(), site.data).length;
    const [group] = asRecord(checkOf(site).objects["rules"]?.["spec"])["groups"] as readonly {
      readonly rules: readonly { readonly alert: string; readonly expr: string; readonly for: string }[];
    }[];
    assert.deepEqual(
      group?.rules.map(({ alert, expr, for: wait }) => [alert, expr, wait]),
      [
        ["DataCheckBroken", "max by (hop) (data_check_hop_broken_runs) >= 2", "0s"],
        [
          "DataCheckSilent",
          `time() - max(data_check_last_run_timestamp_seconds) > ${2 * (1800 + hops * 120)} or absent(data_check_last_run_timestamp_seconds)`,
          `${hops * 120}s`,
        ],
      ],
    );
  });

  it("waits as long as the site says, and takes no other text", () => {
    for (const [interval, seconds] of [
      ["1m", 60],
      ["90m", 5400],
      ["6h", 21_600],
    ] as const) {
      assert.equal(checkPause({ interval }), seconds);
      const script = asRecord(checkOf(checked({ tier2: FILE }, [["data", "check", "interval"], interval])).objects["config"]?.["data"])[
        "check.sh"
      ];
      assert.match(String(script), new RegExp(`DATA_CHECK_PAUSE:-${seconds}\\}`));
    }
    for (const interval of ["0m", "1d", "60", "17 * * * *", "1h30m"])
      assert.throws(
        () => checked({ tier2: FILE }, [["data", "check", "interval"], interval]),
        (error) =>
          error instanceof SiteError &&
          error.problems.some(({ path, message }) => path === "af:data.check.interval" && /such as 30m or 6h/.test(message)),
        interval,
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
    const check = resources.find(({ name, type }) => type === "kubernetes:apps/v1:Deployment" && name === "data-check-check");
    const template = asRecord(asRecord(check?.inputs["spec"])["template"]);
    const { containers, volumes } = asRecord(template["spec"]) as {
      readonly containers: readonly { readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[] }[];
      readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
    };
    const at = Object.fromEntries(containers[0]?.volumeMounts.map(({ name, mountPath }) => [name, mountPath]) ?? []);
    assert.deepEqual(at, {
      config: CHECK_PLACES.hops,
      token: CHECK_PLACES.token,
      work: CHECK_PLACES.work,
      metrics: CHECK_PLACES.metrics,
    });
    // The exporter reads the very folder that the script writes.
    assert.deepEqual(
      containers.map(({ volumeMounts }) => volumeMounts.filter(({ name }) => name === "metrics").map(({ mountPath }) => mountPath)),
      [[CHECK_PLACES.metrics], [CHECK_PLACES.metrics]],
    );
    const secret = volumes.find(({ name }) => name === "token")?.secret?.secretName;
    assert.ok(
      resources.some(({ type, inputs }) => type === "kubernetes:core/v1:Secret" && asRecord(inputs["metadata"])["name"] === secret),
      "nobody makes the Secret",
    );
  });
});

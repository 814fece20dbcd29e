import assert from "node:assert/strict";
import { parseSite } from "#af/stacks/site/parse";
import { readSite } from "#af/stacks/site/read";
import type { Site } from "#af/stacks/site/schema";
import { metallbValues } from "#af/components/platform/values";
import { nameOf } from "#af/components/tenancy/settings";
import { plain } from "#af/policies/engine-values";
import { EXCEPTIONS, exceptionFor } from "#af/policies/exceptions";
import { facilityMade } from "#af/policies/facility-made";
import { chartObject, namespaceOf, type StandingException } from "#af/policies/standing-exception";
import { judge, type PackVerdict } from "#af/policies/judge";
import { objectsOf, objectsOfResource, type KubernetesObject } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import { security } from "#af/policies/security/rules";
import { recordProgram } from "#af/stacks/record";
import { siteConfig } from "../support/site-config";
import { settingsOfKind } from "../support/site-kinds";
import { SITE } from "./expect";
import { withHardening } from "./hardening";
import { changed, CONTAINER, POD_SPEC, type Data } from "./manifests";

/** The site with the experimental Ceph cluster on hosts of its own. */
function siteWithSkyhook(): Site {
  const config = siteConfig("unl");
  const nodes = changed(config["nodes"] as Data, ["supermicro-4u", "runs"], ["ceph"]);
  const skyhook = {
    kind: "experimental",
    image: "registry.example.org/ceph:v20.2.4-arrow",
    cephMajor: 20,
    objectClass: "arrow",
    pool: "supermicro-4u",
    devices: [{ path: "/dev/disk/by-path/pci-1", class: "hdd", size: "1Ti" }],
  };
  return parseSite({ ...config, nodes, skyhook }, "test");
}

/** The site with a second cache host, so that a redirector stands before both. */
function siteWithCaches(): Site {
  const { nodes, platform, data, ...config } = siteConfig("unl");
  const servers = [30, 31].map((number) => ({ host: `cache${number}.example.edu`, address: `129.93.183.${number}` }));
  const second = {
    nodes: changed(nodes as Data, ["supermicro-1u", "hosts"], ["red-kube-c6931", "red-kube-c6932"]),
    platform: changed(platform as Data, ["loadBalancer", "pools", "public"], ["129.93.183.0/24"]),
    data: changed(data as Data, ["cache", "servers"], servers),
  };
  return parseSite({ ...config, ...second }, "test");
}

async function verdictOf(site: Site): Promise<PackVerdict> {
  const { resources } = await recordProgram(site);
  return judge(
    security,
    resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn)),
    { site },
  );
}

describe("standing exceptions", () => {
  it("are needed, every single subject, by a facility that a site file can describe", async () => {
    const shared = parseSite(await settingsOfKind("storage(external).filesystem: cephfs"), "a test");
    const sites = [SITE, siteWithSkyhook(), siteWithCaches(), shared, readSite("fnal")].map(withHardening);
    const verdicts = await Promise.all(sites.map(verdictOf));
    const used = new Set(
      verdicts.flatMap(({ excepted }) => excepted.map(({ exception, allowed }) => `${EXCEPTIONS.indexOf(exception)} ${allowed}`)),
    );
    // Roles and routes are in no description; judged.test.ts asks the rendered charts.
    const isRendered = ({ of }: StandingException) => of.kind === "chart" && /Ro(le|ute)/.test(of.object);
    const unused = EXCEPTIONS.flatMap((exception, index) =>
      (isRendered(exception) ? [] : exception.allows)
        .filter((allowed) => !used.has(`${index} ${allowed}`))
        .map((allowed) => `${exception.rule} ${JSON.stringify(exception.of)} ${allowed}`),
    );
    assert.deepEqual(unused, []);
    assert.deepEqual(
      verdicts.map(({ findings }) => findings),
      [[], [], [], [], []],
    );
  });

  it("name rules that exist and give a reason", () => {
    for (const { rule, because, allows } of EXCEPTIONS) {
      assert.ok(
        RULES.some(({ name }) => name === rule),
        rule,
      );
      assert.match(because, /^.{15,}[^.]$/);
      assert.ok(allows.length > 0);
    }
  });

  it("hide no finding: it is shown as excepted", async () => {
    const { findings, excepted } = await verdictOf(SITE);
    const without = judge(security, await objectsOfSite(), { site: SITE, exceptions: [] }).findings;
    assert.deepEqual(findings, []);
    assert.equal(without.length, excepted.length);
  });

  const exception: StandingException = {
    rule: "no-host-paths",
    of: { kind: "chart", chart: "demo", object: "Deployment", name: "{release}-daemon-{id}" },
    allows: ["/data/{namespace}/{id}"],
    because: "a test needs it to be so",
  };
  const [base] = objectsOf({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "r-daemon-a", namespace: "work" },
    spec: { template: { spec: { ...POD_SPEC, volumes: [{ hostPath: { path: "/data/work/a" } }] } } },
  });
  assert.ok(base);
  const made = { ...base, origin: { by: "HelmRelease work/r", chart: "demo", release: "r" } };
  const found = (object: typeof made | typeof base) =>
    judge(
      RULES.filter(({ name }) => name === exception.rule),
      [object],
      { site: undefined, exceptions: [exception] },
    ).findings.length;

  it("allow exactly what they name", () => {
    assert.equal(found(made), 0);
    assert.equal(found(base), 1, "written by hand, not made by the chart");
    assert.equal(found({ ...made, name: "r-daemon-b" }), 1, "another daemon's folder");
    assert.equal(found({ ...made, name: "r-daemon-" }), 1, "no number");
    assert.equal(found({ ...made, name: "x-r-daemon-a" }), 1, "another workload");
    assert.equal(found({ ...made, kind: "DaemonSet" }), 1, "another kind");
    assert.equal(found({ ...made, namespace: "elsewhere" }), 1, "another namespace's folder");
    assert.equal(found({ ...made, origin: { ...made.origin, chart: "other" } }), 1, "another chart");
    assert.equal(found({ ...made, origin: { ...made.origin, release: "s" } }), 1, "another release");
  });

  it("are only for what the facility makes", () => {
    const speaker = (namespace: string, release: string) =>
      objectsOf({
        apiVersion: "helm.toolkit.fluxcd.io/v2",
        kind: "HelmRelease",
        metadata: { name: release, namespace },
        spec: { releaseName: release, chart: { spec: { chart: "metallb", version: "1.2.3" } }, values: metallbValues() },
      });
    const rules = RULES.filter(({ name }) => name === "no-host-namespaces");
    const refused = (namespace: string, release: string) => judge(rules, speaker(namespace, release), { site: SITE }).findings.length;
    const own = nameOf(SITE.tenancy, "metallb");
    assert.equal(refused(own, "metallb"), 0);
    assert.equal(refused("work", "metallb"), 1, "in a stranger's namespace");
    assert.equal(refused(own, "second"), 1, "a second release");
  });

  it("never cover a defect of another rule on the same workload", () => {
    const broken = {
      ...made,
      root:
        objectsOf(
          changed(
            { apiVersion: "apps/v1", kind: "Deployment" },
            ["spec", "template", "spec", "containers"],
            [changed(CONTAINER, ["securityContext", "privileged"], true)],
          ),
        )[0]?.root ?? made.root,
    };
    const { findings } = judge(RULES, [broken], { site: undefined, exceptions: [exception] });
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ["no-privileged-containers"],
    );
  });
});

describe("the exception for an object", () => {
  const [config] = objectsOf({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "work" } });
  assert.ok(config);
  const object = { ...config, kind: "Thing" };
  const allows = ["first", "of {namespace} {id} {hub} {unknown}"];
  const allowed = (of: StandingException["of"], about: KubernetesObject, subject: string | undefined, made = facilityMade(SITE)) =>
    exceptionFor(
      "a-rule",
      about,
      subject,
      [
        { rule: "another-rule", of, allows: ["first", "other"], because: "a test" },
        { rule: "a-rule", of, allows, because: "a test" },
      ],
      made,
    )?.allowed;
  const own = (role: string | undefined, name: string): StandingException["of"] => ({ kind: "own", role, object: "Thing", name });

  it("is for its rule and its subjects alone", () => {
    const of = own("hub", "a");
    const hub = { ...object, namespace: nameOf(SITE.tenancy, "hub") };
    assert.equal(allowed(of, hub, "first"), "first");
    for (const subject of [undefined, "other", "", "firsts"]) assert.equal(allowed(of, hub, subject), undefined, subject);
    assert.equal(exceptionFor("a-rule", hub, "first", [], facilityMade(SITE)), undefined);
  });

  it("fills in what its subjects leave open, and leaves alone what nobody knows", () => {
    const namespace = nameOf(SITE.tenancy, "data");
    const made = { ...object, namespace, name: "x-7-y" };
    const subject = `of ${namespace} 7 ${nameOf(SITE.tenancy, "hub")} {unknown}`;
    assert.equal(allowed(own("data", "x-{id}-y"), made, subject), allows[1]);
    for (const name of ["x--y", "x-7-z", "z-7-y", "x-y", "x-7-y-"])
      assert.equal(allowed(own("data", "x-{id}-y"), { ...made, name }, "first"), undefined, name);
    assert.equal(allowed(own("data", "x-{id}"), { ...made, name: "x-8" }, "first"), "first");
    assert.equal(allowed(own("data", "x-{hub}"), { ...made, name: `x-${nameOf(SITE.tenancy, "hub")}` }, "first"), "first");
  });

  it("of the facility's own is for the namespace of its role, or for the whole cluster, and for nothing that a chart makes", () => {
    const hub = { ...object, namespace: nameOf(SITE.tenancy, "hub") };
    const cluster = { ...object, namespace: "" };
    assert.deepEqual(
      [allowed(own("hub", "a"), hub, "first"), allowed(own("hub", "a"), object, "first"), allowed(own("hub", "a"), cluster, "first")],
      ["first", undefined, undefined],
    );
    assert.deepEqual([allowed(own(undefined, "a"), cluster, "first"), allowed(own(undefined, "a"), hub, "first")], ["first", undefined]);
    assert.equal(allowed(own("hub", "a"), { ...hub, kind: "Other" }, "first"), undefined);
    assert.equal(allowed(own("hub", "a"), { ...hub, origin: { by: "x", chart: "demo", release: "r" } }, "first"), undefined);
  });

  it("of a chart is for the release in its own namespace, or in the one that is named", () => {
    const of = { ...chartObject("metallb", "Thing", "{release}-{namespace}-{id}"), at: "kube-system" };
    const origin = { by: "x", chart: "metallb", release: "metallb" };
    const made = { ...object, namespace: "kube-system", name: "metallb-kube-system-1", origin };
    assert.equal(allowed(of, made, "first"), "first");
    assert.equal(allowed(of, { ...made, namespace: "work", name: "metallb-work-1" }, "first"), undefined);
    assert.equal(allowed(of, { ...made, origin: { ...origin, release: "second" }, name: "second-kube-system-1" }, "first"), undefined);
    assert.equal(allowed(of, { ...made, kind: "Other" }, "first"), undefined);
    const { at: _, ...inRelease } = of;
    assert.equal(allowed(inRelease, made, "first"), undefined, "the release is in another namespace");
    const namespace = nameOf(SITE.tenancy, "metallb");
    assert.equal(allowed(inRelease, { ...made, namespace, name: `metallb-${namespace}-1` }, "first"), "first");
  });

  it("of a namespace is for the one that has the role, by its label and by its name", () => {
    const namespace = (name: string, labels: unknown, kind = "Namespace") =>
      objectsOf({ apiVersion: "v1", kind, metadata: { name, labels } })[0] ?? assert.fail();
    const name = nameOf(SITE.tenancy, "metallb");
    const role = { "analysis-facility/role": "metallb" };
    const of = namespaceOf("metallb");
    assert.equal(allowed(of, namespace(name, role), "first"), "first");
    const others = [
      namespace("work", role),
      namespace(name, { "analysis-facility/role": "hub" }),
      namespace(name, {}),
      namespace(name, null),
      namespace(name, "text"),
      namespace(name, undefined),
      namespace(name, role, "ConfigMap"),
    ];
    for (const each of others) assert.equal(allowed(of, each, "first"), undefined, JSON.stringify(each.root.raw()));
  });
});

async function objectsOfSite() {
  const { resources } = await recordProgram(SITE);
  return resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn));
}

import assert from "node:assert/strict";
import { traefik } from "#af/components/charts/traefik";
import { releasesOf } from "#af/stacks/site/releases";
import { traefikWatchesListedNamespaces as rule } from "#af/policies/security/traefik-watches-listed-namespaces";
import { KINDS, neverSilent, SITE, verdictOn } from "../expect";
import { changed, CONTAINER, POD_SPEC, workload, type Data, type WorkloadKind } from "../manifests";

const CRD = "--providers.kubernetescrd";
const INGRESS = "--providers.kubernetesingress";

const saying = (container: Data, kind: WorkloadKind = "Deployment"): Data =>
  workload(kind, changed(POD_SPEC, ["containers", 0], { ...CONTAINER, ...container }));
const args = (...words: readonly string[]): Data => saying({ args: words });
const env = (variables: Readonly<Record<string, string>>): Data =>
  saying({ env: Object.entries(variables).map(([name, value]) => ({ name, value })) });
const said = (...objects: readonly Data[]): readonly string[] =>
  verdictOn(objects, [rule]).findings.map(({ path, message }) => `${path}: ${message}`);

/** The facility's own release of Traefik, as either of the ways delivers it. */
const VALUES = (releasesOf(SITE).find(({ chart }) => chart.name === "traefik") ?? assert.fail()).values as unknown as Data;
const RELEASE: Data = {
  apiVersion: "helm.sh/v3",
  kind: "Release",
  metadata: { name: "traefik", namespace: "traefik" },
  spec: { chart: "traefik", version: traefik.version, repositoryOpts: { repo: traefik.repository }, values: VALUES },
};
const DELIVERED: Data = {
  apiVersion: "helm.toolkit.fluxcd.io/v2",
  kind: "HelmRelease",
  metadata: { name: "traefik", namespace: "traefik" },
  spec: { chart: { spec: { chart: "traefik", version: traefik.version } }, values: VALUES },
};
const withValue = (at: string, value: unknown, release = RELEASE): Data => changed(release, ["spec", "values", ...at.split(".")], value);

describe("traefik-watches-listed-namespaces", () => {
  it("accepts providers with lists of namespaces, and programs that are no Traefik", () => {
    assert.deepEqual(said(args(CRD, `${CRD}.namespaces=hub,servicex`, INGRESS, `${INGRESS}.namespaces=hub`)), []);
    assert.deepEqual(said(args(`${CRD}.namespaces=hub`, `${CRD}.allowCrossNamespace=false`, `${CRD}.allowExternalNameServices=false`)), []);
    assert.deepEqual(said(args("--log.level=INFO", "--providers.file.filename=routes.yaml"), args("--provider", "kubernetes")), []);
    assert.deepEqual(said(RELEASE, DELIVERED), []);
    assert.equal(verdictOn([args(CRD, `${CRD}.namespaces=hub`, INGRESS, `${INGRESS}.namespaces=hub`)], [rule]).checked[rule.name], 2);
  });

  it("refuses a provider without a list, or with an empty one, in every kind of workload", () => {
    const everywhere =
      /runs Traefik with kubernetescrd for every namespace; allowed: those that --providers\.kubernetescrd\.namespaces lists$/;
    for (const words of [[CRD], [`${CRD}=true`], [`${CRD}.labelselector=a=b`], [CRD, `${CRD}.namespaces=`], [CRD, `${CRD}.namespaces=,`]])
      assert.match(said(args(...words)).join("\n"), everywhere, words.join(" "));
    for (const kind of KINDS) assert.equal(said(saying({ args: [CRD] }, kind)).length, 1, kind);
    for (const provider of ["kubernetesingress", "kubernetesgateway", "knative"])
      assert.match(said(args(`--providers.${provider}`)).join(), new RegExp(`with ${provider} for every namespace`));
    assert.match(
      said(args("--providers.kubernetesingressnginx", "--providers.kubernetesingressnginx.namespaces=a")).join(),
      /watchnamespace/,
    );
    assert.deepEqual(said(args("--providers.kubernetesingressnginx.watchnamespace=a")), []);
  });

  it("refuses ways out of a namespace, and takes the last word about a switch, as Traefik does", () => {
    const listed = `${CRD}.namespaces=hub`;
    for (const way of ["allowCrossNamespace", "ALLOWCROSSNAMESPACE", "allowexternalnameservices"])
      for (const value of ["", "=true", "=1", "=T", "=what"])
        assert.match(
          said(args(listed, `${CRD}.${way}${value}`)).join("\n"),
          /^spec\.template\.spec\.containers\[0\]\.args\[1\]: .*; allowed: false$/,
        );
    assert.match(said(args(`${INGRESS}.namespaces=hub`, `${INGRESS}.allowExternalNameServices`)).join(), /ExternalName lead anywhere/);
    const nginx = "--providers.kubernetesingressnginx";
    assert.match(
      said(args(`${nginx}.watchnamespace=hub`, `${nginx}.allowCrossNamespaceResources`)).join(),
      /use Secrets of another; allowed: false$/,
    );
    assert.deepEqual(said(args(listed, `${CRD}.allowcrossnamespace=true`, `${CRD}.allowcrossnamespace=false`)), []);
    assert.equal(said(args(listed, `${CRD}.allowcrossnamespace=false`, `${CRD}.allowcrossnamespace=true`)).length, 1);
  });

  it("reads options however they are written, and the environment where there are none", () => {
    assert.deepEqual(said(args(CRD, `${CRD}.namespaces`, "hub")), []);
    assert.deepEqual(said(args("-providers.kubernetescrd.namespaces=hub")), []);
    assert.equal(said(args("-providers.kubernetescrd")).length, 1);
    assert.equal(said(saying({ command: ["traefik", CRD] })).length, 1);
    assert.equal(said(saying({ command: ["sh", "-c", `exec traefik ${CRD}`] })).length, 1);
    assert.deepEqual(said(saying({ command: ["sh", "-c", `exec traefik ${CRD} ${CRD}.namespaces="hub"`] })), []);
    const variable = "TRAEFIK_PROVIDERS_KUBERNETESCRD";
    assert.equal(said(env({ [variable]: "true" })).length, 1);
    assert.deepEqual(said(env({ [variable]: "false" })), []);
    assert.deepEqual(said(env({ [variable]: "true", [`${variable}_NAMESPACES`]: "hub" })), []);
    assert.equal(said(env({ [`${variable}_NAMESPACES`]: "hub", [`${variable}_ALLOWCROSSNAMESPACE`]: "true" })).length, 1);
    // Traefik does not look at its environment where it has options.
    const both = saying({ args: [CRD, `${CRD}.namespaces=hub`], env: [{ name: `${variable}_ALLOWCROSSNAMESPACE`, value: "true" }] });
    assert.deepEqual(said(both), []);
  });

  it("takes no word for the value of a switch, and no option behind such a word for one of the same Traefik", () => {
    const listed = `${CRD}.namespaces=hub`;
    for (const words of [
      [listed, `${CRD}.allowCrossNamespace`, "false"],
      [CRD, "false", listed],
      [`${CRD}=true`, "stray", listed],
      [CRD, "--", listed],
    ])
      assert.equal(said(args(...words)).length, 1, words.join(" "));
    assert.deepEqual(said(args("--log.level", "INFO", CRD, `${CRD}.labelselector`, "a=b", listed)), []);
    const script = (text: string) => said(saying({ command: ["sh", "-c", text] }));
    assert.equal(script(`wait --for.port=80 && traefik ${CRD}`).length, 1);
    assert.equal(script(`traefik ${CRD} ${listed} || traefik ${CRD}`).length, 1);
    assert.deepEqual(script(`wait --for.port=80 && traefik ${CRD} ${listed}`), []);
  });

  for (const release of [RELEASE, DELIVERED])
    it(`refuses values of a ${String(release["kind"])} by which Traefik reads more, and values that leave it to the chart`, () => {
      const refused = (at: string, value: unknown, message: RegExp): void => {
        const found = said(withValue(at, value, release));
        assert.equal(found.length, 1, `${at}: ${found.join("\n")}`);
        assert.match(found[0] ?? "", message);
      };
      refused(
        "rbac.namespaced",
        false,
        /^spec\.values\.rbac\.namespaced: is false, so the chart lets Traefik read the Secrets of every namespace; allowed: true$/,
      );
      refused("rbac", undefined, /^spec\.values\.rbac\.namespaced: is left out, /);
      for (const provider of ["kubernetesCRD", "kubernetesIngress"]) {
        const at = `providers.${provider}.namespaces`;
        refused(at, [""], /: is empty, so nobody can see which namespaces/);
        refused(at, undefined, /: is left out, so nobody can see which namespaces/);
        refused(at, [], release === RELEASE ? /: is left out, / : /: is empty, /);
        refused(`providers.${provider}.allowExternalNameServices`, true, /ExternalName lead anywhere.*; allowed: false$/);
      }
      refused("providers.kubernetesCRD.allowCrossNamespace", true, /use Services, middlewares and Secrets of another; allowed: false$/);
      assert.deepEqual(said(withValue("providers.kubernetesIngress", { enabled: false }, release)), []);
      assert.equal(said(withValue("providers", undefined, release)).length, 2);
    });

  it("leaves other charts alone", () => {
    assert.deepEqual(said(changed(changed(RELEASE, ["spec", "chart"], "metallb"), ["spec", "values"], {})), []);
  });

  it("is never silent about what it cannot read", () => {
    const pod = ["spec", "template", "spec", "containers", 0];
    neverSilent(rule, args(CRD, `${CRD}.namespaces=hub`), [...pod, "args"], "none");
    neverSilent(rule, args(CRD, `${CRD}.namespaces=hub`), [...pod, "args", 1], 1);
    neverSilent(rule, env({ TRAEFIK_PROVIDERS_KUBERNETESCRD: "false" }), [...pod, "env", 0, "value"], 1);
    for (const at of ["rbac.namespaced", "providers.kubernetesCRD.enabled", "providers.kubernetesCRD.allowCrossNamespace"])
      neverSilent(rule, RELEASE, ["spec", "values", ...at.split(".")], "yes");
    neverSilent(rule, RELEASE, ["spec", "values", "providers", "kubernetesIngress", "namespaces"], "hub");
  });
});

import assert from "node:assert/strict";
import { findChart } from "#af/components/charts/catalogue";
import type { TraefikValues } from "#af/components/charts/traefik";
import { nameOf } from "#af/components/tenancy/settings";
import { EXCEPTIONS } from "#af/policies/exceptions";
import { judge, passes } from "#af/policies/judge";
import { objectsOf } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import type { StandingException } from "#af/policies/standing-exception";
import { partsOf } from "#af/stacks/site/parts";
import { renderedObjects, type RenderedRelease } from "#af/tools/charts/objects";
import { SITE } from "../../policies/expect";
import { changed, LIMIT_RANGE, type Data } from "../../policies/manifests";
import { renderedCases } from "../../support/rendered-charts";
import { notChecked } from "../../support/skipped";
import { traefikRights } from "../../support/traefik-rights";

/** Log files on the hosts, which the rendered values still had and the facility's values switch off. */
const LOG_ROTATION = /log-rotator|\/var\/lib\/cephcsi\//;
/** The chart's own role of the hub, which the rendered values still had, and in whose place the facility has a smaller one. */
const ROLE_OF_HUB = /by the Role hub,/;
/** What the rendered values left to the charts of Traefik and of Dask Gateway, and which the facility's values narrow to the namespaces of routes. */
const EVERY_NAMESPACE =
  /runs Traefik with \w+ for every namespace;|^allowcrossnamespace of kubernetescrd |by the ClusterRole traefik-traefik,|^Deployment traefik\/traefik runs as the account /;
/** The accounts that the chart of Dask Gateway makes with the rendered values, in whose place the facility has its own. */
const ACCOUNTS_OF_GATEWAY =
  /^verbs has \*.*chart dask-gateway\)$|by the ClusterRole (api|controller|traefik)-dask-gateway,|runs as the account [\w-]+\/(api|traefik)-dask-gateway /;
/** Rules about who may do what, which need no more of a stack than pods, Services, roles and bindings. */
const ABOUT_RIGHTS = [
  ...["bindings-keep-their-namespace", "bindings-name-their-accounts", "exposed-pods-cannot-take-the-cluster"],
  ...["roles-give-no-escalation", "roles-have-no-wildcards", "secrets-have-known-readers"],
];
/** Images of a branch, which the much older version of ServiceX that is at hand names; the described one names exact tags. */
const OLD_SERVICEX = /sslhep\/[\w-]+:develop,/;

describe("rendered charts and their descriptions, judged by the packs", () => {
  const cases = renderedCases();
  if ("missing" in cases) {
    const { missing } = cases;
    it("are compared where renderings are at hand", function () {
      notChecked(this, missing);
    });
    return;
  }
  const rights = new Set<string>();
  const naming = (exception: StandingException, allowed: string) => `${EXCEPTIONS.indexOf(exception)} ${allowed}`;

  for (const each of cases.filter(({ case: name }) => name === "unl" || name === "fnal")) {
    const { chart, release, namespace, values } = each;
    const limits = objectsOf({ ...LIMIT_RANGE, metadata: { name: "defaults", namespace } });
    const verdictOn = (objects: typeof each.objects) =>
      judge(RULES, [...limits, ...renderedObjects([{ chart, release, namespace, objects }])], { site: undefined });

    it(`${chart}, ${each.case}: pass, with the same standing exceptions`, () => {
      const rendered = verdictOn(each.objects);
      const old = [LOG_ROTATION, OLD_SERVICEX, ROLE_OF_HUB, EVERY_NAMESPACE, ACCOUNTS_OF_GATEWAY];
      const findings = rendered.findings.filter(({ message }) => !old.some((pattern) => pattern.test(message)));
      assert.deepEqual(
        findings.map(({ rule, object, message }) => `${rule}: ${object.kind} ${object.name}: ${message}`),
        [],
      );
      assert.ok(passes(findings));
      for (const { exception, allowed } of rendered.excepted) rights.add(naming(exception, allowed));
      // A much older version may need less than the described one.
      if (chart === "servicex") return;
      const described = findChart(chart)?.workloads({ name: release, namespace, values }) ?? [];
      const plain = JSON.parse(JSON.stringify(described)) as typeof each.objects;
      const used = ({ excepted }: typeof rendered) =>
        excepted
          // Descriptions tell pods, and neither rights nor routes.
          .filter(({ exception: { of } }) => of.kind === "chart" && !/Ro(le|ute)/.test(of.object))
          .map(({ finding, allowed }) => `${finding.rule} ${finding.object.kind} ${finding.object.name} ${allowed}`)
          .sort();
      assert.deepEqual(used(rendered), used(verdictOn(plain)));
    });
  }

  it("traefik, with the rights that its chart gives it now: pass", () => {
    const at = { release: "traefik", namespace: nameOf(SITE.tenancy, "traefik") };
    const values = partsOf(SITE).platform.traefik?.releases["chart"]?.values as TraefikValues;
    const described = findChart("traefik")?.workloads({ name: at.release, namespace: at.namespace, values }) ?? [];
    // No description names an account.
    const pods = (JSON.parse(JSON.stringify(described)) as readonly Data[]).map((each) =>
      each["kind"] === "Deployment" ? changed(each, ["spec", "template", "spec", "serviceAccountName"], at.release) : each,
    );
    const objects = [...traefikRights(values, at), ...pods] as unknown as RenderedRelease["objects"];
    const rules = RULES.filter(({ name }) => ABOUT_RIGHTS.includes(name));
    const { findings, excepted, checked } = judge(rules, renderedObjects([{ chart: "traefik", ...at, objects }]), { site: SITE });
    assert.deepEqual(findings, []);
    assert.equal(checked["exposed-pods-cannot-take-the-cluster"], 1);
    for (const { exception, allowed } of excepted) rights.add(naming(exception, allowed));
  });

  it("need every right that an exception allows", () => {
    const unused = EXCEPTIONS.filter(({ of }) => of.kind === "chart" && /Ro(le|ute)/.test(of.object)).flatMap((exception) =>
      exception.allows.filter((allowed) => !rights.has(naming(exception, allowed))).map((allowed) => `${exception.rule} ${allowed}`),
    );
    assert.deepEqual(unused, []);
  });
});

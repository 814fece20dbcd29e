import assert from "node:assert/strict";
import { ENFORCING_PLUGINS, type NetworkPlugin } from "#af/components/site/settings";
import { plain } from "#af/policies/engine-values";
import { judge } from "#af/policies/judge";
import { is, objectsOfResource } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import { networkPoliciesAreEnforced as rule } from "#af/policies/security/network-policies-are-enforced";
import { recordProgram } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig } from "../../support/site-config";
import { problemsOf } from "../../support/site-problems";
import { SITE, siteWith, verdictOn } from "../expect";
import { KEPT } from "../manifests";
import { waiverOf } from "../waiver";

const PLUGIN = ["site", "kubernetes", "networkPlugin"] as const;
const withPlugin = (plugin: NetworkPlugin) => siteWith(PLUGIN, plugin);
const said = (plugin: NetworkPlugin) =>
  verdictOn([], [rule], withPlugin(plugin)).findings.map(({ object, path, message }) => `${object.kind} ${path}: ${message}`);

describe("network-policies-are-enforced", () => {
  it("accepts every plugin that enforces them, and finds nothing else wrong there", () => {
    assert.ok(ENFORCING_PLUGINS.length > 5);
    for (const plugin of ENFORCING_PLUGINS) {
      assert.deepEqual(said(plugin), [], plugin);
      assert.deepEqual(verdictOn(KEPT, undefined, withPlugin(plugin)).findings, []);
    }
    assert.equal(verdictOn([], [rule]).checked[rule.name], 1);
  });

  it("refuses one that enforces none, and no other rule does", () => {
    for (const plugin of ["flannel", "bridge"] as const) {
      assert.deepEqual(
        said(plugin).map((text) => text.split(";")[0]),
        [
          `Stack af:site.kubernetes.networkPlugin: ${plugin} enforces no NetworkPolicy, so what namespaces-deny-by-default and connections-are-listed say holds for nobody`,
        ],
      );
      const { findings } = verdictOn(KEPT, undefined, withPlugin(plugin));
      assert.deepEqual(
        findings.map(({ rule: name, enforcement }) => [name, enforcement]),
        [[rule.name, "mandatory"]],
      );
    }
    assert.match(said("flannel").join(), /allowed: antrea, calico, canal, .*flannel-with-netpol/);
  });

  it("names each rule that a NetworkPolicy decides, and no other", async () => {
    for (const name of ["unl", "fnal"]) {
      const site = parseSite(siteConfig(name), "a test");
      const { resources } = await recordProgram(site);
      const objects = resources.flatMap(({ type, inputs, urn, options }) => objectsOfResource(type, plain(inputs), urn, options));
      const bare = objects.filter((object) => !is(object, "networking.k8s.io/v1", "NetworkPolicy"));
      assert.ok(bare.length < objects.length);
      const found = (among: typeof objects) => (of: (typeof RULES)[number]) => judge([of], among, { site }).findings.length;
      const [all, some] = [found(objects), found(bare)];
      assert.deepEqual(
        RULES.filter((each) => all(each) !== some(each)).map((each) => each.name),
        ["namespaces-deny-by-default", "connections-are-listed"],
        name,
      );
    }
  });

  it("is waived by nobody", () => {
    const waiver = waiverOf({ rule: rule.name, object: "the stack", field: "af:site.kubernetes.networkPlugin", allows: "flannel" });
    const { findings } = verdictOn([], undefined, { ...withPlugin("flannel"), waivers: [waiver] });
    assert.match(
      findings.map(({ message }) => message).join("\n"),
      /nobody may waive network-policies-are-enforced, so remove the waiver: no other rule about connections says anything without it/,
    );
  });

  it("is asked for by the reader: no site leaves the plugin out, or has one of which nothing is known", () => {
    const { kubernetes } = SITE.site;
    const { networkPlugin, ...rest } = kubernetes;
    assert.equal(networkPlugin, "calico");
    const config = siteConfig("unl");
    const problems = (value: object) => problemsOf({ ...config, site: { ...(config.site as object), kubernetes: value } });
    assert.deepEqual(
      problems(rest).map(({ path }) => path),
      ["af:site.kubernetes.networkPlugin"],
    );
    const [wrong] = problems({ ...rest, networkPlugin: "calcio" });
    assert.match(wrong?.message ?? "", /found "calcio"; allowed: .*calico.*/);
  });
});

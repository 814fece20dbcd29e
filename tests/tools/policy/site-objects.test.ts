import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { nameOf } from "#af/components/tenancy/settings";
import type { PolicyDocument } from "#af/tools/policy-document";
import { stringify } from "yaml";
import { SITE } from "../../policies/expect";
import { hardened } from "../../policies/hardening";
import { changed, CONTAINER, POD_SPEC, workload, type Data } from "../../policies/manifests";
import { siteConfig } from "../../support/site-config";
import { runTool } from "../run-tool";
import { writeSettings } from "../site-files";

describe("policy --site, of objects that depend on the site's own", function () {
  this.timeout(120_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-of-site-"));
  after(() => fs.rmSync(folder, { recursive: true }));

  const siteFile = writeSettings(folder, "unl", changed(siteConfig("unl"), ["site", "kubernetes", "hardening"], hardened()));
  const namespace = nameOf(SITE.tenancy, "hub");
  // From where the images of the namespace come.
  const containers = [{ ...CONTAINER, image: `registry.k8s.io/pause:3.10@sha256:${"0".repeat(64)}` }];
  const program = changed(
    workload("Deployment", { ...POD_SPEC, containers, priorityClassName: "facility-users", automountServiceAccountToken: false }),
    ["metadata", "namespace"],
    namespace,
  );
  const claim: Data = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "scratch", namespace },
    spec: { accessModes: ["ReadWriteOnce"], storageClassName: SITE.storage.blockClass, resources: { requests: { storage: "1Gi" } } },
  };
  const judged = (...objects: readonly Data[]): PolicyDocument => {
    const file = path.join(folder, "objects.yaml");
    fs.writeFileSync(file, objects.map((object) => stringify(object)).join("---\n"));
    return JSON.parse(runTool("policy", ["--site", siteFile, "--json", file]).stdout) as PolicyDocument;
  };

  it("knows the site's classes, and the labels, defaults and quotas of the namespaces", () => {
    const { findings, objects, ofSite } = judged(program, claim);
    assert.deepEqual(findings, []);
    assert.equal(objects, 2);
    for (const name of ["PriorityClass facility-users", `StorageClass ${SITE.storage.blockClass}`, `Namespace ${namespace}`])
      assert.ok(ofSite.includes(name), `${name} is not among ${ofSite.join(", ")}`);
    const elsewhere = ofSite.filter((name) => /^(Namespace|ResourceQuota|LimitRange) /.test(name) && !name.includes(namespace));
    assert.deepEqual(elsewhere, []);
  });

  it("refuses classes that the site has not, what breaks the level of a namespace, and what exceeds a quota", () => {
    const wrong = [
      changed(changed(program, ["spec", "template", "spec", "hostPID"], true), ["spec", "replicas"], 100_000),
      changed(claim, ["spec", "storageClassName"], "another"),
    ];
    const { findings } = judged(...wrong);
    const said = (rule: string) => findings.filter((finding) => finding.rule === rule).map(({ object }) => object.kind);
    assert.deepEqual(said("claims-name-a-usable-class"), ["PersistentVolumeClaim"]);
    assert.deepEqual([...new Set(said("demand-fits-quota"))], ["ResourceQuota"]);
    assert.deepEqual(said("pods-keep-their-namespaces-level"), ["Deployment"]);
  });

  it("tells nothing that the site's own objects break by themselves, and takes what is given in their place", () => {
    const bare: Data = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
    const { findings, ofSite } = judged(bare, program);
    assert.ok(!ofSite.includes(`Namespace ${namespace}`));
    const rules = findings.filter(({ object }) => object.kind === "Namespace").map(({ rule }) => rule);
    assert.ok(rules.includes("namespaces-set-pod-security"), rules.join());
    assert.ok(rules.includes("namespaces-deny-by-default"), rules.join());
  });
});

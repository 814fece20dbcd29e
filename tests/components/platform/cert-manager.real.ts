import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import { certManager, type CertManagerValues } from "#af/components/charts/cert-manager";
import { partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { requireModule } from "../../support/go-module";
import { settingsOfKind } from "../../support/site-kinds";
import { requireTools } from "../../sandbox/plugins/control-plane";

interface Pod {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { readonly args: readonly string[] }[] } } };
}

describe("the chart of cert-manager, as its Go module has it", function () {
  this.timeout(180_000);
  let helm: string;
  let chart: string;

  before(async function () {
    helm = (await requireTools(this, "helm")).helm?.path ?? assert.fail();
    const folder = await requireModule(this, { name: "github.com/cert-manager/cert-manager", version: certManager.version });
    chart = path.join(folder, "deploy", "charts", "cert-manager");
  });

  /** Arguments of the controller at a site of a kind. */
  async function argumentsOf(title: string): Promise<readonly string[]> {
    const { certificates } = partsOf(parseSite(await settingsOfKind(title), "a test")).platform;
    const values = certificates?.releases["chart"]?.values as CertManagerValues;
    const input = JSON.stringify(values);
    // Helm holds the values against the chart's own schema, which refuses unknown keys.
    const rendered = execFileSync(helm, ["template", "cert-manager", chart, "--values", "-"], { input, encoding: "utf8" });
    const objects = parseAllDocuments(rendered).map((document) => document.toJS() as Pod | null);
    const controller = objects.find((object) => object?.kind === "Deployment" && object.metadata.name === "cert-manager");
    return controller?.spec.template.spec.containers[0]?.args ?? assert.fail();
  }

  it("asks the DNS servers of the site file whether a record is there, where the site has some", async () => {
    const args = await argumentsOf("platform.certificates(acme).solver: rfc2136");
    assert.ok(args.includes("--dns01-recursive-nameservers=198.51.100.54:53"), args.join(" "));
    assert.ok(args.includes("--dns01-recursive-nameservers-only=true"), args.join(" "));
    for (const title of ["platform.certificates(acme).solver: http01", "platform.certificates: internal"])
      assert.doesNotMatch((await argumentsOf(title)).join(" "), /dns01/);
  });
});

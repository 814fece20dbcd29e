import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import type { AlertmanagerConfig, PrometheusStackValues } from "#af/components/charts/kube-prometheus-stack";
import { partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { schemaFolder } from "#af/tools/schemas/folder";
import { AMTOOL } from "#af/sandbox/tools/tool";
import { requireBuilt } from "../../support/built-program";
import { siteConfig, SITES } from "../../support/site-config";
import { KINDS, settingsOfKind } from "../../support/site-kinds";
import { asRecord } from "../../stacks/written";

type Config = Record<string, unknown>;

/** What the chart's own configuration has beside ours, as far as it decides who is told. */
const WATCHDOG = { receiver: "null", matchers: ['alertname = "Watchdog"'] };

const configOf = (config: Config): AlertmanagerConfig | undefined =>
  (partsOf(parseSite(config, "a test")).monitoring.stack?.releases["chart"]?.values as PrometheusStackValues | undefined)?.alertmanager
    .config;

describe("Alertmanager's configuration, read by amtool", function () {
  this.timeout(700_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-alerts-"));
  const file = path.join(folder, "alertmanager.yaml");
  let amtool: string;

  before(async function () {
    amtool = await requireBuilt(this, AMTOOL);
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** What amtool prints about a configuration; `status` is not 0 if it refuses it. */
  function ask(config: unknown, ...args: readonly string[]): { readonly status: number | null; readonly said: string } {
    fs.writeFileSync(file, stringify(config));
    const { status, stdout, stderr } = spawnSync(amtool, [...args], { encoding: "utf8" });
    return { status, said: `${stdout}${stderr}`.trim() };
  }
  const check = (config: unknown) => ask(config, "check-config", file);
  const told = (config: unknown, ...labels: readonly string[]) =>
    ask(config, "config", "routes", "test", `--config.file=${file}`, ...labels).said;

  /** The configuration as Helm makes it of the chart's own, where that is at hand, and of ours. */
  function whole(config: AlertmanagerConfig): object {
    const schemas = schemaFolder();
    if ("missing" in schemas) return { ...config, route: { ...config.route, routes: [WATCHDOG] } };
    const values: unknown = parse(fs.readFileSync(path.join(schemas.charts, "kube-prometheus-stack", "values.yaml"), "utf8"));
    const { templates: _, ...own } = asRecord(asRecord(asRecord(values)["alertmanager"])["config"]);
    return { ...own, ...config, route: { ...asRecord(own["route"]), ...config.route } };
  }

  it("is taken for every site and every kind of site, and tells the operators of all but the alert that always fires", async () => {
    const configs = [...SITES.map(siteConfig), ...(await Promise.all(Object.keys(KINDS).map(settingsOfKind)))];
    const given = configs.flatMap((config) => configOf(config) ?? []);
    assert.ok(given.length > 0);
    for (const config of given) {
      const { status, said } = check(whole(config));
      assert.equal(status, 0, said);
      assert.equal(told(whole(config), "alertname=CephHealthError", "severity=critical", "namespace=rook-ceph"), "operators");
      assert.equal(told(whole(config), "alertname=Watchdog", "severity=none"), "null");
    }
  });

  it("would be refused with a key, a receiver or a relay that is none", async () => {
    const config = configOf(await settingsOfKind("monitoring(stack).alerts: email")) ?? assert.fail();
    const wrong = [
      { ...config, surprise: 1 },
      { ...config, route: { receiver: "nobody" } },
      { ...config, receivers: config.receivers.map((each) => ({ ...each, email_configs: [{ to: "a@example.edu", smarthost: "smtp" }] })) },
    ];
    for (const each of wrong) assert.notEqual(check(each).status, 0, JSON.stringify(each));
  });
});

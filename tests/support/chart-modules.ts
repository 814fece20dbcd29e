import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { findChart } from "#af/components/charts/catalogue";
import type { Chart } from "#af/components/charts/chart";
import { archiveOf } from "#af/sandbox/tools/charts/pull";
import { type GoModule, requireModule } from "./go-module";

const run = promisify(execFile);

/** Where the source of a chart is. */
interface ChartModule {
  readonly from: GoModule;
  readonly folder: string;
  /** Charts below `charts`, which a module lacks where its repository has a link there or names another repository. */
  readonly within?: Readonly<Record<string, { readonly from: GoModule; readonly folder: string; readonly version?: string }>>;
}

const ROOK = { name: "github.com/rook/rook", version: "v1.20.6" };
/** The checksum database answered for this version that it is not found, so its sum is held here. */
const CEPH_CSI_OPERATOR = {
  name: "github.com/ceph/ceph-csi-operator",
  version: "v1.0.4",
  sum: "h1:AA0n6tCCv9oi6yY2UL4EJbiwLqDb76hUcDt5o1ptJf4=",
};

/** The charts of the catalogue whose repository is a Go module, so that a registry has their source. */
export const CHART_MODULES = {
  "ceph-csi-drivers": { from: CEPH_CSI_OPERATOR, folder: "deploy/charts/ceph-csi-drivers" },
  "cert-manager": { from: { name: "github.com/cert-manager/cert-manager", version: "v1.21.2" }, folder: "deploy/charts/cert-manager" },
  metallb: { from: { name: "go.universe.tf/metallb", version: "v0.16.2" }, folder: "charts/metallb" },
  "rook-ceph": {
    from: ROOK,
    folder: "deploy/charts/rook-ceph",
    within: {
      library: { from: ROOK, folder: "deploy/charts/library" },
      "ceph-csi-operator": { from: CEPH_CSI_OPERATOR, folder: "deploy/charts/ceph-csi-operator", version: "1.0.4" },
    },
  },
} as const satisfies Readonly<Record<string, ChartModule>>;

/** The name of such a chart. */
export type ModuleChart = keyof typeof CHART_MODULES;

/**
 * Copies the source of a chart into a folder, where it may be changed; the suite is skipped with the reason where a registry does not have it.
 * @param program path of Helm.
 * @throws if the module's version is not that of the chart in the catalogue.
 */
export async function chartSource(suite: Mocha.Context, name: ModuleChart, program: string, into: string): Promise<string> {
  const { from, folder, within = {} }: ChartModule = CHART_MODULES[name];
  const { version = "" } = findChart(name) ?? {};
  if (from.version.replace(/^v/, "") !== version.replace(/^v/, ""))
    throw new Error(`the module of ${name} is ${from.version}, and the catalogue has ${version}`);
  const source = path.join(into, name);
  await copied(await requireModule(suite, from), folder, source);
  for (const [subchart, part] of Object.entries(within)) {
    const draft = path.join(into, `${name}-${subchart}`);
    await copied(await requireModule(suite, part.from), part.folder, draft);
    const versions = part.version === undefined ? [] : [`--version=${part.version}`, `--app-version=v${part.version}`];
    await run(program, ["package", draft, ...versions, "--destination", path.join(source, "charts")]);
  }
  return source;
}

/** The archive of a chart that is packaged from its source in the version of the catalogue. */
export async function packaged(
  chart: Pick<Chart<unknown>, "name" | "version">,
  source: string,
  program: string,
  into: string,
): Promise<string> {
  const versions = [`--version=${chart.version}`, `--app-version=v${chart.version.replace(/^v/, "")}`];
  await run(program, ["package", source, ...versions, "--destination", into]);
  return path.join(into, archiveOf(chart));
}

async function copied(from: string, folder: string, to: string): Promise<void> {
  fs.cpSync(path.join(from, folder), to, { recursive: true });
  // Go keeps modules read-only.
  await run("chmod", ["-R", "u+w", to]);
}

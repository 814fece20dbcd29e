import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import type { Chart } from "../../components/charts/chart";
import { CommandFailure, UsageError } from "../../terminal/failure";
import { writeWhole } from "../folders";
import { archiveOf } from "../tools/charts/pull";
import { crdsOf, crdSource } from "./crds";
import type { SiteRelease } from "../../stacks/site/releases";
import { chartFiles, type FillRelease } from "./described";

const run = promisify(execFile);

/** A chart that the repository serves, and what it is. */
export interface ServedChart {
  readonly name: string;
  readonly version: string;
  readonly source: "real" | "described";
}

/** What fills a repository. */
export interface RepositoryOptions {
  /** The folder that the repository serves. */
  readonly folder: string;
  readonly releases: readonly SiteRelease[];
  /** Path of Helm. */
  readonly helm: string;
  /** A folder of real charts, as `helm pull` leaves them: `<name>-<version>.tgz`, or the unpacked `<name>/`. */
  readonly charts?: string;
  /** What fills described workloads up; nothing unless given. A chart that it fills is not taken from `charts`. */
  readonly fill?: FillRelease;
}

/**
 * Fills the folder of a chart repository with one archive for each chart of the releases, and an index: the real chart where the folder of
 * charts has it, else one that holds the described workloads. Archives that are right already are left alone.
 * @throws {UsageError} if the folder of charts does not exist.
 * @throws {CommandFailure} in Helm's words if a chart cannot be packed.
 */
export async function fillRepository(options: RepositoryOptions): Promise<readonly ServedChart[]> {
  const { folder, releases, charts, fill } = options;
  if (charts !== undefined && !fs.existsSync(charts)) {
    throw new UsageError(`--charts names ${charts}, which does not exist: give a folder that holds charts as \`helm pull\` leaves them.`);
  }
  fs.mkdirSync(folder, { recursive: true });
  const wanted = [...new Map(releases.map(({ chart }) => [archiveOf(chart), chart])).values()];
  const served = await Promise.all(
    wanted.map(async (chart): Promise<ServedChart & { readonly changed: boolean }> => {
      const isFilled = releases.some((each) => archiveOf(each.chart) === archiveOf(chart) && fill?.(each, []) !== undefined);
      const real = charts === undefined || isFilled ? undefined : realChart(charts, chart);
      const changed = real === undefined ? await packDescribed(options, chart) : await packReal(options, chart, real);
      return { name: chart.name, version: chart.version, source: real === undefined ? "described" : "real", changed };
    }),
  );
  const archives = new Set(wanted.map(archiveOf));
  const stale = fs.readdirSync(folder).filter((entry) => entry.endsWith(".tgz") && !archives.has(entry));
  for (const entry of stale) for (const suffix of ["", ".made"]) fs.rmSync(path.join(folder, `${entry}${suffix}`), { force: true });
  const indexed = fs.existsSync(path.join(folder, "index.yaml"));
  if (!indexed || stale.length > 0 || served.some(({ changed }) => changed)) await helm(options.helm, ["repo", "index", folder]);
  return served.map(({ name, version, source }) => ({ name, version, source }));
}

/** The archive or the unpacked folder of a real chart, with or without a `v` before its version; undefined if there is none. */
function realChart(charts: string, { name, version }: Chart<object>): string | undefined {
  const bare = version.replace(/^v/, "");
  const archives = [version, bare, `v${bare}`].map((each) => path.join(charts, archiveOf({ name, version: each })));
  const archive = archives.find((file) => fs.existsSync(file));
  if (archive !== undefined) return archive;
  const unpacked = path.join(charts, name);
  const chartFile = path.join(unpacked, "Chart.yaml");
  if (!fs.existsSync(chartFile)) return undefined;
  const said = /^version:\s*["']?v?([^\s"']+)/m.exec(fs.readFileSync(chartFile, "utf8"))?.[1];
  if (said !== bare)
    throw new UsageError(`${unpacked} holds ${name} ${said ?? "without a version"}, the site installs ${version}: pull that version.`);
  return unpacked;
}

async function packReal({ folder, helm: program }: RepositoryOptions, chart: Chart<object>, real: string): Promise<boolean> {
  const digest = fs.statSync(real).isDirectory() ? digestOfFolder(real) : digestOf(fs.readFileSync(real));
  return unlessMade(folder, chart, `real ${digest}`, async (draft) => {
    if (fs.statSync(real).isDirectory()) await helm(program, ["package", real, "--destination", draft]);
    else fs.copyFileSync(real, path.join(draft, path.basename(real)));
  });
}

async function packDescribed({ folder, releases, helm: program, fill }: RepositoryOptions, chart: Chart<object>): Promise<boolean> {
  const mine = releases.filter((each) => archiveOf(each.chart) === archiveOf(chart));
  const files = chartFiles(chart, mine, crdsOf(chart.crdGroups, crdSource()), fill);
  return unlessMade(folder, chart, `described ${digestOf(JSON.stringify(files))}`, async (draft) => {
    const root = path.join(draft, chart.name);
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      fs.writeFileSync(path.join(root, name), text);
    }
    await helm(program, ["package", root, "--destination", draft]);
  });
}

/** Makes an archive in a draft folder and puts it into its place, unless the archive there was made of the same. */
async function unlessMade(folder: string, chart: Chart<object>, made: string, make: (draft: string) => Promise<void>): Promise<boolean> {
  const archive = path.join(folder, archiveOf(chart));
  const note = `${archive}.made`;
  if (fs.existsSync(archive) && fs.existsSync(note) && fs.readFileSync(note, "utf8") === made) return false;
  const draft = fs.mkdtempSync(path.join(folder, "draft-"));
  try {
    await make(draft);
    const packed = fs.readdirSync(draft).find((entry) => entry.endsWith(".tgz"));
    if (packed === undefined) throw new CommandFailure(`Helm made no archive of chart ${chart.name}`);
    fs.renameSync(path.join(draft, packed), archive);
    writeWhole(note, made);
    return true;
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

function digestOf(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function digestOfFolder(folder: string): string {
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  return digestOf(names.map((name) => `${path.relative(folder, name)} ${digestOf(fs.readFileSync(name))}`).join("\n"));
}

async function helm(program: string, args: readonly string[]): Promise<void> {
  try {
    await run(program, [...args]);
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim() || String(error);
    throw new CommandFailure(`helm ${args[0] ?? ""} failed: ${said}`);
  }
}

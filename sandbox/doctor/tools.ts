import { officialPlugin } from "../plugins/official";
import { versionOf, WANTED } from "../plugins/install";
import { minutesToBuild } from "../tools/estimate";
import type { PassedOver } from "../tools/executable";
import type { ReleaseLock } from "../tools/releases";
import type { SurveyedTool } from "../tools/survey";
import { publishedVersion } from "../tools/tool";

/** A tool or plugin, and how it would be had. */
export interface Provision {
  readonly name: string;
  readonly version: string;
  readonly how: "use" | "fetch" | "build" | "stand-in";
  /** The file that would be used, or the address that would be fetched. */
  readonly where?: string;
  /** Where it was found, or why it has to be built. */
  readonly why: string;
  /** Minutes that building takes on this machine. */
  readonly minutes?: number;
  readonly passedOver: readonly PassedOver[];
}

/** How each tool would be had. */
export function provisionsOf(surveyed: readonly SurveyedTool[]): readonly Provision[] {
  return surveyed.map(({ tool, decision, passedOver }): Provision => {
    const common = { name: tool.name, version: publishedVersion(tool), passedOver };
    switch (decision.kind) {
      case "use": {
        const { version, path: where, source } = decision.found;
        return { ...common, version, how: "use", where, why: source === "cache" ? "in the cache" : `from ${source}` };
      }
      case "fetch": {
        const { url, digest } = decision.release;
        return {
          ...common,
          how: "fetch",
          where: url,
          why: `official release, digest ${digest} by ${digest === "published" ? "upstream" : "us"}`,
        };
      }
      case "build":
        return { ...common, how: "build", why: decision.why, minutes: minutesToBuild([tool]) };
      default:
        throw new Error(`no such decision: ${JSON.stringify(decision satisfies never)}`);
    }
  });
}

/** How each plugin of Pulumi would be had that is no tool: an installed one, or a stand-in. */
export function pluginsOf(env: Readonly<NodeJS.ProcessEnv> = process.env): readonly Provision[] {
  return WANTED.filter(({ name }) => name !== "kubernetes").map(({ name, kind, sdk }): Provision => {
    const version = versionOf(sdk);
    const { found, passedOver } = officialPlugin(kind, name, version, env);
    const common = { name: `pulumi-${kind}-${name}`, passedOver };
    return found === undefined
      ? { ...common, version: `v${version}`, how: "stand-in", why: "part of the sandbox: upstream has no Go module that builds" }
      : {
          ...{ ...common, version: found.version === undefined ? "of its own" : `v${found.version}`, how: "use" },
          ...{ where: found.path, why: "installed by you" },
        };
  });
}

/** What the lock file of releases allows, in one line. */
export function lockInWords({ written, releases }: ReleaseLock): string {
  return written === null
    ? "The lock file of official releases is not written yet, so nothing is downloaded: Go builds what is missing."
    : `The lock file of official releases was written on ${written} and lists ${releases.length} of them.`;
}

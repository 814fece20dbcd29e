import { stringify } from "yaml";
import type { Site } from "../../stacks/site/schema";
import type { Progress } from "../../terminal/progress";
import { probeCell } from "../cell/cell";
import { assertCanRunPods } from "../control-plane/control-plane";
import { type SiteFolder, writeWhole } from "../folders";
import { authorityFolder, providerIdentity } from "./authority";
import { HUB_PACKAGES, provideEnvironment, USER_PACKAGES } from "./python";
import { sitePrograms } from "./site-programs";
import { loginPlan } from "./users";

/** The map of programs that the command makes by itself. */
export function ownMap(folder: SiteFolder): string {
  return folder.file("live.yaml");
}

/**
 * Installs what stands for the hub's images, and writes the map of programs for a site. The first time it says what it installs.
 * @throws {UsageError} before anything is installed, if this machine cannot run pods as processes.
 * @throws {CommandFailure} if a package cannot be had.
 */
export async function provideLive(folder: SiteFolder, site: Site, progress: Progress, signal: AbortSignal): Promise<string> {
  assertCanRunPods(await probeCell());
  const environment = async (what: string, requirements: string): Promise<string> => {
    let [done, count] = [0, 0];
    const made = await provideEnvironment(
      requirements,
      {
        waiting: (pid) => progress.step(`waiting for process ${pid}, which installs ${what}`),
        begins: (packages, where) => {
          count = packages;
          progress.step(`installing ${what}: ${packages} Python packages into ${where}, the first time only`);
        },
        says: (line) => {
          if (/^Collecting /.test(line))
            progress.reword(`installing ${what}: package ${++done} of ${count}, ${line.replace(/^Collecting (\S+).*/, "$1")}`);
          else if (/^Installing /.test(line)) progress.reword(`installing ${what}: unpacking ${count} packages`);
        },
      },
      signal,
    );
    if (count > 0) progress.done(`installed ${what} (${count} Python packages)`);
    return made;
  };
  const hub = await environment("JupyterHub", HUB_PACKAGES);
  const user = await environment("JupyterLab and Dask", USER_PACKAGES);
  folder.create();
  await providerIdentity(folder, loginPlan(site.hub));
  const network = { pods: site.site.kubernetes.podCidr, services: site.site.kubernetes.serviceCidr };
  const map = ownMap(folder);
  writeWhole(map, stringify(sitePrograms(site, network, { hub, user, authority: authorityFolder(folder) })));
  return map;
}

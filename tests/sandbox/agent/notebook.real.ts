import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { SAMPLE } from "#af/sandbox/live/data-server";
import { openHub, type OpenHub } from "#af/sandbox/live/open";
import { hubRelease } from "#af/sandbox/live/site-programs";
import { onPath } from "#af/sandbox/tools/executable";
import { projectFolder, siteFile } from "#af/stacks/site/project";
import { SNI_SITE, subjectOf } from "../../components/hub/subjects";
import { requirePrograms } from "../../support/programs";
import { siteConfig } from "../../support/site-config";
import { skipped } from "../../support/skipped";
import { visit, type Visited } from "./browser";
import { hubMapOrSkip, startHub, surroundings } from "./live-hub";
import { liveToolsOrSkip, LiveSandbox } from "./live-pods";

/** Where pictures of what the browser saw are kept, which no commit has. */
const PICTURES = path.join(projectFolder(), "node_modules", ".cache", "live-hub");

/** Reads a file at the address that the server's environment names. */
const READ = `masses = !xrdcp -s root://$XCACHE_HOST:$XCACHE_PORT/${SAMPLE} -
print(len(masses), "events read from the cache")`;

/** A cluster in the server itself, as its image has nothing else on a machine without a batch system. */
const DASK = `import numpy
from distributed import Client, LocalCluster

def histogram(part):
    return numpy.histogram(part, bins=20, range=(71, 111))[0]

cluster = LocalCluster(n_workers=2, processes=False, dashboard_address=":8787")
client = Client(cluster)
parts = numpy.array_split([float(mass) for mass in masses], 40)
counts = sum(client.gather(client.map(histogram, parts)))
for low, count in zip(range(71, 111, 2), counts):
    print(f"{low:4} GeV {count:6} " + "█" * int(count // 100))
print("the sum is", counts.sum(), "on", len(client.scheduler_info()["workers"]), "workers")`;

/*
 * The hub of a site as `up --live` runs it: the same map of programs, the same chart, the same provider and the same door, without the rest
 * of the facility, which takes minutes to come up. What the rest gives the hub is made here.
 */
describe("a hub that a real browser opens", function () {
  this.timeout(900_000);
  const subject = subjectOf(SNI_SITE, siteConfig(SNI_SITE));
  const sandbox = new LiveSandbox(SNI_SITE);
  const { namespace } = hubRelease(subject.site);
  let hub: OpenHub | undefined;
  let visited: Visited;

  before(async function () {
    const tools = await liveToolsOrSkip(this);
    const chromium = ["chromium", "chromium-browser", "google-chrome"].map((name) => onPath(name)).find((found) => found !== undefined);
    if (chromium === undefined) return skipped(this, "no chromium on PATH");
    requirePrograms(this, "xrootd", "xrdcp");
    const map = await hubMapOrSkip(this, sandbox, subject.site);
    const controlPlane = await startHub(sandbox, subject, { tools, map, surrounds: await surroundings(subject) });
    try {
      hub = await openHub(controlPlane, sandbox.folder, subject.site, siteFile(SNI_SITE));
      fs.mkdirSync(PICTURES, { recursive: true });
      const cells = [
        { code: READ, prints: /events read/ },
        { code: DASK, prints: /the sum is/ },
      ];
      visited = await visit({ chromium, url: hub.url, user: "ada", cells, pictures: PICTURES });
    } catch (error) {
      assert.fail(`${(error as Error).message}\n${await sandbox.account(namespace)}`);
    }
    console.log(`      pictures in ${PICTURES}`);
    // The README's picture: AF_PICTURE=docs/images/notebook.png npx mocha tests/sandbox/agent/notebook.real.ts
    const wanted = process.env["AF_PICTURE"];
    if (wanted !== undefined) fs.copyFileSync(path.join(PICTURES, "4-notebook.png"), wanted);
  });
  after(async () => {
    hub?.close();
    await sandbox.remove();
  });

  it("sends the user to the provider and takes the user back", () => {
    assert.notEqual(visited.provider, hub?.url);
    assert.match(visited.user, /^ada\b/);
  });

  it("starts a notebook whose cell reads a file at the address of the site's cache", () => {
    assert.match(visited.outputs[0] ?? "", /^\s*20000 events read from the cache\s*$/);
  });

  it("computes with Dask", () => {
    assert.match(visited.outputs[1] ?? "", /the sum is 1\d{4} on 2 workers\s*$/);
  });

  it("shows the cluster's dashboard below the user's own address", () => {
    assert.equal(visited.dashboard, `${hub?.url}/user/${visited.user}/proxy/8787/status`);
    assert.match(visited.dashboardText, /Dask|Task Stream|Bytes Stored/i);
  });

  it("keeps what the user wrote, in the folder of the claim", () => {
    const claims = sandbox.folder.file("live/claims");
    const found = fs
      .readdirSync(claims, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ipynb") && !file.includes("checkpoint"));
    assert.equal(found.length, 1, found.join());
    assert.match(fs.readFileSync(path.join(claims, found[0] ?? ""), "utf8"), /the sum is 1\d{4} on 2 workers/);
  });
});

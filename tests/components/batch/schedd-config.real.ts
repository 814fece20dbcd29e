import assert from "node:assert/strict";
import * as path from "node:path";
import { condorEnvironment } from "#af/components/batch/settings";
import { partsOf } from "#af/stacks/site/parts";
import type { Site } from "#af/stacks/site/schema";
import { readSite } from "#af/stacks/site/read";
import { pythonEnvironment } from "../../support/python";

const PYTHON = path.resolve(__dirname, "python");

/**
 * What the image's own files set before ours is read
 * (https://github.com/htcondor/htcondor/tree/main/build/docker/services/base/condor).
 */
const IMAGE = {
  "01-env.conf": "CONDOR_HOST=$(FULL_HOSTNAME)\nUSE_POOL_PASSWORD=no\n",
  "01-role.conf": "use ROLE : Submit\n",
  "01-security.conf": [
    "use SECURITY : With_Authentication",
    "use SECURITY : Host_Based",
    "ALLOW_ADMINISTRATOR = root@$(FULL_HOSTNAME) condor@$(FULL_HOSTNAME) $(ALLOW_ADMINISTRATOR)",
    "ALLOW_READ = *",
    "SEC_READ_AUTHENTICATION = OPTIONAL",
    "",
  ].join("\n"),
};

const OWN = "99-facility.conf";

interface Answer {
  readonly values: Readonly<Record<string, string>>;
  readonly unknown: readonly string[];
  readonly unexpanded: readonly string[];
  readonly account: Readonly<Record<string, string>>;
  readonly found: boolean;
}

function configOf(site: Site): string {
  const { config } = partsOf(site).batch.schedd?.objects ?? {};
  return (config?.["data"] as Record<string, string> | undefined)?.[OWN] ?? assert.fail("no schedd");
}

describe("The access point's configuration, read by HTCondor's own parser between the image's files", function () {
  this.timeout(300_000);
  let read: (text: string, site: Site) => Promise<Answer>;

  before(async function () {
    const environment = await pythonEnvironment(this, path.join(PYTHON, "htcondor.txt"));
    read = async (text, site) => {
      const given = { files: { ...IMAGE, [OWN]: text }, own: OWN, environment: condorEnvironment(site.batch) };
      return (await environment.ask(path.join(PYTHON, "reads_config.py"), given)) as Answer;
    };
  });

  it("every knob is known, every macro expands, clients find the ad, and each person has an own account", async () => {
    const site = readSite("unl");
    const { values, unknown, unexpanded, account, found } = await read(configOf(site), site);
    assert.deepEqual({ unknown, unexpanded, found }, { unknown: [], unexpanded: [], found: true });
    assert.deepEqual(account, { AcctGroup: "facility", AcctGroupUser: "alice", AccountingGroup: "facility.alice" });
    for (const [knob, meant] of Object.entries({
      SCHEDD_NAME: "af@schedd.coffea.casa",
      TRUST_DOMAIN: "unl.edu",
      SEC_READ_AUTHENTICATION: "REQUIRED",
      ALLOW_READ: "*@unl.edu",
      ALLOW_ADMINISTRATOR: "root@unl.edu condor@unl.edu",
      SHUTDOWN_FAST_TIMEOUT: "60",
    }))
      assert.equal(values[knob], meant, knob);
  });

  it("names a knob that nobody reads, and does not find an access point of another name", async () => {
    const site = readSite("unl");
    const { unknown, found } = await read(configOf(site).replace("SCHEDD_NAME = af@", "MAX_JOBS_RUNING = 5\nSCHEDD_NAME = other@"), site);
    assert.deepEqual({ unknown, found }, { unknown: ["MAX_JOBS_RUNING"], found: false });
  });
});

import assert from "node:assert/strict";
import * as path from "node:path";
import type { V1PodSpec } from "@kubernetes/client-node";
import { condorEnvironment } from "#af/components/batch/settings";
import { partsOf } from "#af/stacks/site/parts";
import type { Site } from "#af/stacks/site/schema";
import { readSite } from "#af/stacks/site/read";
import { pythonEnvironment } from "../../support/python";
import { configOf, IMAGE, MAIN, OWN } from "./image-files";

const PYTHON = path.resolve(__dirname, "python");

/** Knobs of ours that are numbers; HTCondor reads a text for one as 0. */
const NUMBERS = ["MAX_JOBS_PER_OWNER", "MAX_JOBS_RUNNING", "SHARED_PORT_PORT", "SHUTDOWN_FAST_TIMEOUT", "SHUTDOWN_GRACEFUL_TIMEOUT"];

/** Knobs that name what a daemon of an access point writes. */
const WRITTEN = [
  ...["JOB_QUEUE_LOG", "HISTORY", "SCHEDD_ADDRESS_FILE", "SCHEDD_DAEMON_AD_FILE", "LOCAL_UNIV_EXECUTE"],
  ...["MASTER_ADDRESS_FILE", "MASTER_LOG", "SCHEDD_LOG", "SHARED_PORT_LOG", "SHARED_PORT_DAEMON_AD_FILE", "SHADOW_LOCK", "PROCD_ADDRESS"],
];

/** The folder that the package gives to the user condor, beside those of the spool and of jobs (https://github.com/htcondor/htcondor/blob/main/build/packaging/rpm/condor.spec). */
const LOGS = "/var/log/condor";

interface Answer {
  readonly values: Readonly<Record<string, string>>;
  readonly unknown: readonly string[];
  readonly unexpanded: readonly string[];
  readonly account: Readonly<Record<string, string>>;
  readonly found: boolean;
  readonly expressions: Readonly<Record<string, string>>;
  readonly written: Readonly<Record<string, string>>;
}

function podOf(site: Site): V1PodSpec {
  const { set } = partsOf(site).batch.schedd?.objects ?? {};
  return (set as { spec: { template: { spec: V1PodSpec } } } | undefined)?.spec.template.spec ?? assert.fail("no schedd");
}

describe("The access point's configuration, read by HTCondor's own parser between the image's files", function () {
  this.timeout(600_000);
  let read: (text: string, site: Site, variables?: Readonly<Record<string, string>>) => Promise<Answer>;

  before(async function () {
    const environment = await pythonEnvironment(this, path.join(PYTHON, "htcondor.txt"));
    read = async (text, site, variables = {}) => {
      const given = {
        main: MAIN,
        files: { ...IMAGE, [OWN]: text },
        own: OWN,
        environment: { ...condorEnvironment(site.batch), ...variables },
        written: WRITTEN,
      };
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

  it("numbers are numbers, conditions are expressions, and what the daemons write is in a folder that is theirs", async () => {
    const site = readSite("unl");
    const { values, expressions, written } = await read(configOf(site), site);
    assert.deepEqual(expressions, { START_LOCAL_UNIVERSE: "False", START_SCHEDULER_UNIVERSE: "False" });
    for (const knob of NUMBERS) assert.ok(Number(values[knob]) > 0, `${knob}: ${values[knob]}`);
    const folders = (podOf(site).containers[0]?.volumeMounts ?? []).filter(({ readOnly }) => !readOnly).map(({ mountPath }) => mountPath);
    // The package's /var/run is a link to /run.
    const strays = Object.entries(written).filter(
      ([, file]) => ![...folders, LOGS].some((folder) => file.replace(/^\/var\/run\//, "/run/").startsWith(`${folder}/`)),
    );
    assert.equal(Object.keys(written).length, WRITTEN.length);
    assert.deepEqual(strays, []);
  });

  it("says what is wrong with a condition and with a number", async () => {
    const site = readSite("unl");
    const text = configOf(site)
      .replace("START_LOCAL_UNIVERSE = False", "START_LOCAL_UNIVERSE = > 0 &&")
      .replace(/(MAX_JOBS_RUNNING = ).*/, "$1many");
    const { values, expressions } = await read(text, site);
    assert.match(expressions["START_LOCAL_UNIVERSE"] ?? "", /^no expression/);
    assert.equal(values["MAX_JOBS_RUNNING"], "0");
  });

  it("names a variable of clients whose knob nobody reads", async () => {
    const site = readSite("unl");
    const { unknown } = await read(configOf(site), site, { _CONDOR_SCHED_HOST: "af@schedd.example.edu" });
    assert.deepEqual(unknown, ["SCHED_HOST"]);
  });

  it("names a knob that nobody reads, and does not find an access point of another name", async () => {
    const site = readSite("unl");
    const { unknown, found } = await read(configOf(site).replace("SCHEDD_NAME = af@", "MAX_JOBS_RUNING = 5\nSCHEDD_NAME = other@"), site);
    assert.deepEqual({ unknown, found }, { unknown: ["MAX_JOBS_RUNING"], found: false });
  });
});

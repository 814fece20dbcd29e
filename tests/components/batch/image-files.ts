import assert from "node:assert/strict";
import { partsOf } from "#af/stacks/site/parts";
import type { Site } from "#af/stacks/site/schema";

/**
 * What the package's main file says (https://github.com/htcondor/htcondor/blob/main/src/condor_examples/condor_config.generic.rpm.patch).
 */
export const MAIN = [
  "RELEASE_DIR = /usr",
  "LOCAL_DIR = /var",
  "REQUIRE_LOCAL_CONFIG_FILE = false",
  "LOCAL_CONFIG_FILE = /etc/condor/condor_config.local",
  "RUN = $(LOCAL_DIR)/run/condor",
  "LOG = $(LOCAL_DIR)/log/condor",
  "LOCK = $(LOCAL_DIR)/lock/condor",
  "SPOOL = $(LOCAL_DIR)/lib/condor/spool",
  "EXECUTE = $(LOCAL_DIR)/lib/condor/execute",
  "",
].join("\n");

/**
 * What the package and the image set before our file is read, which is last by its name
 * (https://github.com/htcondor/htcondor/blob/main/src/condor_examples/00-security,
 * https://github.com/htcondor/htcondor/tree/main/build/docker/services). The image's start, which would add files, does not run.
 */
export const IMAGE = {
  "00-security": "if version >= 23.10.0\n  use security:recommended\nelse\n  use security:recommended_v9_0\nendif\n",
  "01-misc.conf": "ENABLE_KERNEL_TUNING=False\n",
  "01-role.conf": "use ROLE : Submit\n",
  "01-security.conf": [
    "use SECURITY : With_Authentication",
    "use SECURITY : Host_Based",
    "ALLOW_ADMINISTRATOR = root@$(FULL_HOSTNAME) condor@$(FULL_HOSTNAME) $(ALLOW_ADMINISTRATOR)",
    "SEC_DEFAULT_AUTHENTICATION_METHODS = FS, IDTOKENS",
    "if $(USE_POOL_PASSWORD:no)",
    "  SEC_DEFAULT_AUTHENTICATION_METHODS = $(SEC_DEFAULT_AUTHENTICATION_METHODS), PASSWORD",
    "endif",
    "ALLOW_READ = *",
    "SEC_READ_AUTHENTICATION = OPTIONAL",
    ...["MASTER", "STARTD", "SCHEDD"].map(
      (daemon) => `ALLOW_ADVERTISE_${daemon} = $(ALLOW_ADVERTISE_${daemon}) $(ALLOW_WRITE_COLLECTOR) x@example.net`,
    ),
    "",
  ].join("\n"),
};

/** The file of ours. */
export const OWN = "99-facility.conf";

/** What our file says for a site. */
export function configOf(site: Site): string {
  const { config } = partsOf(site).batch.schedd?.objects ?? {};
  return (config?.["data"] as Record<string, string> | undefined)?.[OWN] ?? assert.fail("no schedd");
}

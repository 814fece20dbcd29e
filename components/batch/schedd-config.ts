import { CONDOR_PORT } from "./ports";
import type { DedicatedSchedd, HTCondor } from "./settings";

/**
 * Configuration of the access point, read after the image's own files. Lines with `use` come first, because a template overwrites what a
 * knob above it says (https://htcondor.readthedocs.io/en/latest/admin-manual/introduction-to-configuration.html).
 */
export function scheddConfig({ pool }: HTCondor, { name, address, limits, trustDomain = pool.uidDomain }: DedicatedSchedd): string {
  return [
    "use security:recommended",
    "DAEMON_LIST = MASTER, SCHEDD, SHARED_PORT",
    `CONDOR_HOST = ${pool.collector}`,
    `SCHEDD_NAME = ${name}`,
    `UID_DOMAIN = ${pool.uidDomain}`,
    `TRUST_DOMAIN = ${trustDomain}`,
    "SEC_DEFAULT_AUTHENTICATION_METHODS = FS, IDTOKENS",
    "SEC_DEFAULT_ENCRYPTION = REQUIRED",
    "SEC_DEFAULT_INTEGRITY = REQUIRED",
    // A key of the facility's own: the pool's never enters Kubernetes.
    "SEC_TOKEN_ISSUER_KEY = facility",
    `SHARED_PORT_PORT = ${CONDOR_PORT}`,
    `TCP_FORWARDING_HOST = ${address}`,
    // By identity, never by host: behind a load balancer the source is the forwarder.
    `ALLOW_READ = *@${trustDomain}`,
    `ALLOW_WRITE = *@${trustDomain}`,
    `ALLOW_DAEMON = condor@${trustDomain}`,
    `ALLOW_ADMINISTRATOR = condor@${trustDomain}`,
    `ALLOW_NEGOTIATOR_SCHEDD = condor@${trustDomain}`,
    `MAX_JOBS_RUNNING = ${limits.jobsRunning}`,
    `MAX_JOBS_PER_OWNER = ${limits.jobsPerOwner}`,
    // Fair share by person, set here and not by the client.
    "JOB_TRANSFORM_NAMES = $(JOB_TRANSFORM_NAMES) Accounting",
    "JOB_TRANSFORM_Accounting @=end",
    "  REQUIREMENTS true",
    '  EVALSET AccountingGroup strcat("facility.", Owner)',
    "@end",
    "",
  ].join("\n");
}

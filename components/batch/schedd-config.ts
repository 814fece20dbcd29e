import { CONDOR_PORT } from "./ports";
import type { DedicatedSchedd, HTCondor } from "./settings";

/**
 * Configuration of the access point, which the daemons read after the image's own files. Lines with `use` come first, because a template
 * overwrites variables set above it (https://htcondor.readthedocs.io/en/latest/admin-manual/introduction-to-configuration.html).
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
    // The facility signs tokens with a key of its own, so that the pool's key never enters Kubernetes.
    "SEC_TOKEN_ISSUER_KEY = facility",
    `SHARED_PORT_PORT = ${CONDOR_PORT}`,
    `TCP_FORWARDING_HOST = ${address}`,
    // These rules name identities and no hosts, because connections through a load balancer may come from the address of a forwarder.
    `ALLOW_READ = *@${trustDomain}`,
    `ALLOW_WRITE = *@${trustDomain}`,
    `ALLOW_DAEMON = condor@${trustDomain}`,
    `ALLOW_ADMINISTRATOR = condor@${trustDomain}`,
    `ALLOW_NEGOTIATOR_SCHEDD = condor@${trustDomain}`,
    `MAX_JOBS_RUNNING = ${limits.jobsRunning}`,
    `MAX_JOBS_PER_OWNER = ${limits.jobsPerOwner}`,
    // The access point sets the accounting group by the job's owner, so that no client can claim the share of another person.
    "JOB_TRANSFORM_NAMES = $(JOB_TRANSFORM_NAMES) Accounting",
    "JOB_TRANSFORM_Accounting @=end",
    "  REQUIREMENTS true",
    '  EVALSET AccountingGroup strcat("facility.", Owner)',
    "@end",
    "",
  ].join("\n");
}

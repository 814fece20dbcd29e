import { CONDOR_PORT } from "./ports";
import { SECRETS_FOLDER, SHUTDOWN_SECONDS } from "./schedd-places";
import { TOKEN_HOURS, type DedicatedSchedd, type HTCondor } from "./settings";

/**
 * Configuration of the access point, which the daemons read after the image's own files. Lines with `use` come first, because a template
 * overwrites variables set above it (https://htcondor.readthedocs.io/en/latest/admin-manual/introduction-to-configuration.html).
 *
 * The daemons run as the user condor, because a schedd that runs as root refuses the job of a person who has no account in its pod. So each
 * job has the authenticated person as its owner, though nobody has an account (https://htcondor.readthedocs.io/en/latest/admin-manual/security.html,
 * Running HTCondor as Non-Root). Shadows of all persons then run as one user, and must be kept away from keys and from files of others.
 */
export function scheddConfig(
  { pool }: HTCondor,
  { name, address, limits, signingKey, trustDomain = pool.uidDomain }: DedicatedSchedd,
): string {
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
    // The template and the image make it optional for reading. Two ends for which it is optional do not authenticate, and ALLOW_READ below
    // admits nobody who did not.
    "SEC_READ_AUTHENTICATION = REQUIRED",
    // The facility signs tokens with a key of its own, so that the pool's key never enters Kubernetes. Every key in the folder below checks
    // tokens, by the id in their header.
    `SEC_TOKEN_ISSUER_KEY = ${signingKey.id}`,
    `SEC_PASSWORD_DIRECTORY = ${SECRETS_FOLDER}/keys`,
    `SEC_TOKEN_SYSTEM_DIRECTORY = ${SECRETS_FOLDER}/tokens`,
    // Seconds. Only the hub issues users' tokens, and none lives longer. A token of condor_token_create that names a later end, or none, ends with them.
    `SEC_TOKEN_MAX_AGE = ${TOKEN_HOURS * 3600}`,
    // A daemon that has a key signs a new token for whoever has a token, and approves a user's request for one of the user's own. Such a token has another id,
    // so that it lives on when the first is revoked (https://github.com/htcondor/htcondor/blob/main/src/condor_daemon_core.V6/daemon_core_main.cpp,
    // handle_dc_session_token, handle_dc_approve_token_request, handle_dc_exchange_scitoken).
    "SEC_ENABLE_TOKEN_FETCH = False",
    "SEC_ENABLE_TOKEN_REQUEST = False",
    "SEC_ENABLE_SCITOKEN_EXCHANGE = False",
    `SHARED_PORT_PORT = ${CONDOR_PORT}`,
    `TCP_FORWARDING_HOST = ${address}`,
    // These rules name identities and no hosts, because connections through a load balancer may come from the address of a forwarder. The
    // identity of a person or of a daemon ends with UID_DOMAIN, also where TRUST_DOMAIN is another one.
    "ALLOW_READ = *@$(UID_DOMAIN)",
    "ALLOW_WRITE = *@$(UID_DOMAIN)",
    "ALLOW_DAEMON = condor@$(UID_DOMAIN)",
    // HTCondor's default admits root and the daemons' own user. A command in the pod authenticates as one of them by FS.
    "ALLOW_ADMINISTRATOR = root@$(UID_DOMAIN) condor@$(UID_DOMAIN)",
    "ALLOW_NEGOTIATOR = condor@$(UID_DOMAIN)",
    "ALLOW_NEGOTIATOR_SCHEDD = condor@$(UID_DOMAIN)",
    `MAX_JOBS_RUNNING = ${limits.jobsRunning}`,
    `MAX_JOBS_PER_OWNER = ${limits.jobsPerOwner}`,
    // Jobs of these universes run in this pod, as the user of the daemons.
    "START_LOCAL_UNIVERSE = False",
    "START_SCHEDULER_UNIVERSE = False",
    // A shadow reads and writes in the spool of its own job alone: HTCondor adds that folder to the list, and no list would mean everything.
    `LIMIT_DIRECTORY_ACCESS = ${SECRETS_FOLDER}/nothing`,
    // Seconds until a daemon that does not end is killed: at SIGQUIT, and at SIGTERM.
    `SHUTDOWN_FAST_TIMEOUT = ${SHUTDOWN_SECONDS.fast}`,
    `SHUTDOWN_GRACEFUL_TIMEOUT = ${SHUTDOWN_SECONDS.graceful}`,
    // The access point sets the accounting group by the authenticated owner of the job, and nobody changes it later, so that no client can
    // claim the share of another person.
    "IMMUTABLE_JOB_ATTRS = $(IMMUTABLE_JOB_ATTRS) AccountingGroup AcctGroup AcctGroupUser",
    "JOB_TRANSFORM_NAMES = $(JOB_TRANSFORM_NAMES) Accounting",
    "JOB_TRANSFORM_Accounting @=end",
    "  REQUIREMENTS true",
    '  EVALSET AcctGroup "facility"',
    "  EVALSET AcctGroupUser Owner",
    '  EVALSET AccountingGroup strcat("facility.", Owner)',
    "@end",
    "",
  ].join("\n");
}

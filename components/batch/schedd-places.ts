/**
 * Uid and gid of the user condor in the images
 * (https://github.com/htcondor/htcondor/blob/main/build/packaging/rpm/condor.sysusers.conf).
 */
export const CONDOR_ID = 64;

/** Folder in the pod with the copies of the key and of the token, which the daemons read. */
export const SECRETS_FOLDER = "/run/facility";

/**
 * Seconds that a stop of the access point may take, all chosen by us. At SIGQUIT, which is `fast`, the schedd kills its shadows at once, and
 * the jobs run on within their lease; at SIGTERM, which is `graceful`, it would first end every job
 * (https://htcondor.readthedocs.io/en/latest/admin-manual/installation-startup-shutdown-reconfiguration.html). So the schedd is stopped by
 * SIGQUIT, and only then the kubelet sends SIGTERM to the master, which has no job any more.
 */
export const SHUTDOWN_SECONDS = { fast: 60, wait: 90, graceful: 20, spare: 10 } as const;

/** Seconds from the begin of a stop until the kubelet kills: the waiting for the schedd, and the master's own end. */
export const GRACE_SECONDS = SHUTDOWN_SECONDS.wait + SHUTDOWN_SECONDS.graceful + SHUTDOWN_SECONDS.spare;

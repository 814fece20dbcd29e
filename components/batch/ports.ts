/**
 * The one port of HTCondor: an access point's shared_port daemon and a collector both listen on it
 * (https://htcondor.readthedocs.io/en/latest/admin-manual/networking.html).
 */
export const CONDOR_PORT = 9618;

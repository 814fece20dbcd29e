/**
 * TCP port of HTCondor, on which both an access point's shared_port daemon and a collector listen
 * (https://htcondor.readthedocs.io/en/latest/admin-manual/networking.html).
 */
export const CONDOR_PORT = 9618;

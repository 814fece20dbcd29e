import { CMSD_PORT, XCACHE_PORT } from "./ports";
import type { XCacheSettings } from "./settings";
import { LINK_CERTIFICATE } from "./xcache-start";
import { exported, supervised, TLS_DIRECTIVES } from "./xrootd-directives";

/**
 * Configuration of the redirector's two daemons: XRootD, to which clients connect, and cmsd, to which caches subscribe
 * (https://xrootd.org/doc/dev56/cms_config.htm). Clients show their token to the cache, not to the redirector.
 * @param exportedPaths paths that clients may read.
 */
export function redirectorConfig({ servers = [] }: XCacheSettings, exportedPaths: readonly string[]): string {
  return [
    "set me = $HOSTNAME",
    "all.role manager",
    `all.manager $me:${CMSD_PORT}`,
    ...exported(exportedPaths, "r/o"),
    // Clients are sent to names, of pods too, whose addresses are private and may change.
    "xrd.network rpipa dyndns",
    "if exec cmsd",
    `xrd.port ${CMSD_PORT}`,
    // A cache whose name is not known yet is refused, and tries again, because clients could not be sent to its bare address.
    "xrd.allow host localhost",
    "xrd.allow host $me",
    ...servers.map(({ host }) => `xrd.allow host ${host}`),
    // A second cache would fetch a second copy (https://github.com/opensciencegrid/xcache/blob/master/configs/xcache-redir).
    "cms.sched maxretries 0 nomultisrc space 100 fuzz 5",
    // We chose them, in seconds: caches subscribe within a few after a start of the redirector, and answer within one whether they have a file. Clients
    // wait for a cache that is away and has their file until it is dropped, for XRootD's own ten minutes if nothing is said.
    "cms.delay startup 15 lookup 1 drop 10",
    "else",
    `xrd.port ${XCACHE_PORT}`,
    ...TLS_DIRECTIVES,
    "fi",
    "",
  ].join("\n");
}

/** What the image's start runs for the redirector, as root, before its own steps. */
export function redirectorStart(): string {
  return `# Read by the image's start, as root.\n${LINK_CERTIFICATE}`;
}

/**
 * Gives the caches' addresses the names of the site file, for the redirector alone: cmsd asks for the name of the address from which a cache
 * subscribes, and the cluster's DNS knows pods by names that nobody outside can resolve. The kubelet mounts the file, so that it cannot be replaced, and it is
 * written over without being emptied: a daemon that starts meanwhile finds the machine's own name.
 * @param pods each cache's name in the cluster's DNS, and its name of the site file.
 */
export function nameScript(pods: readonly { readonly pod: string; readonly host: string }[]): string {
  return `own=$(grep -v ' # cache$' /etc/hosts)
name() {
  getent ahostsv4 "$1" | cut -d' ' -f1 | sort -u | while read -r address; do echo "$address $2 # cache"; done
}
while :; do
  {
${pods.map(({ pod, host }) => `    name ${pod} ${host}`).join("\n")}
    echo "$own"
  } > /tmp/hosts
  cmp -s /tmp/hosts /etc/hosts || { cat /tmp/hosts 1<> /etc/hosts; truncate -s "$(stat -c %s /tmp/hosts)" /etc/hosts; }
  sleep 2
done
`;
}

/** Files of supervisord, by name: the first takes the place of the image's own, which starts a cache. */
export function redirectorPrograms(): Readonly<Record<string, string>> {
  // With IPv4 alone, because an address that is mapped into IPv6 is found in no host file.
  const started = (program: string): string =>
    `${program} -I v4 -c /etc/xrootd/redirector.cfg -k fifo -n redirector -l /var/log/xrootd/${program}.log`;
  return {
    "10-cms-xcache.conf": supervised("redirector", started("xrootd")),
    "20-cmsd.conf": supervised("cmsd", started("cmsd")),
    "20-names.conf": "[program:names]\ncommand=/bin/bash /usr/local/sbin/name-caches\nautorestart=true\n",
  };
}

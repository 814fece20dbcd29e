import * as fs from "node:fs";
import * as path from "node:path";
import { schemaFolder } from "#af/tools/schemas/folder";
import type { RootFiles } from "./root-folder";

/** What the image of CMS XCache brings (https://github.com/opensciencegrid/docker-xcache), as far as the daemon meets it. */
export interface CacheImage {
  readonly files: RootFiles;
  /** Variables that the image sets. */
  readonly env: Readonly<Record<string, string>>;
}

/** The image, whose own files lie beside the schemas; undefined where they are missing. */
export function cacheImage(): CacheImage | undefined {
  const schemas = schemaFolder();
  if ("missing" in schemas) return undefined;
  const folder = path.join(path.dirname(schemas.crds), "images", "cms-xcache");
  if (!fs.existsSync(folder)) return undefined;
  const below = (from: string, to: string): RootFiles =>
    Object.fromEntries(
      fs.readdirSync(path.join(folder, from)).map((name) => [`${to}/${name}`, fs.readFileSync(path.join(folder, from, name), "utf8")]),
    );
  return {
    files: {
      ...below("xrootd", "etc/xrootd"),
      ...below("config.d", "etc/xrootd/config.d"),
      ...below("supervisord.d", "etc/supervisord.d"),
      ...LINKED,
      ...START,
      "etc/grid-security/xrd/.keep": "",
    },
    env: { XC_ROOTDIR: "/xcache/namespace", XC_NUM_LOGROTATE: "10", XC_FIX_DIR_OWNERS: "yes", XC_IMAGE_NAME: "cms-xcache" },
  };
}

/** Two files that are links to those of another image, which is not beside the schemas: what they say for CMS. */
const LINKED: RootFiles = {
  "etc/xrootd/config.d/40-cms-xcache-plugin.cfg": [
    "if exec xrootd",
    "ofs.osslib libXrdPss.so",
    "pss.cachelib libXrdPfc.so",
    "fi",
    "if exec cmsd",
    "cms.space 0",
    "fi",
    "pss.origin cmsxrootd.fnal.gov:1094",
    "xrd.network keepalive kaparms 10m,1m,5",
    "xrd.timeout idle 60m",
    "pfc.blocksize 512k",
    "pfc.ram 1g",
    "pfc.prefetch 10",
    "pfc.diskusage 0.90 0.95",
    "pfc.writequeue 10 2",
    "",
  ].join("\n"),
  "etc/xrootd/config.d/90-cms-xcache-disks.cfg": "# Comments alone.\n",
};

/** What a step of the image's start gives to supervisord where XC_LOCAL_REDIRECTORS is set. */
export const CMSD_PROGRAM = [
  "[program:xcache-cmsd]",
  "command=cmsd -c /etc/xrootd/xrootd-%(ENV_XC_IMAGE_NAME)s.cfg -k fifo -n %(ENV_XC_IMAGE_NAME)s -l /var/log/xrootd/cmsd.log",
  "user=xrootd",
  "",
].join("\n");

/** Steps of the image's start, by the names under which it runs them, in their order. */
const START: RootFiles = {
  "etc/osg/image-init.d/10-disable-osg-monitoring.sh":
    '[ -z "$DISABLE_OSG_MONITORING" ] || echo "set DisableOsgMonitoring = $DISABLE_OSG_MONITORING" >> /etc/xrootd/config.d/10-docker-env-var.cfg\n',
  "etc/osg/image-init.d/10-single-host-disk.sh": [
    '[ "$XC_ROOTDIR" = /xcache/namespace ] || return',
    'mkdir -p "$XC_ROOTDIR"',
    "printf '%s\\n' 'pfc.spaces data meta' 'oss.space meta /xcache/meta*' 'oss.space data /xcache/data*' >> /etc/xrootd/config.d/50-docker-spaces.cfg",
    "for kind in meta data; do ls -d /xcache/${kind}* > /dev/null 2>&1 || mkdir -p /xcache/${kind}1; done",
    "",
  ].join("\n"),
  "etc/osg/image-init.d/15-fix-dir-perms.sh": '[ "$XC_FIX_DIR_OWNERS" != yes ] || chown -R xrootd:xrootd /xcache\n',
  "etc/osg/image-init.d/20-cms-generate-proxy.sh": "bash /usr/local/sbin/fix_certs.sh\n",
  "etc/osg/image-init.d/20-optional-cmsd.sh": [
    '[ -n "$XC_LOCAL_REDIRECTORS" ] || return 0',
    'for one in ${XC_LOCAL_REDIRECTORS//,/ }; do echo "all.manager ${one%%:*}+ ${one##*:}"; done > /etc/xrootd/config.d/50-generated-cmsd.conf',
    "",
  ].join("\n"),
  "usr/local/sbin/fix_certs.sh": [
    "set -e",
    "cert=$(mktemp) key=$(mktemp)",
    "chmod 644 $cert",
    "chmod 600 $key",
    "chown xrootd:xrootd $cert $key",
    "cp /etc/grid-security/hostcert.pem $cert",
    "cp /etc/grid-security/hostkey.pem $key",
    "mv $cert /etc/grid-security/xrd/xrdcert.pem",
    "mv $key /etc/grid-security/xrd/xrdkey.pem",
    "",
  ].join("\n"),
};

/**
 * The shell's text of a container's start: the steps, then what supervisord starts, as the user and in the environment that it gives.
 * @param programs texts of supervisord's files; the first program is the one whose end is the container's.
 */
export function startText(programs: readonly string[]): string {
  const [first, ...others] = programs.map(programText);
  return [
    'for step in /etc/osg/image-init.d/*.sh; do . "$step"; done',
    ...others.map((other) => `${other} &`),
    `exec ${first ?? "false"}`,
  ].join("\n");
}

function programText(text: string): string {
  const settings = new Map(text.split("\n").map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]));
  const own = (settings.get("environment") ?? "").split(",").map((pair) => pair.replaceAll('"', ""));
  const command = (settings.get("command") ?? "").replaceAll(/%\(ENV_(\w+)\)s/g, (_, variable: string) => `$${variable}`);
  const user = settings.get("user") ?? "root";
  return `setpriv --reuid ${user} --regid ${user} --init-groups env ${own.join(" ")} ${command}`;
}

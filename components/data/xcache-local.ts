import type { DoorEndpoint } from "./door-settings";
import { LOCAL_FIRST_PORT } from "./ports";
import { localDoor, type Data, type XCacheSettings } from "./settings";
import { supervised } from "./xrootd-directives";

/** Name of the daemon that asks the site's own doors first, and of its files. */
export const LOCAL_FIRST = "local-first";

/** Name of the same daemon while the site's doors do not answer. */
const FEDERATION_ALONE = "federation-alone";

/** Folder without files that the daemon serves while the site's doors do not answer. */
const NO_FILES = "/tmp/no-files";

/** How often the doors are greeted, in seconds, how long they may take to answer, and after how many silences they have gone. We chose them. */
const GREETING = { pause: 5, patience: 5, silences: 2 } as const;

/** What the cache does where the doors that it asks first do not answer. */
export interface FailOver {
  /** `host:port` of the doors. */
  readonly door: string;
  /** `host:port` that it asks instead. */
  readonly origin: string;
  /** Silences after which it does. */
  readonly silences: number;
  /** Seconds from the first silence, at most, until it asks there, or the doors again once they answer. */
  readonly within: number;
}

/** Tells what the cache does without its doors; undefined where no doors are asked first. */
export function failOver({ cache, stores }: Data): FailOver | undefined {
  if (cache.kind !== "xcache" || cache.local === undefined) return undefined;
  const door = localDoor({ stores }, cache.local);
  if (door === undefined) return undefined;
  const { pause, patience, silences } = GREETING;
  return {
    door: `${door.name}:${door.port}`,
    origin: `${cache.origin.host}:${cache.origin.port}`,
    silences,
    within: silences * (pause + patience),
  };
}

/** Host and port from which the cache fetches what it does not have. */
export function firstOrigin({ origin, local }: XCacheSettings): string {
  return local ? `127.0.0.1:${LOCAL_FIRST_PORT}` : `${origin.host}:${origin.port}`;
}

/**
 * Files of a second daemon in the cache's container, which asks the site's own doors and sends the cache to the federation's redirector for
 * files that they do not have; none where the site file names no doors to ask first. A proxy of XRootD has one origin, and the redirect is
 * made by the server that does not find a file (https://xrootd.org/doc/dev56/xrd_config.htm, `xrootd.redirect`). It keeps nothing itself, and
 * asks with the cache's own token, so it takes connections from its own host alone.
 * @param exportedPaths paths that clients may read.
 */
export function localFirstFiles(
  { origin, local }: XCacheSettings,
  data: Pick<Data, "stores">,
  exportedPaths: readonly string[],
): Readonly<Record<string, string>> {
  const door = local === undefined ? undefined : localDoor(data, local);
  if (!door) return {};
  const config = [
    `xrd.port ${LOCAL_FIRST_PORT}`,
    "xrd.allow host localhost",
    ...exportedPaths.map((path) => `all.export ${path} r/o`),
    ...exportedPaths.map((path) => `xrootd.redirect ${origin.host}:${origin.port} ? ${path}`),
    `if named ${LOCAL_FIRST}`,
    "ofs.osslib libXrdPss.so",
    `pss.origin ${door.name}:${door.port}`,
    "else",
    // It finds no file, and so sends the cache to the federation for each.
    `oss.localroot ${NO_FILES}`,
    "fi",
    "",
  ].join("\n");
  // As the image starts the cache
  // (https://github.com/opensciencegrid/docker-xcache/blob/master/cms-xcache/supervisord.d/10-cms-xcache.conf).
  const program = supervised(LOCAL_FIRST, `bash ${localFirstPaths["local-first.sh"]}`, [
    'environment=BEARER_TOKEN_FILE=/tmp/jwt_xrdcache,XrdSecPROTOCOL="ztn"',
    "stopasgroup=true",
  ]);
  return { "local-first.cfg": config, "local-first.sh": switchScript(door), "20-local-first.conf": program };
}

/**
 * Runs the daemon, and starts it anew where the site's doors have gone or come back: a redirect is made only where a file is not found, and a
 * door that does not answer is another error to XRootD (`fsError` in
 * https://github.com/xrootd/xrootd/blob/v5.5.3/src/XrdXrootd/XrdXrootdXeq.cc). A door answers if it greets as XRootD does
 * (https://xrootd.org/doc/dev54/XRdv511.htm, Initial Client-Server Handshake). One that is silent as often as {@link GREETING} says has
 * gone.
 */
function switchScript({ name, port }: DoorEndpoint): string {
  return `greets() {
  exec 3<>/dev/tcp/${name}/${port} || return
  printf '\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\4\\0\\0\\7\\334' >&3
  [ "$(head -c 8 <&3 | od -An -tx1 | tr -d ' \\n')" = 0000000000000008 ]
}
export -f greets
answers() { timeout ${GREETING.patience} bash -c greets 2> /dev/null; }

mkdir -p ${NO_FILES}
trap 'kill "$daemon"; exit' TERM INT
running=
silent=0
while :; do
  if answers; then
    silent=0
    wanted=${LOCAL_FIRST}
  else
    silent=$((silent + 1))
    [ "$silent" -lt ${GREETING.silences} ] && [ -n "$running" ] || wanted=${FEDERATION_ALONE}
  fi
  if [ "$wanted" != "$running" ]; then
    [ -z "$running" ] || { kill "$daemon"; wait "$daemon"; }
    xrootd -c ${localFirstPaths["local-first.cfg"]} -k fifo -n "$wanted" -l /var/log/xrootd/xrootd.log &
    daemon=$!
    running=$wanted
  fi
  sleep ${GREETING.pause} & wait $!
  # supervisord starts this script anew.
  kill -0 "$daemon" || exit 1
done
`;
}

/** Paths in the container at which the files of the second daemon are. */
export const localFirstPaths = {
  "local-first.cfg": "/etc/xrootd/local-first.cfg",
  "local-first.sh": "/usr/local/sbin/local-first",
  "20-local-first.conf": "/etc/supervisord.d/20-local-first.conf",
} as const;

import { bytes } from "../../capacity/quantity";
import type { XCacheSettings } from "./settings";

/** Folder in which the pod has the certificate's Secret. It is mounted as a folder, because a single file would never be renewed. */
export const CERTIFICATE_MOUNT = "/etc/xcache-certificate";

/** Folder in which the pod has the Secret with the cache's own token. */
export const ORIGIN_MOUNT = "/etc/xcache-origin";

/** Script that lays the cache's own token where the daemon looks for it. */
export const TOKEN_SCRIPT = "/usr/local/sbin/lay-origin-token";

/**
 * Path in the pod on which the disk of an index, counted from 0, is mounted. The first disk holds namespace and metadata too, in the folders
 * that the image has for them; the image takes every folder `/xcache/data*` for data.
 */
export function diskMount(index: number): string {
  return index === 0 ? "/xcache" : `/xcache/data${index + 1}`;
}

/**
 * What the image's start runs as root, by a shell that then becomes supervisord, before its own steps
 * (https://github.com/opensciencegrid/docker-xcache/tree/master/xcache/image-config.d). It refuses a disk that is not mounted or is smaller
 * than the site file says, because the cache would fill the host's own disk or never purge. Namespace, metadata and data of all disks
 * belong together: if one disk is new, the others hold files that nothing names, and start empty.
 */
export function startScript({ disks }: XCacheSettings): string {
  return `# Read by the image's start, as root.
refuse() { echo "xcache: $*" >&2; exit 1; }

# The kubelet makes /etc/hosts on the file system of the host itself.
host_device=$(stat -c %d /etc/hosts)
check_disk() {
  [ "$(stat -c %d "$1")" != "$host_device" ] ||
    refuse "$2 is on the host's own file system: mount the disk of $3 on the host"
  has=$(( $(stat -f -c '%b * %S' "$1") ))
  # A file system keeps up to 3 % of a disk for itself.
  [ $(( has / 97 )) -ge $(( $4 / 100 )) ] ||
    refuse "$3.size is $4 bytes, and the file system has $has: set at most that"
}
${disks.map(({ path, size }, index) => `check_disk ${diskMount(index)} ${path} 'af:data.cache.disks[${index}]' ${bytes(size)}`).join("\n")}

disks=(${disks.map((_, index) => diskMount(index)).join(" ")})
set_of() { cat "$1/.cache-set" 2>/dev/null || :; }
first=$(set_of /xcache)
whole=$first
for disk in "\${disks[@]}"; do
  [ "$(set_of "$disk")" = "$first" ] || whole=
done
if [ -z "$whole" ]; then
  rm -rf /xcache/namespace /xcache/meta1 /xcache/data1
  for disk in "\${disks[@]:1}"; do
    find "$disk" -mindepth 1 -maxdepth 1 ! -name lost+found -exec rm -rf {} +
  done
  set_id=$(cat /proc/sys/kernel/random/uuid)
  for disk in "\${disks[@]}"; do echo "$set_id" > "$disk/.cache-set"; done
fi
install -d -o xrootd -g xrootd /xcache/namespace /xcache/meta1 /xcache/data1
for disk in "\${disks[@]}"; do chown xrootd:xrootd "$disk"; done

${LINK_CERTIFICATE}
bash ${TOKEN_SCRIPT} || refuse "cannot lay the cache's own token"
`;
}

/** Part of a script of the image's start: puts the certificate where the image's own steps look for it. */
export const LINK_CERTIFICATE = `# A later step of the image, and its cron job, copy both files for the daemon.
ln -sfn ${CERTIFICATE_MOUNT}/tls.crt /etc/grid-security/hostcert.pem
ln -sfn ${CERTIFICATE_MOUNT}/tls.key /etc/grid-security/hostkey.pem
`;

/**
 * Lays a copy of the cache's own token where the image's supervisord tells the daemon to look. The daemon takes no token that a group may
 * read, and the kubelet lets the group of the pod read every Secret. The daemon reads the file at each login at the origin.
 */
export function tokenScript(): string {
  return `set -e
copy=$(mktemp /tmp/.origin-token.XXXXXX)
install -o xrootd -g xrootd -m 0600 ${ORIGIN_MOUNT}/token "$copy"
mv -f "$copy" /tmp/jwt_xrdcache
`;
}

/** Job of the image's cron that renews the copy every minute, because the kubelet renews the Secret while the pod runs. */
export const TOKEN_CRON = `* * * * * root /bin/bash ${TOKEN_SCRIPT}\n`;

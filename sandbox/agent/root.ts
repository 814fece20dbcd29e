import * as path from "node:path";
import type { V1Container, V1Pod } from "@kubernetes/client-node";
import type { ImagePrograms } from "./programs";

/** A file or folder that a container sees at a place of its own. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** Everything that decides how a container's process is started. */
export interface Launch {
  readonly pod: V1Pod;
  readonly container: V1Container;
  readonly image: ImagePrograms;
  readonly mounts: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
  /** Command and arguments, with the image's where the container has none. */
  readonly command: readonly string[];
  /** Folder of the container's files. */
  readonly folder: string;
}

/** PATH of a container whose image says nothing: https://github.com/containerd/containerd/blob/v2.1.0/pkg/oci/spec.go, defaultUnixEnv */
export const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** File in the folder of a container that is there once its program has been started. */
export const STARTED = "started";

/** Exit code of the start of a program that is not there, as of a shell. */
export const NO_PROGRAM = 127;

/**
 * The command line that starts a container's program as the first process of its own process and mount namespaces. Its root is empty but for
 * what the system has in `/usr` and `/etc`, the image's folders and the volumes; what it writes elsewhere is gone with it.
 */
export function launchCommand(launch: Launch): readonly string[] {
  const { env, command } = launch;
  const words = [...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...command];
  const script = [...rootLines(launch), ...dropLines(launch)].join("\n");
  return [
    "unshare",
    "--mount",
    "--uts",
    "--pid",
    "--fork",
    "--kill-child=KILL",
    "--propagation",
    "private",
    "sh",
    "-euc",
    script,
    "container",
    ...words,
  ];
}

function rootLines({ folder, image, mounts, container, env, command, pod }: Launch): readonly string[] {
  const root = path.join(folder, "root");
  const at = (target: string): string => quoted(path.join(root, target));
  const bind = ({ source, target, readOnly }: Mount): readonly string[] => [
    `if [ -d ${quoted(source)} ]; then mkdir -p ${at(target)}; else mkdir -p ${at(path.dirname(target))}; [ -e ${at(target)} ] || : > ${at(target)}; fi`,
    `mount --bind ${quoted(source)} ${at(target)}`,
    ...(readOnly ? [`mount -o remount,bind,ro ${at(target)}`] : []),
  ];
  const workingDir = container.workingDir ?? image.workingDir;
  const [program = ""] = command;
  return [
    `export PATH=${SYSTEM_PATH}`,
    `echo ${quoted((pod.spec?.hostname ?? pod.metadata?.name ?? "").slice(0, 63))} > /proc/sys/kernel/hostname`,
    `mkdir -p ${quoted(root)}`,
    `mount -t tmpfs -o mode=755 none ${quoted(root)}`,
    `cd ${quoted(root)}`,
    "mkdir -p .layers proc dev sys tmp run var/tmp root",
    "chmod 1777 tmp var/tmp",
    "for each in usr etc; do",
    "  mkdir -p $each .layers/$each/upper .layers/$each/work",
    "  mount -t overlay overlay -o lowerdir=/$each,upperdir=.layers/$each/upper,workdir=.layers/$each/work $each",
    "done",
    "for each in bin sbin lib lib32 lib64 libx32; do",
    "  if [ -L /$each ]; then cp -P /$each $each; elif [ -d /$each ]; then mkdir $each; mount --bind /$each $each; fi",
    "done",
    "mount -t proc proc proc",
    "mount --rbind /dev dev",
    "mount -t tmpfs -o mode=1777 none dev/shm",
    "mount --rbind /sys sys",
    ...image.folders.flatMap((each) => bind({ source: each, target: each, readOnly: true })),
    // What lies below another mount comes after it.
    ...[...mounts].sort((a, b) => a.target.length - b.target.length).flatMap(bind),
    `mkdir -p ${at(workingDir)}`,
    ...(container.securityContext?.readOnlyRootFilesystem === true
      ? [`mount -o remount,ro ${quoted(root)}`, "mount -o remount,ro usr", "mount -o remount,ro etc"]
      : []),
    `if ! chroot . env PATH=${quoted(env["PATH"] ?? SYSTEM_PATH)} sh -c 'cd "$1" && command -v "$2"' sh ${quoted(workingDir)} ${quoted(program)} > /dev/null; then`,
    `  echo ${quoted(`exec: ${JSON.stringify(program)}: executable file not found in $PATH`)} >&2; exit ${NO_PROGRAM}`,
    "fi",
    `: > ${quoted(path.join(folder, STARTED))}`,
  ];
}

/** The options of setpriv by which a process becomes the container's user, with the groups of its pod. */
export function identityFlags({ pod: { spec }, container, image }: Pick<Launch, "pod" | "container" | "image">): readonly string[] {
  const [pod, own] = [spec?.securityContext ?? {}, container.securityContext ?? {}];
  const groups = [...(pod.supplementalGroups ?? []), ...(pod.fsGroup === undefined ? [] : [pod.fsGroup])];
  return [
    `--reuid=${own.runAsUser ?? pod.runAsUser ?? image.user}`,
    `--regid=${own.runAsGroup ?? pod.runAsGroup ?? image.group}`,
    groups.length === 0 ? "--clear-groups" : `--groups=${groups.join(",")}`,
  ];
}

/** Becomes the container's user, and gives up what the container's security context does not leave it. */
function dropLines(launch: Launch): readonly string[] {
  const own = launch.container.securityContext ?? {};
  const flags = [
    ...identityFlags(launch),
    // After the change of the user, which would undo it.
    "--pdeathsig=KILL",
    ...(own.allowPrivilegeEscalation === false ? ["--no-new-privs"] : []),
    ...(own.privileged === true ? [] : ["--bounding-set", capabilities(own.capabilities)]),
  ];
  const folder = launch.container.workingDir ?? launch.image.workingDir;
  return [`exec chroot . setpriv ${flags.join(" ")} env -i --chdir=${quoted(folder)} "$@"`];
}

/** Capabilities of a container by default: https://github.com/containerd/containerd/blob/v2.1.0/pkg/oci/spec.go, defaultUnixCaps */
const USUAL_CAPABILITIES =
  "chown dac_override fsetid fowner mknod net_raw setgid setuid setfcap setpcap net_bind_service sys_chroot kill audit_write".split(" ");

function capabilities({ add = [], drop = [] }: { readonly add?: readonly string[]; readonly drop?: readonly string[] } = {}): string {
  const names = (list: readonly string[]): readonly string[] => list.map((name) => name.toLowerCase().replace(/^cap_/, ""));
  const dropped = names(drop);
  const kept = USUAL_CAPABILITIES.filter((name) => !dropped.includes("all") && !dropped.includes(name));
  return ["-all", ...new Set([...kept, ...names(add)].map((name) => `+${name}`))].join(",");
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

import { BASELINE_CAPABILITIES } from "../../components/tenancy/capabilities";
import type { Field } from "./field";
import { containersOf, type PodTemplate } from "./pods";

/** A level of the Pod Security Standards that refuses anything. */
export type Level = "baseline" | "restricted";

/** The newest minor version of Kubernetes whose checks are told here (https://github.com/kubernetes/pod-security-admission/tree/v0.37.2/policy). */
export const NEWEST_MINOR = 37;

/** What of a pod a level refuses. */
export interface Breach {
  readonly field: Field;
  /** What was found and what is allowed. */
  readonly message: string;
}

/** A field of the pod or of one of its containers, with its name in messages. */
interface Place {
  readonly field: Field;
  readonly name: string;
}

/** Sysctls that baseline allows, by the minor version from which on it does. */
const SYSCTLS: Readonly<Record<string, number>> = {
  "kernel.shm_rmid_forced": 0,
  "net.ipv4.ip_local_port_range": 0,
  "net.ipv4.tcp_syncookies": 0,
  "net.ipv4.ping_group_range": 0,
  "net.ipv4.ip_unprivileged_port_start": 0,
  "net.ipv4.ip_local_reserved_ports": 27,
  "net.ipv4.tcp_keepalive_time": 29,
  "net.ipv4.tcp_fin_timeout": 29,
  "net.ipv4.tcp_keepalive_intvl": 29,
  "net.ipv4.tcp_keepalive_probes": 29,
  "net.ipv4.tcp_rmem": 32,
  "net.ipv4.tcp_wmem": 32,
  "net.ipv4.tcp_slow_start_after_idle": 37,
  "net.ipv4.tcp_notsent_lowat": 37,
};
const RESTRICTED_VOLUMES = [
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"],
];
const PROFILES = ["RuntimeDefault", "Localhost"];
const APPARMOR = "container.apparmor.security.beta.kubernetes.io/";

/**
 * Everything for which the API server refuses a pod in a namespace of a level.
 * @param minor minor version of Kubernetes as which the namespace judges, 34 or newer.
 */
export function breachesOf(pod: PodTemplate, level: Level, minor: number = NEWEST_MINOR): readonly Breach[] {
  const { spec, metadata } = pod;
  const own: Place = { field: spec.at("securityContext"), name: "the pod" };
  const containers = containersOf(pod);
  const contexts = containers.map(({ field, name }): Place => ({ field: field.at("securityContext"), name: `container ${name}` }));
  const windows = spec.at("os", "name").text() === "windows";
  // The checks of restricted that take the place of baseline's leave out pods of Windows.
  const exempt = windows && level === "restricted";
  const ownUsers = minor >= 35 && spec.at("hostUsers").boolean() === false;
  const breaches: Breach[] = [];
  const refuse = (field: Field, found: string, allowed: string) => breaches.push({ field, message: `${found}; allowed: ${allowed}` });
  const onlyOf = (places: readonly Place[], steps: readonly string[], allowed: readonly string[]) => {
    for (const { field, name } of places) {
      const value = field.at(...steps);
      const text = value.text();
      if (field.at(steps[0] ?? "").given && !allowed.includes(text ?? ""))
        refuse(value, `${name} has ${steps.join(".")} ${text ?? "without a value"}`, allowed.join(", "));
    }
  };

  for (const name of ["hostNetwork", "hostPID", "hostIPC"])
    if (spec.at(name).boolean() === true) refuse(spec.at(name), `${name} is true`, "false");
  for (const { field, name } of [own, ...contexts]) {
    const hostProcess = field.at("windowsOptions", "hostProcess");
    if (hostProcess.boolean() === true) refuse(hostProcess, `${name} runs as a process of its host`, "false");
    const options = field.at("seLinuxOptions");
    for (const key of ["user", "role"])
      if ((options.at(key).text() ?? "") !== "") refuse(options.at(key), `${name} has seLinuxOptions.${key}`, "no such field");
    const type = options.at("type").text() ?? "";
    if (!["", "container_t", "container_init_t", "container_kvm_t", ...(minor >= 31 ? ["container_engine_t"] : [])].includes(type))
      refuse(
        options.at("type"),
        `${name} has the SELinux type ${type}`,
        "container_t, container_init_t, container_kvm_t, container_engine_t",
      );
  }
  onlyOf([own, ...contexts], ["appArmorProfile", "type"], PROFILES);
  if (!exempt) onlyOf([own, ...contexts], ["seccompProfile", "type"], PROFILES);
  for (const [key, value] of metadata.at("annotations").entries())
    if (key.startsWith(APPARMOR) && !/^($|runtime\/default$|localhost\/)/.test(value.text() ?? ""))
      refuse(value, `an annotation chooses the AppArmor profile ${value.text() ?? ""}`, "runtime/default, localhost/<name>");
  for (const sysctl of own.field.at("sysctls").items()) {
    const name = sysctl.at("name").text() ?? "";
    const since = Object.hasOwn(SYSCTLS, name) ? (SYSCTLS[name] ?? Infinity) : Infinity;
    if (since > minor) refuse(sysctl, `the pod sets ${name}`, Object.keys(SYSCTLS).join(", "));
  }
  for (const volume of spec.at("volumes").items())
    if (volume.at("hostPath").given)
      refuse(volume, `volume ${volume.at("name").text() ?? ""} is a folder of the host`, "any other kind of volume");
  for (const { field, name } of containers) {
    for (const port of field.at("ports").items())
      if ((port.at("hostPort").number() ?? 0) !== 0)
        refuse(port.at("hostPort"), `container ${name} takes a port of the host`, "no hostPort");
    const handlers = [
      ...["livenessProbe", "readinessProbe", "startupProbe"].map((probe) => field.at(probe)),
      ...["postStart", "preStop"].map((moment) => field.at("lifecycle", moment)),
    ];
    for (const handler of minor >= 34 ? handlers : [])
      for (const kind of ["httpGet", "tcpSocket"]) {
        const host = handler.at(kind, "host");
        if ((host.text() ?? "") !== "")
          refuse(host, `container ${name} has a probe of another host`, "no host, which means the pod itself");
      }
  }
  for (const { field, name } of contexts) {
    if (field.at("privileged").boolean() === true) refuse(field.at("privileged"), `${name} is privileged`, "false");
    for (const added of exempt ? [] : field.at("capabilities", "add").items())
      if (!BASELINE_CAPABILITIES.includes(added.text() ?? ""))
        refuse(added, `${name} adds ${added.text() ?? ""}`, BASELINE_CAPABILITIES.join(", "));
    const mount = field.at("procMount");
    if (mount.given && mount.text() !== "Default" && (level === "restricted" || !ownUsers))
      refuse(mount, `${name} has procMount ${mount.text() ?? ""}`, "Default");
  }
  if (level === "baseline") return breaches;

  for (const volume of spec.at("volumes").items()) {
    const kinds = volume.entries().filter(([kind, value]) => kind !== "name" && value.given);
    // The API server takes a volume of no kind for an emptyDir.
    if (kinds.length > 0 && !kinds.some(([kind]) => RESTRICTED_VOLUMES.includes(kind)))
      refuse(
        volume,
        `volume ${volume.at("name").text() ?? ""} is of kind ${kinds.map(([kind]) => kind).join(", ")}`,
        RESTRICTED_VOLUMES.join(", "),
      );
  }
  for (const { field, name } of windows ? [] : contexts) {
    const escalation = field.at("allowPrivilegeEscalation");
    if (escalation.boolean() !== false) refuse(escalation, `${name} may gain privileges`, "allowPrivilegeEscalation: false");
    const { drop, add } = { drop: field.at("capabilities", "drop"), add: field.at("capabilities", "add") };
    if (!drop.items().some((each) => each.text() === "ALL")) refuse(drop, `${name} does not drop all capabilities`, "drop: [ALL]");
    for (const added of add.items())
      if (added.text() !== "NET_BIND_SERVICE") refuse(added, `${name} adds ${added.text() ?? ""}`, "NET_BIND_SERVICE");
    if (!field.at("seccompProfile").given && !own.field.at("seccompProfile").given)
      refuse(field.at("seccompProfile"), `${name} has no seccomp profile`, PROFILES.join(", "));
  }
  if (ownUsers) return breaches;
  for (const { field, name } of [own, ...contexts]) {
    if (field.at("runAsUser").number() === 0) refuse(field.at("runAsUser"), `${name} runs as user 0`, "any other user");
    if (field.at("runAsNonRoot").boolean() === false) refuse(field.at("runAsNonRoot"), `${name} may run as root`, "runAsNonRoot: true");
  }
  for (const { field, name } of contexts)
    if (!field.at("runAsNonRoot").given && own.field.at("runAsNonRoot").boolean() !== true)
      refuse(field.at("runAsNonRoot"), `${name} may run as root`, "runAsNonRoot: true for the pod or for the container");
  return breaches;
}

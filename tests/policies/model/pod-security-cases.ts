import { BASELINE_CAPABILITIES } from "#af/components/tenancy/capabilities";
import { changed, CONTAINER, type Data } from "../manifests";

type Steps = readonly (string | number)[];
/** Where the fields of the container are, of its context, and of the pod's. */
export const [C, CTX, OWN] = ["spec.containers[0]", "spec.containers[0].securityContext", "spec.securityContext"];
const [AT_C, AT_CTX, AT_OWN]: readonly Steps[] = [["containers", 0], ["containers", 0, "securityContext"], ["securityContext"]];
/** A pod that keeps both levels, to which each case changes some fields. */
export const KEPT: Data = { containers: [CONTAINER] };

/** What is set in the pod, what is said of it, and the minor version as which that is judged. */
type Case = readonly [of: string, set: readonly (readonly [Steps, unknown])[], said: readonly string[], minor?: number];
export const specOf = (set: Case[1]) => set.reduce<Data>((spec, [steps, value]) => changed(spec, steps, value), KEPT);
const one = (steps: Steps | undefined, more: Steps, value: unknown): Case[1] => [[[...(steps ?? []), ...more], value]];
export const PROFILES = "allowed: RuntimeDefault, Localhost";
const SELINUX = "allowed: container_t, container_init_t, container_kvm_t, container_engine_t";
export const ADDABLE = BASELINE_CAPABILITIES.join(", ");
const SYSCTLS = [
  ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range"],
  ...["net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout"],
  ...["net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"],
  ...["net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"],
].join(", ");
export const sysctls = (...names: readonly string[]) =>
  one(
    AT_OWN,
    ["sysctls"],
    names.map((name) => ({ name, value: "1" })),
  );
const volumes = (...list: readonly Data[]) => one([], ["volumes"], list);
const ELSEWHERE = `container main has a probe of another host; allowed: no host, which means the pod itself`;
const probes = (host: string): Case[1] => [
  [[...(AT_C ?? []), "livenessProbe"], { httpGet: { port: 80, host } }],
  [[...(AT_C ?? []), "readinessProbe"], { tcpSocket: { port: 80, host } }],
  [[...(AT_C ?? []), "startupProbe"], { httpGet: { port: 80, host }, tcpSocket: { port: 80 } }],
  [[...(AT_C ?? []), "lifecycle"], { postStart: { tcpSocket: { host } }, preStop: { httpGet: { host } } }],
];

/** Of each field what baseline refuses; restricted refuses the same. */
export const BASELINE: readonly Case[] = [
  ...["hostNetwork", "hostPID", "hostIPC"].flatMap((name): readonly Case[] => [
    [name, one([], [name], true), [`spec.${name}: ${name} is true; allowed: false`]],
    [`no ${name}`, one([], [name], false), []],
  ]),
  ...[[AT_OWN, OWN, "the pod"] as const, [AT_CTX, CTX, "container main"] as const].flatMap(([at, path, name]): readonly Case[] => [
    [
      `processes of the host by ${name}`,
      one(at, ["windowsOptions", "hostProcess"], true),
      [`${path}.windowsOptions.hostProcess: ${name} runs as a process of its host; allowed: false`],
    ],
    [`no processes of the host by ${name}`, one(at, ["windowsOptions", "hostProcess"], false), []],
    [
      `SELinux users and roles of ${name}`,
      one(at, ["seLinuxOptions"], { user: "u", role: "r", level: "s0" }),
      ["user", "role"].map((key) => `${path}.seLinuxOptions.${key}: ${name} has seLinuxOptions.${key}; allowed: no such field`),
    ],
    [`empty SELinux options of ${name}`, one(at, ["seLinuxOptions"], { user: "", role: "", type: "" }), []],
    ...["container_t", "container_init_t", "container_kvm_t", "container_engine_t"].map((type): Case => [
      `the type ${type} of ${name}`,
      one(at, ["seLinuxOptions", "type"], type),
      [],
      31,
    ]),
    [
      `another SELinux type of ${name}`,
      one(at, ["seLinuxOptions", "type"], "spc_t"),
      [`${path}.seLinuxOptions.type: ${name} has the SELinux type spc_t; ${SELINUX}`],
    ],
    ...["appArmorProfile", "seccompProfile"].flatMap((profile): readonly Case[] => [
      [
        `a ${profile} of ${name} that is no confinement`,
        one(at, [profile], { type: "Unconfined" }),
        [`${path}.${profile}.type: ${name} has ${profile}.type Unconfined; ${PROFILES}`],
      ],
      [
        `a ${profile} of ${name} without a type`,
        one(at, [profile], {}),
        [`${path}.${profile}.type: ${name} has ${profile}.type without a value; ${PROFILES}`],
      ],
      ...["RuntimeDefault", "Localhost"].map((type): Case => [`the ${profile} ${type} of ${name}`, one(at, [profile], { type }), []]),
    ]),
  ]),
  [
    "the type container_engine_t before it was one",
    one(AT_OWN, ["seLinuxOptions", "type"], "container_engine_t"),
    [`${OWN}.seLinuxOptions.type: the pod has the SELinux type container_engine_t; ${SELINUX}`],
    30,
  ],
  ["sysctls of a pod alone", sysctls("kernel.shm_rmid_forced", "net.ipv4.tcp_rmem"), []],
  [
    "sysctls of the whole host",
    sysctls("net.ipv4.tcp_rmem", "kernel.msgmax", "toString"),
    [`${OWN}.sysctls[1]: the pod sets kernel.msgmax; allowed: ${SYSCTLS}`, `${OWN}.sysctls[2]: the pod sets toString; allowed: ${SYSCTLS}`],
  ],
  ["a sysctl without a name", one(AT_OWN, ["sysctls"], [{}]), [`${OWN}.sysctls[0]: the pod sets ; allowed: ${SYSCTLS}`]],
  ["a sysctl from its version on", sysctls("net.ipv4.tcp_notsent_lowat"), [], 37],
  [
    "a sysctl before its version",
    sysctls("net.ipv4.tcp_notsent_lowat"),
    [`${OWN}.sysctls[0]: the pod sets net.ipv4.tcp_notsent_lowat; allowed: ${SYSCTLS}`],
    36,
  ],
  [
    "a port of the host",
    one(AT_C, ["ports"], [{ containerPort: 80 }, { containerPort: 80, hostPort: 0 }, { containerPort: 80, hostPort: 81 }]),
    [`${C}.ports[2].hostPort: container main takes a port of the host; allowed: no hostPort`],
  ],
  ["probes of the pod itself", probes(""), []],
  [
    "probes of another host",
    probes("x"),
    [
      "livenessProbe.httpGet",
      "readinessProbe.tcpSocket",
      "startupProbe.httpGet",
      "lifecycle.postStart.tcpSocket",
      "lifecycle.preStop.httpGet",
    ].map((at) => `${C}.${at}.host: ${ELSEWHERE}`),
    34,
  ],
  ["probes of another host before that was judged", probes("x"), [], 33],
  ["a mount of /proc as usual", one(AT_CTX, ["procMount"], "Default"), []],
  [
    "a whole mount of /proc",
    one(AT_CTX, ["procMount"], "Unmasked"),
    [`${CTX}.procMount: container main has procMount Unmasked; allowed: Default`],
  ],
];

/** Cases in which the levels differ: what baseline refuses, and what restricted does. */
export const BOTH: readonly (readonly [
  of: string,
  set: Case[1],
  baseline: readonly string[],
  restricted: readonly string[],
  minor?: number,
])[] = [
  [
    "a folder of the host",
    volumes({ name: "a", emptyDir: {} }, { name: "b", hostPath: { path: "/" } }),
    ["spec.volumes[1]: volume b is a folder of the host; allowed: any other kind of volume"],
    [
      "spec.volumes[1]: volume b is a folder of the host; allowed: any other kind of volume",
      "spec.volumes[1]: volume b is of kind hostPath; allowed: configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret",
    ],
  ],
  [
    "other volumes",
    volumes(
      ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"].map(
        (kind) => ({ name: kind, [kind]: {} }),
      ),
      { name: "none" },
      { name: "null", nfs: null },
      { nfs: {}, rbd: {} },
      { nfs: {}, emptyDir: {} },
    ),
    [],
    [
      "spec.volumes[11]: volume  is of kind nfs, rbd; allowed: configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret",
    ],
  ],
  [
    "privileges",
    one(AT_CTX, ["privileged"], true),
    [`${CTX}.privileged: container main is privileged; allowed: false`],
    [`${CTX}.privileged: container main is privileged; allowed: false`],
  ],
  ["no privileges", one(AT_CTX, ["privileged"], false), [], []],
  ...[true, undefined].map(
    (value) =>
      [
        `allowPrivilegeEscalation ${value}`,
        one(AT_CTX, ["allowPrivilegeEscalation"], value),
        [],
        [`${CTX}.allowPrivilegeEscalation: container main may gain privileges; allowed: allowPrivilegeEscalation: false`],
      ] as const,
  ),
  ...[["all"], [], ["NET_RAW"], undefined].map(
    (drop) =>
      [
        `capabilities that stay: ${drop?.join() ?? "none named"}`,
        one(AT_CTX, ["capabilities", "drop"], drop),
        [],
        [`${CTX}.capabilities.drop: container main does not drop all capabilities; allowed: drop: [ALL]`],
      ] as const,
  ),
  ["all capabilities dropped among others", one(AT_CTX, ["capabilities", "drop"], ["NET_RAW", "ALL"]), [], []],
  [
    "capabilities that are added",
    one(AT_CTX, ["capabilities", "add"], ["NET_BIND_SERVICE", "CHOWN", "SYS_ADMIN", null]),
    [
      `${CTX}.capabilities.add[2]: container main adds SYS_ADMIN; allowed: ${ADDABLE}`,
      `${CTX}.capabilities.add[3]: container main adds ; allowed: ${ADDABLE}`,
    ],
    [
      `${CTX}.capabilities.add[2]: container main adds SYS_ADMIN; allowed: ${ADDABLE}`,
      `${CTX}.capabilities.add[3]: container main adds ; allowed: ${ADDABLE}`,
      `${CTX}.capabilities.add[1]: container main adds CHOWN; allowed: NET_BIND_SERVICE`,
      `${CTX}.capabilities.add[2]: container main adds SYS_ADMIN; allowed: NET_BIND_SERVICE`,
      `${CTX}.capabilities.add[3]: container main adds ; allowed: NET_BIND_SERVICE`,
    ],
  ],
  [
    "no seccomp profile",
    one(AT_CTX, ["seccompProfile"], undefined),
    [],
    [`${CTX}.seccompProfile: container main has no seccomp profile; ${PROFILES}`],
  ],
  [
    "a seccomp profile of the pod",
    [...one(AT_CTX, ["seccompProfile"], undefined), ...one(AT_OWN, ["seccompProfile", "type"], "Localhost")],
    [],
    [],
  ],
  ...[[AT_OWN, OWN, "the pod"] as const, [AT_CTX, CTX, "container main"] as const].flatMap(([at, path, name]) => [
    [`user 0 of ${name}`, one(at, ["runAsUser"], 0), [], [`${path}.runAsUser: ${name} runs as user 0; allowed: any other user`]] as const,
    [`another user of ${name}`, one(at, ["runAsUser"], 1), [], []] as const,
    [
      `root of ${name}`,
      one(at, ["runAsNonRoot"], false),
      [],
      [`${path}.runAsNonRoot: ${name} may run as root; allowed: runAsNonRoot: true`],
    ] as const,
  ]),
  [
    "nobody who says that it is not root",
    one(AT_CTX, ["runAsNonRoot"], undefined),
    [],
    [`${CTX}.runAsNonRoot: container main may run as root; allowed: runAsNonRoot: true for the pod or for the container`],
  ],
  ["a pod that says it for its containers", [...one(AT_CTX, ["runAsNonRoot"], undefined), ...one(AT_OWN, ["runAsNonRoot"], true)], [], []],
  // With users of its own a pod may be root in it, and see all of /proc at baseline, from 1.35 on.
  ...[34, 35].map((minor) => {
    const said = minor < 35 ? [`${CTX}.runAsUser: container main runs as user 0; allowed: any other user`] : [];
    return [
      `users of its own as root in 1.${minor}`,
      [...one([], ["hostUsers"], false), ...one(AT_CTX, ["runAsUser"], 0)],
      [],
      said,
      minor,
    ] as const;
  }),
  [
    "users of the host as root",
    [...one([], ["hostUsers"], true), ...one(AT_CTX, ["runAsUser"], 0)],
    [],
    [`${CTX}.runAsUser: container main runs as user 0; allowed: any other user`],
  ],
  ...[34, 35].map((minor) => {
    const said = [`${CTX}.procMount: container main has procMount Unmasked; allowed: Default`];
    const set = [...one([], ["hostUsers"], false), ...one(AT_CTX, ["procMount"], "Unmasked")];
    return [`users of its own and all of /proc in 1.${minor}`, set, minor < 35 ? said : [], said, minor] as const;
  }),
];

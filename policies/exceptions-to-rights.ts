import { GATEWAY_ACCOUNTS } from "../components/hub/gateway-rights";
import { NAMED_ROLES } from "../components/platform/watched-roles";
import { chartObject, ownObject, type StandingException } from "./standing-exception";

const READERS = "secrets-have-known-readers";
const ESCALATION = "roles-give-no-escalation";
const WILDCARDS = "roles-have-no-wildcards";
const ACROSS = "bindings-keep-their-namespace";

const READ = "get, list, watch secrets";

/** What an account of the binding's own namespace may do, as the rule about Secrets names it. */
const may = (account: string, ...rights: readonly string[]): readonly string[] =>
  rights.map((right) => `ServiceAccount {namespace}/${account}: ${right}`);

/** Rights that the facility's own roles and bindings give. */
const OWN: readonly StandingException[] = [
  {
    rule: READERS,
    of: ownObject("hub", "RoleBinding", "hub-rights"),
    allows: may("hub", "create pods", "get, patch secrets"),
    because: "the hub starts the servers of users and writes the certificates of their clusters; no Secret is there that it must not have",
  },
  ...(
    [
      ["api", "get secrets", "the gateway gives users the certificates of their clusters, whose names nobody knows before"],
      ["controller", "create pods", "the controller starts the schedulers and workers of users' clusters"],
      ["traefik", READ, "the gateway's proxy reads what its routes name, and all Secrets of its namespace with them"],
    ] as const
  ).map(([program, right, because]) => ({
    rule: READERS,
    of: ownObject("hub", "RoleBinding", GATEWAY_ACCOUNTS[program]),
    allows: may(GATEWAY_ACCOUNTS[program], right),
    because,
  })),
  {
    rule: READERS,
    of: ownObject("skyhook", "RoleBinding", "rook-ceph-osd"),
    allows: may("rook-ceph-osd", "get, update secrets"),
    because: "OSDs keep their keys there",
  },
  {
    rule: READERS,
    of: ownObject("skyhook", "RoleBinding", "rook-ceph-mgr"),
    allows: may("rook-ceph-mgr", "create, update pods", "create, update jobs", "patch deployments"),
    because: "the module rook of the managers changes daemons of Ceph",
  },
  {
    rule: READERS,
    of: ownObject("skyhook", "RoleBinding", "rook-ceph-cmd-reporter"),
    allows: may("rook-ceph-cmd-reporter", "create, update pods"),
    because: "the reporter runs what the operator asks of an image of Ceph",
  },
  {
    rule: READERS,
    of: ownObject("skyhook", "RoleBinding", "rook-ceph-cluster-mgmt"),
    allows: ["ClusterRole rook-ceph-cluster-mgmt"],
    because: "Rook's operator works in this namespace too, with the role of its chart",
  },
  {
    rule: READERS,
    of: ownObject("rook", "RoleBinding", "rook-ceph-mgr-system-{skyhook}"),
    allows: ["ClusterRole rook-ceph-mgr-system"],
    because: "the managers read what the operator keeps, with the role of Rook's chart",
  },
  ...["mgr-cluster", "osd"].map((name) => ({
    rule: READERS,
    of: ownObject(undefined, "ClusterRoleBinding", `rook-ceph-${name}-{skyhook}`),
    allows: [`ClusterRole rook-ceph-${name}`],
    because: "daemons of a second Ceph cluster have the role of Rook's chart",
  })),
  {
    rule: ACROSS,
    of: ownObject("skyhook", "RoleBinding", "rook-ceph-cluster-mgmt"),
    allows: ["{rook}/rook-ceph-system"],
    because: "Rook's operator works in this namespace too",
  },
  {
    rule: ACROSS,
    of: ownObject("rook", "RoleBinding", "rook-ceph-mgr-system-{skyhook}"),
    allows: ["{skyhook}/rook-ceph-mgr"],
    because: "the managers read what the operator keeps in its own namespace",
  },
];

/** A row of the table below: what a rule refuses about an object of a chart. */
type Row = readonly [rule: string, object: string, name: string, allows: readonly string[]];

const rook = (name: string): string => `rook-ceph-${name}`;
/** What operators and controllers of charts may do, by chart; the objects are there where a chart is rendered. */
const OF_CHARTS: Readonly<Record<string, { readonly because: string; readonly rows: readonly Row[] }>> = {
  "cert-manager": {
    because: "cert-manager keeps keys and certificates in the namespaces that ask for them, and the authorities of webhooks with them",
    rows: [
      [ESCALATION, "ClusterRole", "{release}-cainjector", ["update, patch validatingwebhookconfigurations, mutatingwebhookconfigurations"]],
      [ESCALATION, "ClusterRole", "{release}-controller-certificatesigningrequests", ["sign signers"]],
      [READERS, "ClusterRoleBinding", "{release}-cainjector", may("{release}-cainjector", READ)],
      ...["issuers", "clusterissuers"].map((name): Row => [
        READERS,
        "ClusterRoleBinding",
        `{release}-controller-${name}`,
        may("{release}", "get, list, watch, update secrets"),
      ]),
      [READERS, "ClusterRoleBinding", "{release}-controller-certificates", may("{release}", "get, list, watch, update, patch secrets")],
      [READERS, "ClusterRoleBinding", "{release}-controller-orders", may("{release}", READ)],
      [READERS, "ClusterRoleBinding", "{release}-controller-challenges", may("{release}", READ, "create pods")],
    ],
  },
  "kube-prometheus-stack": {
    because: "the operator of Prometheus runs it and Alertmanager wherever they are asked for, with their configuration in Secrets",
    rows: [
      [WILDCARDS, "ClusterRole", "{release}-operator", ["verbs: *"]],
      [READERS, "ClusterRoleBinding", "{release}-grafana-clusterrolebinding", may("{release}-grafana", "get, watch, list secrets")],
      [READERS, "ClusterRoleBinding", "{release}-kube-state-metrics", may("{release}-kube-state-metrics", "list, watch secrets")],
      [READERS, "ClusterRoleBinding", "{release}-operator", may("{release}-operator", "* statefulsets", "* secrets")],
    ],
  },
  metallb: {
    because: "speakers share a key, and the controller renews the certificate of its own webhooks",
    rows: [
      [WILDCARDS, "ClusterRole", "{release}:speaker", ["verbs: *"]],
      [WILDCARDS, "Role", "{release}-pod-lister", ["verbs: *"]],
      [ESCALATION, "ClusterRole", "{release}:controller", ["create, delete, patch, update validatingwebhookconfigurations"]],
      [READERS, "RoleBinding", "{release}-pod-lister", [...may("{release}-controller", READ), ...may("{release}-speaker", READ)]],
      [READERS, "RoleBinding", "{release}-controller", may("{release}-controller", READ, "get, list, patch, update, watch secrets")],
    ],
  },
  flux2: {
    because: "Flux installs all that charts hold, roles among them, in any namespace",
    rows: [
      [WILDCARDS, "ClusterRole", "flux-edit", ["resources: *"]],
      [WILDCARDS, "ClusterRole", "flux-view", ["resources: *"]],
      [WILDCARDS, "ClusterRole", "crd-controller", ["resources: *", "verbs: *"]],
      ["nobody-is-cluster-admin", "ClusterRoleBinding", "cluster-reconciler", ["cluster-admin"]],
      [
        READERS,
        "ClusterRoleBinding",
        "cluster-reconciler",
        ["kustomize-controller", "helm-controller"].flatMap((account) => may(account, "* *")),
      ],
      [
        READERS,
        "ClusterRoleBinding",
        "crd-controller",
        [
          ...["kustomize-controller", "helm-controller", "source-controller", "notification-controller"],
          ...["image-reflector-controller", "image-automation-controller", "source-watcher-controller"],
        ].flatMap((account) => may(account, READ)),
      ],
    ],
  },
  "rook-ceph": {
    because: "Rook makes the daemons of Ceph, their keys and the volumes on them, and asks daemons by commands in their pods",
    rows: [
      [ESCALATION, "ClusterRole", rook("global"), ["create persistentvolumes"]],
      [READERS, "ClusterRoleBinding", "ceph-csi-manager-rolebinding", may("ceph-csi", "create, patch, update daemonsets, deployments")],
      [READERS, "ClusterRoleBinding", rook("system"), may(rook("system"), "create pods/exec")],
      [
        READERS,
        "ClusterRoleBinding",
        rook("global"),
        may(rook("system"), READ, "create, update jobs, cronjobs", "create, update deployments, replicasets"),
      ],
      [READERS, "ClusterRoleBinding", rook("object-bucket"), may(rook("system"), "get, update secrets")],
      [READERS, "ClusterRoleBinding", "objectstorage-provisioner-role-binding", may("objectstorage-provisioner", "get, update secrets")],
      [
        READERS,
        "RoleBinding",
        rook("cluster-mgmt"),
        may(
          rook("system"),
          "get, list, watch, patch, update secrets",
          "patch, create, update pods",
          "patch, create, update deployments, daemonsets",
        ),
      ],
      [READERS, "RoleBinding", rook("osd"), may(rook("osd"), "get, update secrets")],
      [READERS, "RoleBinding", rook("mgr"), may(rook("mgr"), "create, update pods", "create, update jobs", "patch deployments")],
      [READERS, "RoleBinding", rook("cmd-reporter"), may(rook("cmd-reporter"), "create, update pods")],
      [
        READERS,
        "RoleBinding",
        rook("system"),
        may(rook("system"), "patch, create, update pods", "create, update daemonsets, statefulsets, deployments"),
      ],
    ],
  },
  "ceph-csi-drivers": {
    because:
      "plugins of Ceph CSI make volumes, with the keys that storage classes name, and ask for tokens where an operator of keys wants them",
    rows: [
      [
        ESCALATION,
        "ClusterRole",
        "{namespace}-rbd-csi-ceph-com-ctrlplugin-cr",
        ["create persistentvolumes", "create serviceaccounts/token"],
      ],
      [ESCALATION, "ClusterRole", "{namespace}-rbd-csi-ceph-com-nodeplugin-cr", ["create serviceaccounts/token"]],
      ...["ctrlplugin", "nodeplugin"].map((plugin): Row => [
        READERS,
        "ClusterRoleBinding",
        `{namespace}-rbd-csi-ceph-com-${plugin}-crb`,
        may(`{namespace}-rbd-csi-ceph-com-${plugin}-sa`, READ),
      ]),
    ],
  },
  // The roles of 1.5.3, the newest whole chart; docs/sources.md, Policies, says what is known of later ones.
  servicex: {
    because: "ServiceX starts what transforms data, and keeps the proxy of the grid's certificate for it",
    rows: [
      [READERS, "RoleBinding", "{release}-job-manager", may("{release}", "create, update, patch deployments")],
      [READERS, "RoleBinding", "{release}-x509-secret-manager", may("{release}", "get, list, watch, update, patch secrets")],
    ],
  },
};

/** Where cert-manager elects its leaders. */
const ELECTIONS: readonly StandingException[] = ["", "-cainjector"].map((part) => ({
  rule: ACROSS,
  of: { ...chartObject("cert-manager", "RoleBinding", `{release}${part}:leaderelection`), at: "kube-system" },
  allows: [`{cert-manager}/{release}${part}`],
  because: "leaders of cert-manager are elected by a lease beside those of Kubernetes itself",
}));

/** What Traefik may do in the namespaces of its routes, and in its own, where the options for all of them are. */
const OF_TRAEFIK: readonly StandingException[] = ["traefik", ...NAMED_ROLES].flatMap((role) => {
  const of = { ...chartObject("traefik", "RoleBinding", "{release}"), at: `{${role}}` };
  const because = "Traefik serves the certificates that routes of this namespace name, and its chart lets it read all Secrets there";
  const reads = { rule: READERS, of, allows: [`ServiceAccount {traefik}/traefik: ${READ}`], because };
  return role === "traefik" ? [reads] : [reads, { rule: ACROSS, of, allows: ["{traefik}/traefik"], because }];
});

/** Rights that software needs beyond the rules about roles and bindings; docs/sources.md, Policies, says where each need is in its source. */
export const EXCEPTIONS_TO_RIGHTS: readonly StandingException[] = [
  ...OWN,
  ...Object.entries(OF_CHARTS).flatMap(([chart, { because, rows }]) =>
    rows.map(([rule, object, name, allows]) => ({ rule, of: chartObject(chart, object, name), allows, because })),
  ),
  ...ELECTIONS,
  ...OF_TRAEFIK,
];

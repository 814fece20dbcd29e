/** Rules that the API server holds too, each with what it judges by it and where; components/admission makes the policies. */
export const IN_ADMISSION: Readonly<Record<string, string>> = {
  "no-privileged-containers":
    "pods, where a namespace of level baseline or restricted has lost its label; with the label Pod Security refuses them",
  "no-host-namespaces": "the same",
  "no-host-paths": "the same; a PersistentVolume belongs to the whole cluster, and only operators may make one",
  "no-added-capabilities": "the same",
  "images-are-exact": "pods, in the namespaces where users' code runs",
  "images-come-from-known-sources": "the same",
  "pods-keep-off-control-planes": "the same; in other namespaces no user makes pods, and some operators need every host",
  "namespaces-set-pod-security": "the label of the facility's namespaces",
  "routes-name-their-own-hosts":
    "Ingresses and routes of Traefik and OpenShift, in the facility's namespaces; which name below the domain of users belongs to whom only the hub knows",
  "services-open-no-host-ports": "Services, in the facility's namespaces",
  "one-default-class": "StorageClasses and IngressClasses, in the whole cluster",
};

/** Rules that no ValidatingAdmissionPolicy of the facility holds, with the reason that they share. */
export const NOT_IN_ADMISSION: readonly { readonly because: string; readonly rules: readonly string[] }[] = [
  {
    because: "Pod Security, a ResourceQuota or a LimitRange of the namespace refuses the pod, or fills in what it lacks.",
    rules: [
      "pods-keep-their-namespaces-level",
      "pods-keep-their-isolation",
      "demand-fits-quota",
      "pods-pass-limit-ranges",
      "containers-ask-for-resources",
      "tenants-cannot-take-platform-priorities",
    ],
  },
  {
    because: "The quota counts the load balancers of a namespace, and whoever gives the addresses refuses one that it has not.",
    rules: ["load-balancers-have-addresses", "load-balancer-addresses"],
  },
  {
    because: "It adds up all that runs, or places it on the hosts and disks of the site file; an expression sees one object.",
    rules: [
      ...[
        "users-fit-the-hub-quota",
        "object-counts-fit-users",
        "object-counts-stay-near-need",
        "quotas-fit-the-site",
        "users-fit-the-hosts",
      ],
      ...["placement-is-certain", "platform-survives-a-host", "platform-survives-a-failure-domain", "pods-fit-a-host"],
      ...["tainted-hosts-have-users", "tenants-keep-off-platform-hosts", "spread-pods-have-domains", "rollouts-have-room"],
      ...["hosts-have-room-for-pods", "cluster-networks-suffice", "extended-resources-exist", "transformers-fit-their-quota"],
      ...["jobs-fit-the-pool", "daemons-fit-every-host", "ceph-holds-its-claims", "external-ceph-holds-its-claims"],
      ...["copies-fit-failure-domains", "ceph-can-recover", "ceph-keeps-quorum", "class-quotas-fit-their-pool"],
      ...["ceph-daemons-fit-their-hosts", "cache-watermarks-fit-its-disks", "ephemeral-storage-fits-the-hosts"],
      ...["hosts-are-set-up-as-counted", "inventory-is-whole"],
    ],
  },
  {
    because: "It compares objects of several kinds or namespaces; an expression reaches one object beside its own, of one kind.",
    rules: [
      ...["namespaces-have-quota", "namespaces-have-defaults", "namespaces-deny-by-default", "connections-are-listed"],
      ...["disruption-budgets-allow-a-drain", "claims-name-a-usable-class", "host-names-are-unique", "ports-are-unique"],
      ...["priorities-follow-the-lattice", "admin-surfaces-stay-inside"],
    ],
  },
  {
    because:
      "The API server lets nobody write a role or a binding with rights that he has not himself, and no account that users reach may write any.",
    rules: [
      ...["roles-have-no-wildcards", "roles-give-no-escalation", "nobody-is-cluster-admin", "bindings-name-their-accounts"],
      ...["bindings-keep-their-namespace", "secrets-have-known-readers", "exposed-pods-cannot-take-the-cluster"],
    ],
  },
  {
    because:
      "Programs start as root for a reason of their own each, operators' pods among them, and the hub and ServiceX decide about the pods of users.",
    rules: ["root-is-for-known-programs"],
  },
  {
    because: "No expression sees the bindings of an account, and the hub decides about the pods of users, without a token.",
    rules: ["tokens-are-for-who-uses-them"],
  },
  {
    because:
      "Who may make pods or Certificates there at run time has the keys himself, or may give an Ingress only hosts of its own namespace.",
    rules: ["certificates-keep-to-their-service", "signing-keys-have-one-reader"],
  },
  {
    because: "Controllers of OpenShift make such Secrets in every namespace.",
    rules: ["service-account-tokens-end"],
  },
  {
    because: "It judges how the hub makes names of users, which no object tells.",
    rules: ["user-names-cannot-collide"],
  },
  {
    because: "Nothing makes such an object at run time: the program does, and it is judged before.",
    rules: [
      ...["ceph-disks-are-named", "limit-ranges-are-consistent", "quota-keys-are-real", "homes-are-kept-and-can-grow"],
      ...["object-users-have-a-quota", "address-pools-are-apart", "charts-come-from-their-source", "traefik-watches-listed-namespaces"],
    ],
  },
  {
    because: "The API server itself refuses such a workload, or no controller of the facility reads what the rule is about.",
    rules: ["selectors-match-their-pods", "ingresses-carry-no-code"],
  },
  {
    because: "Users install what they like into their own servers, which get nothing by it that they have not.",
    rules: ["nothing-is-fetched-at-start"],
  },
  {
    because: "cert-manager makes routes without TLS at run time, for the challenges of certificates.",
    rules: ["routes-use-tls"],
  },
  {
    because: "It needs the descriptions of charts and operators, which are programs.",
    rules: [
      "releases-are-described",
      "secret-values-are-credentials",
      "hub-files-are-known",
      "hub-login-is-the-sites",
      "kinds-are-known",
      "chart-sources-are-known",
    ],
  },
  {
    because:
      "JupyterHub gives each server its token in the environment (JUPYTERHUB_API_TOKEN), so at run time the rule would refuse every user.",
    rules: ["no-secret-literals"],
  },
  {
    because: "It judges options of the engine, which no object has.",
    rules: ["irreplaceable-things-are-protected"],
  },
  {
    because: "It judges the site file, or the day.",
    rules: ["network-policies-are-enforced", "cluster-is-hardened", "waivers-are-exact", "nothing-has-ended", "nothing-ends-soon"],
  },
];

import type { Manifest } from "../manifest";
import { networkPolicies, type Release } from "./chart";
import { httpsOf, network, podLabels } from "./jupyterhub-network";

/** Values of which only a few are read, each with the chart's default where it is not given. */
type Values = Readonly<Record<string, unknown>>;

/** What decides one of the chart's policies. */
interface Described {
  readonly name: string;
  readonly component: string;
  /** Where its values are. */
  readonly path: readonly string[];
  /** Ports, by name, that are open to everybody by default. */
  readonly open: readonly string[];
  /** Ports, by name, that are open to pods with a label of access. */
  readonly inward: Readonly<Record<string, readonly string[]>>;
  readonly outward: readonly object[];
}

/** Policies of the hub, of its proxies and of user servers (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/tree/4.4.0/jupyterhub/templates). */
export function jupyterhubNetworkPolicies({ name: release, namespace, values: given }: Release<unknown>): readonly Manifest[] {
  const values = fieldsOf(given);
  const pods = (component: string) => ({ matchLabels: podLabels(release, component) });
  const to = (component: string, ...ports: readonly number[]) => ({
    to: [{ podSelector: pods(component) }],
    ports: ports.map((port) => ({ port })),
  });
  const https = httpsOf({
    enabled: read(values, ["proxy", "https", "enabled"], false),
    type: read<string>(values, ["proxy", "https", "type"], "letsencrypt"),
    hosts: read<readonly string[]>(values, ["proxy", "https", "hosts"], []),
  });
  const web = https === "proxy" ? ["http", "https"] : ["http"];
  const described: readonly Described[] = [
    {
      name: "hub",
      component: "hub",
      path: ["hub"],
      open: [],
      inward: { hub: ["http"] },
      outward: [to("proxy", 8001), to("singleuser-server", 8888)],
    },
    {
      ...{ name: "proxy", component: "proxy", path: ["proxy", "chp"], open: ["http", "https"] },
      inward: { "proxy-http": web, "proxy-api": ["api"] },
      outward: [to("hub", 8081), to("singleuser-server", 8888)],
    },
    ...(https === "letsencrypt"
      ? [
          {
            ...{ name: "autohttps", component: "autohttps", path: ["proxy", "traefik"], open: ["http", "https"] },
            inward: { "proxy-http": ["http", "https"] },
            outward: [to("proxy", 8000)],
          },
        ]
      : []),
    {
      ...{ name: "singleuser", component: "singleuser-server", path: ["singleuser"], open: [] },
      inward: { singleuser: ["notebook-port"] },
      outward: [to("hub", 8081), to("proxy", 8000), to("autohttps", 8080, 8443)],
    },
  ];
  const metadata = read(values, ["singleuser", "cloudMetadata", "ip"], "169.254.169.254");
  const specs = Object.fromEntries(
    described.flatMap(({ name, component, path, open, inward, outward }) => {
      const policy = fieldsOf(read<unknown>(values, [...path, "networkPolicy"], {}));
      if (!read(policy, ["enabled"], true)) return [];
      const always = read<readonly (string | number)[]>(policy, ["allowedIngressPorts"], open);
      const accepted = read<string>(policy, ["interNamespaceAccessLabels"], "ignore") === "accept";
      const spec = {
        podSelector: pods(component),
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          ...(always.length > 0 ? [{ ports: always.map((port) => ({ port })) }] : []),
          ...Object.entries(inward).map(([access, ports]) => ({
            from: labelled(access, accepted),
            ports: ports.map((port) => ({ port })),
          })),
          ...read<readonly object[]>(policy, ["ingress"], []),
        ],
        egress: [...outward, ...egressRules(policy, component === "singleuser-server", metadata)],
      };
      return [[name, spec]];
    }),
  );
  return networkPolicies(namespace, specs);
}

function labelled(access: string, accepted: boolean): readonly object[] {
  const selector = { matchLabels: network(access) };
  return accepted
    ? [{ podSelector: selector, namespaceSelector: { matchLabels: {} } }, { namespaceSelector: selector }]
    : [{ podSelector: selector }];
}

/** Private networks as the chart lists them. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"] as const;

/** What the chart's `egressAllowRules` let out (its template _helpers-netpol.tpl). By default user servers reach no private address. */
function egressRules(policy: Values, users: boolean, metadata: string): readonly object[] {
  const on = (rule: string, standard = true) => read(policy, ["egressAllowRules", rule], standard);
  const block = (cidr: string, except?: readonly string[]) => ({ ipBlock: { cidr, ...(except && { except }) } });
  const dns = [
    ...(on("dnsPortsCloudMetadataServer") ? [block(`${metadata}/32`)] : []),
    ...(on("dnsPortsKubeSystemNamespace")
      ? [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }]
      : []),
    ...(on("dnsPortsPrivateIPs") ? PRIVATE.map((cidr) => block(cidr)) : []),
  ];
  const dnsPorts = ["UDP", "TCP"].map((protocol) => ({ port: 53, protocol }));
  return [
    ...(dns.length > 0 ? [{ ports: dnsPorts, to: dns }] : []),
    ...(on("nonPrivateIPs") ? [{ to: [block("0.0.0.0/0", [...PRIVATE, `${metadata}/32`])] }] : []),
    ...(on("privateIPs", !users) ? [{ to: PRIVATE.map((cidr) => block(cidr)) }] : []),
    ...(on("cloudMetadataServer", !users) ? [{ to: [block(`${metadata}/32`)] }] : []),
    ...read<readonly object[]>(policy, ["egress"], []),
  ];
}

function fieldsOf(value: unknown): Values {
  return typeof value === "object" && value !== null ? (value as Values) : {};
}

/** The value at a path, or the chart's default where it is not given. */
function read<T>(values: Values, path: readonly string[], standard: T): T {
  const found = path.reduce<unknown>((at, step) => fieldsOf(at)[step], values);
  return (found ?? standard) as T;
}

import { range } from "../../components/fields";
import { schedulableHosts } from "../../components/nodes/schedulable";
import { is, WHOLE_STACK } from "../model/objects";
import type { SiteRule } from "../model/rules";
import { forEachHub } from "../model/hub-demand";

/**
 * Prefix length of the part of the pod network that each host gets: the default of `--node-cidr-mask-size-ipv4`. Its 256 addresses are more than the 110 pods
 * of a kubelet (https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/).
 */
const NODE_MASK = 24;

export const clusterNetworksSuffice: SiteRule = {
  name: "cluster-networks-suffice",
  pack: "quotas",
  title: "The pod network has a part for every host, and the Service network an address for every Service and user.",
  why: "A host without a part of the pod network gets no pods, and a Service without an address is refused. A cluster that is built cannot change its pod network, and can only add further ranges to its Service network.",
  sources: ["https://kubernetes.io/docs/tasks/network/extend-service-ip-ranges/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Widen af:site.kubernetes.podCidr or serviceCidr before the cluster is built: later the pod network cannot be widened.",
  frameworks: ["facility:Q-19"],
  scope: "site",
  check: (objects, site, on) => {
    const { podCidr, serviceCidr } = site.site.kubernetes;
    const judgement = on(WHOLE_STACK);
    const hosts = schedulableHosts(site).length;
    const parts = BigInt(Math.floor(sizeOf(podCidr) / 2 ** (32 - NODE_MASK)));
    judgement.compared(WHOLE_STACK.root, {
      subject: podCidr,
      resource: `/${NODE_MASK} for hosts`,
      unit: "count",
      need: BigInt(hosts),
      have: parts,
    });
    let services = 0;
    for (const object of objects.filter((each) => is(each, "v1", "Service")))
      on(object).attempt(() => {
        if (object.root.at("spec", "clusterIP").text() !== "None") services += 1;
      });
    // With a Dask scheduler in the pod of each user the hub makes a Service for each of these pods.
    if (site.hub.dask.kind === "sni") forEachHub(objects, on, () => (services += site.hub.users.concurrent));
    // Three addresses are not for Services: that of the network, its broadcast address, and the one of the API server itself.
    const addresses = BigInt(Math.max(sizeOf(serviceCidr) - 3, 0));
    judgement.compared(WHOLE_STACK.root, {
      subject: serviceCidr,
      resource: "addresses of Services",
      unit: "count",
      need: BigInt(services),
      have: addresses,
    });
  },
};

function sizeOf(network: string): number {
  const [first, last] = range(network);
  return last - first + 1;
}

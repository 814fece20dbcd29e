import { range } from "../../components/fields";
import { schedulableHosts } from "../../components/nodes/schedulable";
import { is, WHOLE_STACK } from "../model/objects";
import type { SiteRule } from "../model/rules";
import { forEachHub } from "../model/hub-demand";

/** Pod addresses of a host: the controller manager's default `--node-cidr-mask-size-ipv4`; 256 are more than the 110 pods of a kubelet. */
const NODE_MASK = 24;

/** Row Q-19 of the catalogue of quotas (guide policies.md §2.4). */
export const clusterNetworksSuffice: SiteRule = {
  name: "cluster-networks-suffice",
  pack: "quotas",
  title: "The pod network has a part for every host, and the Service network an address for every Service and user.",
  severity: "high",
  enforcement: "mandatory",
  remedy: "Widen af:site.kubernetes.podCidr or serviceCidr before the cluster is built: neither can grow later.",
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
    // With a scheduler in each user's pod the hub makes a Service for each.
    if (site.hub.dask.kind === "sni") forEachHub(objects, on, () => (services += site.hub.users.concurrent));
    // The first address is the network's, the last its broadcast; the API server takes one more.
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

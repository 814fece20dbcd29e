import { is, WHOLE_STACK, type KubernetesObject } from "../model/objects";
import type { StackRule } from "../model/rules";
import { ADDRESS_SHARING_KEY, addressPools, addressCount } from "../model/address-pools";

export const loadBalancersHaveAddresses: StackRule = {
  name: "load-balancers-have-addresses",
  pack: "quotas",
  title: "MetalLB's pools have an address for every Service of type LoadBalancer.",
  why: "A Service of type LoadBalancer without an address stays pending. Users' Services are cluster-internal, so their number does not matter here.",
  sources: [],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Add addresses to af:platform.loadBalancer.pools, or put the service behind the ingress: a Service without address stays pending.",
  frameworks: ["facility:Q-40"],
  scope: "stack",
  check: (objects, on) => {
    const services: KubernetesObject[] = [];
    for (const object of objects.filter((each) => is(each, "v1", "Service")))
      on(object).attempt(() => {
        if (object.root.at("spec", "type").text() === "LoadBalancer") services.push(object);
      });
    const pools = addressPools(objects, on);
    if (pools.length === 0) return;
    // Services with the same sharing key need one address together.
    const shared = new Set<string>();
    const alone = services.filter(({ root }) => {
      const key = root.at("metadata", "annotations", ADDRESS_SHARING_KEY).text();
      if (key === undefined) return true;
      const seen = shared.has(key);
      shared.add(key);
      return !seen;
    });
    on(WHOLE_STACK).compared(WHOLE_STACK.root, {
      subject: `the stack with ${services.length} load balancers`,
      resource: `addresses of ${pools.map(({ object }) => object.name).join(", ")}`,
      unit: "count",
      need: BigInt(alone.length),
      have: BigInt(pools.reduce((sum, pool) => sum + addressCount(pool), 0)),
    });
  },
};

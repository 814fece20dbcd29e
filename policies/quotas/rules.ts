import type { Rule } from "../rules";
import { containersAskForResources } from "./containers-ask-for-resources";
import { demandFitsQuota } from "./demand-fits-quota";
import { loadBalancerAddresses } from "./load-balancer-addresses";
import { namespacesHaveDefaults } from "./namespaces-have-defaults";
import { namespacesHaveQuota } from "./namespaces-have-quota";
import { podsFitAHost } from "./pods-fit-a-host";

/** The quotas pack: what the facility asks for is bounded, and the site has it. */
export const quotas: readonly Rule[] = [
  namespacesHaveQuota,
  namespacesHaveDefaults,
  containersAskForResources,
  demandFitsQuota,
  podsFitAHost,
  loadBalancerAddresses,
];

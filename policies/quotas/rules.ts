import type { Rule } from "../model/rules";
import { addressPoolsAreApart } from "./address-pools-are-apart";
import { cacheWatermarksFitItsDisks } from "./cache-watermarks-fit-its-disks";
import { cephCanRecover } from "./ceph-can-recover";
import { cephDaemonsFitTheirHosts } from "./ceph-daemons-fit-their-hosts";
import { cephHoldsItsClaims } from "./ceph-holds-its-claims";
import { cephKeepsQuorum } from "./ceph-keeps-quorum";
import { claimsNameAUsableClass } from "./claims-name-a-usable-class";
import { classQuotasFitTheirPool } from "./class-quotas-fit-their-pool";
import { clusterNetworksSuffice } from "./cluster-networks-suffice";
import { containersAskForResources } from "./containers-ask-for-resources";
import { copiesFitFailureDomains } from "./copies-fit-failure-domains";
import { daemonsFitEveryHost } from "./daemons-fit-every-host";
import { demandFitsQuota } from "./demand-fits-quota";
import { disruptionBudgetsAllowADrain } from "./disruption-budgets-allow-a-drain";
import { ephemeralStorageFitsTheHosts } from "./ephemeral-storage-fits-the-hosts";
import { externalCephHoldsItsClaims } from "./external-ceph-holds-its-claims";
import { extendedResourcesExist } from "./extended-resources-exist";
import { homesAreKeptAndCanGrow } from "./homes-are-kept-and-can-grow";
import { hostNamesAreUnique } from "./host-names-are-unique";
import { hostsAreSetUpAsCounted } from "./hosts-are-set-up-as-counted";
import { hostsHaveRoomForPods } from "./hosts-have-room-for-pods";
import { inventoryIsWhole } from "./inventory-is-whole";
import { jobsFitThePool } from "./jobs-fit-the-pool";
import { limitRangesAreConsistent } from "./limit-ranges-are-consistent";
import { loadBalancerAddresses } from "./load-balancer-addresses";
import { loadBalancersHaveAddresses } from "./load-balancers-have-addresses";
import { namespacesHaveDefaults } from "./namespaces-have-defaults";
import { namespacesHaveQuota } from "./namespaces-have-quota";
import { oneDefaultClass } from "./one-default-class";
import { objectCountsFitUsers } from "./object-counts-fit-users";
import { objectCountsStayNearNeed } from "./object-counts-stay-near-need";
import { objectUsersHaveAQuota } from "./object-users-have-a-quota";
import { placementIsCertain } from "./placement-is-certain";
import { platformSurvivesAFailureDomain } from "./platform-survives-a-failure-domain";
import { platformSurvivesAHost } from "./platform-survives-a-host";
import { podsFitAHost } from "./pods-fit-a-host";
import { podsPassLimitRanges } from "./pods-pass-limit-ranges";
import { portsAreUnique } from "./ports-are-unique";
import { prioritiesFollowTheLattice } from "./priorities-follow-the-lattice";
import { quotaKeysAreReal } from "./quota-keys-are-real";
import { quotasFitTheSite } from "./quotas-fit-the-site";
import { rolloutsHaveRoom } from "./rollouts-have-room";
import { spreadPodsHaveDomains } from "./spread-pods-have-domains";
import { taintedHostsHaveUsers } from "./tainted-hosts-have-users";
import { tenantsCannotTakePlatformPriorities } from "./tenants-cannot-take-platform-priorities";
import { tenantsKeepOffPlatformHosts } from "./tenants-keep-off-platform-hosts";
import { transformersFitTheirQuota } from "./transformers-fit-their-quota";
import { userNamesCannotCollide } from "./user-names-cannot-collide";
import { usersFitTheHosts } from "./users-fit-the-hosts";
import { usersFitTheHubQuota } from "./users-fit-the-hub-quota";

/** The rules of the quotas pack: what the facility asks for is bounded, and the site has it. The rules about one subject stand together. */
export const quotas: readonly Rule[] = [
  namespacesHaveQuota,
  namespacesHaveDefaults,
  limitRangesAreConsistent,
  podsPassLimitRanges,
  containersAskForResources,
  demandFitsQuota,
  usersFitTheHubQuota,
  objectCountsFitUsers,
  objectCountsStayNearNeed,
  tenantsCannotTakePlatformPriorities,
  quotaKeysAreReal,
  quotasFitTheSite,
  usersFitTheHosts,
  placementIsCertain,
  platformSurvivesAHost,
  platformSurvivesAFailureDomain,
  podsFitAHost,
  taintedHostsHaveUsers,
  tenantsKeepOffPlatformHosts,
  spreadPodsHaveDomains,
  rolloutsHaveRoom,
  hostsHaveRoomForPods,
  clusterNetworksSuffice,
  extendedResourcesExist,
  prioritiesFollowTheLattice,
  transformersFitTheirQuota,
  jobsFitThePool,
  disruptionBudgetsAllowADrain,
  daemonsFitEveryHost,
  cephHoldsItsClaims,
  externalCephHoldsItsClaims,
  copiesFitFailureDomains,
  cephCanRecover,
  cephKeepsQuorum,
  claimsNameAUsableClass,
  oneDefaultClass,
  homesAreKeptAndCanGrow,
  classQuotasFitTheirPool,
  cephDaemonsFitTheirHosts,
  cacheWatermarksFitItsDisks,
  ephemeralStorageFitsTheHosts,
  objectUsersHaveAQuota,
  loadBalancersHaveAddresses,
  loadBalancerAddresses,
  addressPoolsAreApart,
  hostNamesAreUnique,
  userNamesCannotCollide,
  portsAreUnique,
  hostsAreSetUpAsCounted,
  inventoryIsWhole,
];

import type { Rule } from "../model/rules";
import { adminSurfacesStayInside } from "./admin-surfaces-stay-inside";
import { bindingsKeepTheirNamespace } from "./bindings-keep-their-namespace";
import { bindingsNameTheirAccounts } from "./bindings-name-their-accounts";
import { cephDisksAreNamed } from "./ceph-disks-are-named";
import { certificatesKeepToTheirService } from "./certificates-keep-to-their-service";
import { chartSourcesAreKnown } from "./chart-sources-are-known";
import { chartsComeFromTheirSource } from "./charts-come-from-their-source";
import { clusterIsHardened } from "./cluster-is-hardened";
import { connectionsAreListed } from "./connections-are-listed";
import { exposedPodsCannotTakeTheCluster } from "./exposed-pods-cannot-take-the-cluster";
import { hubFilesAreKnown } from "./hub-files-are-known";
import { hubLoginIsTheSites } from "./hub-login-is-the-sites";
import { imagesAreExact } from "./images-are-exact";
import { imagesComeFromKnownSources } from "./images-come-from-known-sources";
import { ingressesCarryNoCode } from "./ingresses-carry-no-code";
import { irreplaceableThingsAreProtected } from "./irreplaceable-things-are-protected";
import { kindsAreKnown } from "./kinds-are-known";
import { namespacesDenyByDefault } from "./namespaces-deny-by-default";
import { namespacesSetPodSecurity } from "./namespaces-set-pod-security";
import { networkPoliciesAreEnforced } from "./network-policies-are-enforced";
import { noAddedCapabilities } from "./no-added-capabilities";
import { noHostNamespaces } from "./no-host-namespaces";
import { noHostPaths } from "./no-host-paths";
import { noPrivilegedContainers } from "./no-privileged-containers";
import { noSecretLiterals } from "./no-secret-literals";
import { nobodyIsClusterAdmin } from "./nobody-is-cluster-admin";
import { nothingEndsSoon } from "./nothing-ends-soon";
import { nothingHasEnded } from "./nothing-has-ended";
import { nothingIsFetchedAtStart } from "./nothing-is-fetched-at-start";
import { podsKeepOffControlPlanes } from "./pods-keep-off-control-planes";
import { podsKeepTheirIsolation } from "./pods-keep-their-isolation";
import { podsKeepTheirNamespacesLevel } from "./pods-keep-their-namespaces-level";
import { releasesAreDescribed } from "./releases-are-described";
import { secretValuesAreCredentials } from "./secret-values-are-credentials";
import { rolesGiveNoEscalation } from "./roles-give-no-escalation";
import { rolesHaveNoWildcards } from "./roles-have-no-wildcards";
import { rootIsForKnownPrograms } from "./root-is-for-known-programs";
import { routesNameTheirOwnHosts } from "./routes-name-their-own-hosts";
import { routesUseTls } from "./routes-use-tls";
import { secretsHaveKnownReaders } from "./secrets-have-known-readers";
import { selectorsMatchTheirPods } from "./selectors-match-their-pods";
import { serviceAccountTokensEnd } from "./service-account-tokens-end";
import { servicesOpenNoHostPorts } from "./services-open-no-host-ports";
import { signingKeysHaveOneReader } from "./signing-keys-have-one-reader";
import { tokensAreForWhoUsesThem } from "./tokens-are-for-who-uses-them";
import { traefikWatchesListedNamespaces } from "./traefik-watches-listed-namespaces";
import { waiversAreExact } from "./waivers-are-exact";

/** Rules of the security pack about objects; a site may waive most of them. */
const aboutObjects: readonly Rule[] = [
  noPrivilegedContainers,
  noHostNamespaces,
  noHostPaths,
  noAddedCapabilities,
  imagesAreExact,
  noSecretLiterals,
  namespacesSetPodSecurity,
  podsKeepTheirNamespacesLevel,
  namespacesDenyByDefault,
  connectionsAreListed,
  routesNameTheirOwnHosts,
  servicesOpenNoHostPorts,
  kindsAreKnown,
  releasesAreDescribed,
  secretValuesAreCredentials,
  hubFilesAreKnown,
  hubLoginIsTheSites,
  chartsComeFromTheirSource,
  cephDisksAreNamed,
  irreplaceableThingsAreProtected,
  rolesHaveNoWildcards,
  rolesGiveNoEscalation,
  nobodyIsClusterAdmin,
  bindingsNameTheirAccounts,
  bindingsKeepTheirNamespace,
  secretsHaveKnownReaders,
  exposedPodsCannotTakeTheCluster,
  serviceAccountTokensEnd,
  routesUseTls,
  adminSurfacesStayInside,
  certificatesKeepToTheirService,
  signingKeysHaveOneReader,
  podsKeepTheirIsolation,
  podsKeepOffControlPlanes,
  imagesComeFromKnownSources,
  tokensAreForWhoUsesThem,
  rootIsForKnownPrograms,
  ingressesCarryNoCode,
  selectorsMatchTheirPods,
  nothingIsFetchedAtStart,
  chartSourcesAreKnown,
  traefikWatchesListedNamespaces,
];

/** The security pack: nobody gets more of a host, the network or a secret than they need. */
export const security: readonly Rule[] = [
  ...aboutObjects,
  waiversAreExact(aboutObjects),
  networkPoliciesAreEnforced,
  clusterIsHardened,
  nothingHasEnded,
  nothingEndsSoon,
];

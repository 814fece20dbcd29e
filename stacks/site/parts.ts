import { memoize } from "../../capacity/memoize";
import { admissionParts, type AdmissionParts } from "../../components/admission/parts";
import { batchParts, type BatchParts } from "../../components/batch/parts";
import { condorEnvironment, submitEnvironment, tokenIssuer, workerTokenFile } from "../../components/batch/settings";
import { clientEnvironment, jobEnvironment } from "../../components/data/clients";
import { dataParts, type DataParts } from "../../components/data/parts";
import { cacheEndpoint } from "../../components/data/settings";
import { hubParts, type HubParts } from "../../components/hub/parts";
import { taskPriority } from "../../components/hub/placeholders";
import { tolerantParts } from "../../components/nodes/tolerations";
import { monitoringParts, type MonitoringParts } from "../../components/monitoring/parts";
import { workloadsOfParts } from "../../components/part-workloads";
import { flattened, type ConcernParts, type Part } from "../../components/parts";
import { platformParts, type PlatformParts } from "../../components/platform/parts";
import { publicIngressOf } from "../../components/platform/public-ingress";
import { servicexClientFile, servicexEnvironment } from "../../components/servicex/environment";
import { servicexParts, type ServiceXParts } from "../../components/servicex/parts";
import { skyhookParts, type SkyhookParts } from "../../components/skyhook/parts";
import { storageParts, type StorageParts } from "../../components/storage/parts";
import { s3EndpointOf } from "../../components/storage/s3-endpoint";
import { sharedClass } from "../../components/storage/settings";
import { ROLES, type Role } from "../../components/tenancy/roles";
import { nameOf } from "../../components/tenancy/settings";
import type { Workload } from "../../components/workloads/workload";
import { knownSources } from "./image-sources";
import type { Site } from "./schema";

/** The parts of a whole facility, by concern. */
export interface FacilityParts extends ConcernParts {
  readonly admission: AdmissionParts;
  readonly platform: PlatformParts;
  readonly storage: StorageParts;
  readonly monitoring: MonitoringParts;
  readonly data: DataParts;
  readonly batch: BatchParts;
  readonly servicex: ServiceXParts;
  readonly skyhook: SkyhookParts;
  readonly hub: HubParts;
}

/**
 * The parts of a site, which several checks, rules and components ask for. They are made once for a site, so nobody may change them. Each concern lists its
 * own parts; this function gives it what it needs to know of the others.
 */
export const partsOf = memoize((site: Site): FacilityParts => tolerantParts(toldParts(site), site.nodes));

function toldParts(site: Site): FacilityParts {
  const { nodes, storage: volumes } = site;
  const { loadBalancer } = site.platform;
  const { blockClass } = volumes;
  const namespaceOf = (role: Role): string => nameOf(site.tenancy, role);
  const ingress = publicIngressOf(site.platform);
  const objectStore = s3EndpointOf(volumes, namespaceOf("rook"), ingress);
  const cache = cacheEndpoint(site.data);
  const userNamespaces = site.servicex.kind === "servicex" ? [namespaceOf("servicex")] : [];
  const services = {
    storage: storageParts(volumes, { nodes, namespace: namespaceOf("rook"), userNamespaces, ingress }),
    data: dataParts(site.data, { nodes, namespaceOf, loadBalancer, monitored: site.monitoring.kind === "stack" }),
    batch: batchParts(site.batch, { nodes, namespace: namespaceOf("batch"), blockClass, loadBalancer }),
    servicex: servicexParts(site.servicex, {
      namespace: namespaceOf("servicex"),
      experiment: site.site.experiment,
      blockClass,
      objectStore,
      cache: cache && `${cache.host}:${cache.port}`,
      taskPriority: taskPriority(site.hub),
      ingress,
    }),
    skyhook: skyhookParts(site.skyhook, { nodes, namespace: namespaceOf("skyhook"), operator: namespaceOf("rook") }),
  };
  const hub = hubParts(site.hub, {
    title: site.site.title,
    nodes,
    namespaceOf,
    blockClass,
    sharedClass: sharedClass(volumes),
    cvmfs: site.data.cvmfs,
    loadBalancer,
    ingress,
    environment: servicexEnvironment(site.servicex, namespaceOf("servicex"), ingress),
    servicexClient: servicexClientFile(site.servicex, namespaceOf("servicex"), ingress),
    clientEnvironment: clientEnvironment(site.data),
    accessPoint: tokenIssuer(site.batch),
    condorEnvironment: condorEnvironment(site.batch),
    submitEnvironment: (image) => submitEnvironment(site.batch, image, jobEnvironment(site.data, workerTokenFile(site.batch))),
  });
  const platform = platformParts(site.platform, site.delivery, { nodes, namespaceOf, others: flattened({ ...services, hub }) });
  const others = { platform, ...services };
  const monitoring = monitoringParts(site.monitoring, {
    nodes,
    namespace: namespaceOf("monitoring"),
    blockClass,
    others: flattened({ ...others, hub }),
    hubCheck: hub.check && namespaceOf("hub"),
  });
  const admission = admissionParts({
    imagesOf: (role) => {
      const { listed, named } = knownSources(site, role);
      return [...listed, ...named];
    },
    kubernetes: site.site.kubernetes.kind,
    namespaceOf,
    others: flattened({ ...others, monitoring, hub }),
  });
  const { storage, ...rest } = services;
  return { admission, platform, storage, monitoring, ...rest, hub };
}

/** Every part of a site, in one list. */
export function allParts(site: Site): readonly Part[] {
  return flattened(partsOf(site));
}

/** Roles of the namespaces that a site has: those in which one of its parts runs. */
export function rolesOf(site: Site): readonly Role[] {
  const parts = allParts(site);
  return ROLES.filter((role) => parts.some((told) => told.role === role));
}

/** Workloads of the facility in all its namespaces, without those of users. */
export function workloadsOf(site: Site): readonly Workload[] {
  const parts = allParts(site);
  return ROLES.flatMap((role) =>
    workloadsOfParts(
      parts.filter((told) => told.role === role),
      nameOf(site.tenancy, role),
    ),
  );
}

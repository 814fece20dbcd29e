import { ADMITTED, boundBy, clients, CLUSTERS, ENVIRONMENT, HUB, KNOWN_IMAGES, OWN_CLUSTERS, record, type Agreements } from "./agreement";

/** Fermilab's: a router, volumes and an access point of others, workers of Dask in the batch pool. */
export const FNAL: Agreements = {
  "platform.ingress.router": { must: ["Route eaf-hub/hub: metadata.annotations"] },
  "storage.blockClass": { must: [`${HUB}hub.db.pvc.storageClassName`, boundBy("eaf-hub")] },
  "storage.sharedClass": { must: [`${HUB}singleuser.storage.dynamic.storageClass`, boundBy("eaf-hub")] },
  "data.stores.lpc-eos.doors.protocols.0.port": {
    must: [
      record("eaf-hub/doors-lpc-eos"),
      "Service eaf-hub/doors-lpc-eos: spec.ports.port",
      "EndpointSlice eaf-hub/doors-lpc-eos: ports.port",
      "NetworkPolicy eaf-hub: egress",
      // Without a cache, its name leads to a door.
      `${clients("eaf-hub")}.XCACHE_PORT`,
      CLUSTERS,
      OWN_CLUSTERS,
    ],
    // Jobs are told what the notebook is told.
    may: ["NetworkPolicy eaf-hub: egress", `${ENVIRONMENT}.DASK_JOBQUEUE__HTCONDOR__JOB_EXTRA_DIRECTIVES`],
  },
  "data.stores.disk.doors.protocols.0.port": {
    must: [
      record("eaf-hub/doors-disk"),
      "Service eaf-hub/doors-disk: spec.ports.port",
      "EndpointSlice eaf-hub/doors-disk: ports.port",
      "NetworkPolicy eaf-hub: egress",
    ],
    may: ["NetworkPolicy eaf-hub: egress", ENVIRONMENT],
  },
  // The gateway submits its workers as users submit their jobs.
  "batch.pool.collector": { must: [`${ENVIRONMENT}.CONDOR_HOST`, "chart dask-gateway: gateway"] },
  "batch.schedd.host": { must: [`${ENVIRONMENT}.SCHEDD_HOST`, "chart dask-gateway: gateway"] },
  // Clients read the port from what the access point tells the collector; policies have to know it.
  "batch.schedd.port": {
    must: ["NetworkPolicy eaf-hub: egress", "NetworkPolicy eaf-hub: egress"],
    may: [ENVIRONMENT, "chart dask-gateway: gateway"],
  },
  "hub.host": {
    must: [
      ADMITTED,
      "Route eaf-hub/hub: spec.host",
      `${HUB}hub.config.GenericOAuthenticator.oauth_callback_url`,
      `${ENVIRONMENT}.DASK_GATEWAY__PUBLIC_ADDRESS`,
    ],
  },
  "hub.dask.address": { value: "203.0.113.20", must: ["chart dask-gateway: traefik.service.annotations"] },
  "hub.dask.host": { must: [`${ENVIRONMENT}.DASK_GATEWAY__PROXY_ADDRESS`], may: ["chart dask-gateway: "] },
  "hub.dask.workers.image": {
    must: ["chart dask-gateway: gateway.backend.image", KNOWN_IMAGES],
  },
  "hub.dask.backend.image": { must: ["chart dask-gateway: gateway.image", KNOWN_IMAGES] },
};

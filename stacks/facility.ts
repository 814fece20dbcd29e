import * as pulumi from "@pulumi/pulumi";
import { Admission } from "../components/admission/admission";
import { Schedd } from "../components/batch/schedd";
import { signingKeys } from "../components/batch/settings";
import { DataCheck } from "../components/data/data-check";
import { Doors } from "../components/data/doors";
import { Signpost } from "../components/data/signpost";
import { XCache } from "../components/data/xcache";
import { Hub } from "../components/hub/hub";
import { hubUrl } from "../components/hub/parts";
import { Monitoring } from "../components/monitoring/monitoring";
import { NodePools } from "../components/nodes/node-pool";
import { flowsOfParts } from "../components/part-flows";
import { addressOf, flattened } from "../components/parts";
import { Platform } from "../components/platform/platform";
import { publicIngressOf } from "../components/platform/public-ingress";
import { watchedRoles } from "../components/platform/watched-roles";
import { ServiceX } from "../components/servicex/servicex";
import { SkyhookExperiment } from "../components/skyhook/skyhook";
import { sharedClass } from "../components/storage/settings";
import { Storage } from "../components/storage/storage";
import { Tenants } from "../components/tenancy/tenant";
import type { Secrets } from "./load-site";
import { namespacesOf } from "./namespaces";
import { partsOf } from "./site/parts";
import type { Site } from "./site/schema";
import { declaredSecrets } from "./site/secrets";

/** An endpoint at which a service answers. */
export interface Endpoint {
  readonly service: string;
  /** `host:port`. */
  readonly address: string;
}

/**
 * A whole analysis facility. The constructor lists its components in the order in which they depend on each other; the engine deletes them
 * in the opposite order.
 */
export class Facility extends pulumi.ComponentResource {
  /** URL of the hub, which users open. */
  readonly hubUrl: string;
  /** Endpoints at which services answer to clients outside the cluster. */
  readonly endpoints: readonly Endpoint[];
  /**
   * Names of the StorageClasses, for other programs that make volumes; `shared` is missing if no volume can be mounted by many hosts at
   * once.
   */
  readonly storageClasses: { readonly block: string; readonly shared?: string };
  /** Names of the namespaces, by role. */
  readonly namespaces: Readonly<Record<string, string>>;

  constructor(site: Site, secrets: Secrets, opts?: pulumi.ComponentResourceOptions) {
    super("af:stacks:Facility", site.site.name, {}, opts);
    const { delivery, servicex } = site;
    const parts = partsOf(site);
    const all = flattened(parts);
    const names = declaredSecrets(site).map(({ name }) => name);
    const declared = (name: string) => (names.includes(name) ? secrets(name) : undefined);
    const after = (...needed: pulumi.Resource[]): pulumi.ComponentResourceOptions => ({ parent: this, dependsOn: needed });

    // Each component waits only for its own namespaces. The engine cannot delete what a protected resource depends on, so that should be
    // little.
    const nodes = new NodePools("nodes", site.nodes, after());
    const namespaces = namespacesOf(site);
    const flows = flowsOfParts(all);
    const tenants = new Tenants("tenants", { namespaces, kubernetes: site.site.kubernetes, flows }, after());
    const within = tenants.within.bind(tenants);
    new Admission("admission", parts.admission.admission, { parent: this });
    const platform = new Platform(
      "platform",
      { parts: parts.platform, delivery, tenants, watched: watchedRoles(all), dnsTsigSecret: declared("dnsTsigSecret") },
      after(nodes, ...within("flux", "cert-manager", "metallb", "traefik")),
    );
    const storage = new Storage(
      "storage",
      { settings: site.storage, parts: parts.storage, tenants, delivery, ingress: platform.ingress, credential: secrets },
      after(nodes, ...within("rook"), ...platform.base),
    );
    const monitoring =
      parts.monitoring.stack &&
      new Monitoring(
        "monitoring",
        { part: parts.monitoring.stack, namespace: tenants.of("monitoring").namespace, delivery },
        after(...within("monitoring"), ...platform.base, ...storage.volumes),
      );
    for (const [store, part] of Object.entries(parts.data.doors))
      new Doors(`doors-${store}`, { part, namespace: tenants.of("hub").namespace }, after(...within("hub")));
    if (parts.data.xcache)
      new XCache(
        "xcache",
        { part: parts.data.xcache, namespace: tenants.of("data").namespace, originToken: secrets("xcacheOriginToken") },
        after(nodes, ...within("data"), ...platform.base),
      );
    if (parts.data.signpost)
      new Signpost("signpost", { part: parts.data.signpost, namespace: tenants.of("hub").namespace }, after(nodes, ...within("hub")));
    if (parts.data.check)
      new DataCheck(
        "data-check",
        { part: parts.data.check, namespace: tenants.of("data").namespace, token: secrets("dataCheckToken") },
        // Monitoring brings the kinds by which Prometheus finds the check.
        after(nodes, ...within("data"), ...(monitoring ? [monitoring] : [])),
      );
    const keys = Object.fromEntries(signingKeys(site.batch).map(({ id, secret }) => [id, secrets(secret)]));
    const schedd =
      parts.batch.schedd &&
      new Schedd(
        "schedd",
        {
          part: parts.batch.schedd,
          namespace: tenants.of("batch").namespace,
          signingKeys: keys,
          daemonToken: secrets("condorDaemonToken"),
        },
        after(nodes, ...within("batch"), ...platform.base, ...storage.volumes),
      );
    // Only the hook signs, which a hub without schedulers in users' pods has not.
    const signs = site.hub.dask.kind === "sni" && schedd !== undefined;
    const hub = new Hub(
      "hub",
      {
        parts: parts.hub,
        software: parts.data.cvmfs,
        url: hubUrl(site.hub, publicIngressOf(site.platform)),
        namespace: tenants.of("hub").namespace,
        delivery,
        ingress: platform.ingress,
        clientId: secrets("hubClientId"),
        clientSecret: secrets("hubClientSecret"),
        signing: signs ? { keys, checkedBy: schedd } : undefined,
        checkToken: declared("hubCheckToken"),
      },
      after(nodes, ...within("hub"), ...platform.base, ...storage.volumes),
    );
    if (servicex.kind === "servicex" && parts.servicex.app)
      new ServiceX(
        "servicex",
        {
          ...{ settings: servicex, app: parts.servicex.app, route: parts.servicex.route, delivery },
          namespace: tenants.of("servicex").namespace,
          clientId: declared("servicexClientId"),
          clientSecret: declared("servicexClientSecret"),
        },
        after(...within("servicex"), platform, storage),
      );
    if (parts.skyhook.experiment)
      new SkyhookExperiment(
        "skyhook",
        { part: parts.skyhook.experiment, namespace: tenants.of("skyhook").namespace },
        after(nodes, ...within("skyhook"), storage),
      );

    const shared = sharedClass(site.storage);
    this.hubUrl = hub.url;
    this.endpoints = all.flatMap(({ probes }) => probes.map((probe) => ({ service: probe.service, address: addressOf(probe) })));
    this.storageClasses = { block: storage.blockClass, ...(shared !== undefined && { shared }) };
    this.namespaces = Object.fromEntries(Object.entries(namespaces).map(([role, { name }]) => [role, name]));
    this.registerOutputs({
      hubUrl: this.hubUrl,
      endpoints: this.endpoints,
      storageClasses: this.storageClasses,
      namespaces: this.namespaces,
    });
  }
}

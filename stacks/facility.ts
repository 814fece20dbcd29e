import * as pulumi from "@pulumi/pulumi";
import { Schedd } from "../components/batch/schedd";
import { submitEnvironment } from "../components/batch/settings";
import { Doors } from "../components/data/doors";
import { cacheEndpoint } from "../components/data/settings";
import { XCache } from "../components/data/xcache";
import { clientEnvironment } from "../components/data/xcache-config";
import { Hub } from "../components/hub/hub";
import { Monitoring } from "../components/monitoring/monitoring";
import { NodePools } from "../components/nodes/node-pool";
import { Platform } from "../components/platform/platform";
import { ServiceX } from "../components/servicex/servicex";
import { SkyhookExperiment } from "../components/skyhook/skyhook";
import { storageFlows } from "../components/storage/flows";
import { sharedClass } from "../components/storage/settings";
import { Storage } from "../components/storage/storage";
import type { Role } from "../components/tenancy/roles";
import { nameOf } from "../components/tenancy/settings";
import { Tenants } from "../components/tenancy/tenant";
import type { Secrets } from "./load-site";
import { namespacesOf } from "./namespaces";
import type { Site } from "./site/schema";

/**
 * A whole analysis facility. The constructor is its table of contents, in the order in which the parts need each other; deletion goes
 * the other way.
 */
export class Facility extends pulumi.ComponentResource {
  /** Where users go. */
  readonly hubUrl: string;

  constructor(site: Site, secrets: Secrets, opts?: pulumi.ComponentResourceOptions) {
    super("af:stacks:Facility", site.site.name, {}, opts);
    const { delivery } = site;
    const after = (...needed: pulumi.Resource[]): pulumi.ComponentResourceOptions => ({ parent: this, dependsOn: needed });
    const name = (role: Role): string => nameOf(site.tenancy, role);

    // Each part waits for its own namespaces alone: what is protected keeps what it depends on, and that should be little.
    const nodes = new NodePools("nodes", site.nodes, after());
    const namespaces = namespacesOf(site);
    const tenants = new Tenants("tenants", { namespaces, kubernetes: site.site.kubernetes, flows: storageFlows(site.storage) }, after());
    const platform = new Platform(
      "platform",
      { settings: site.platform, delivery, tenants, ...optional("dnsTsigSecret", site, secrets) },
      after(nodes, ...tenants.those("flux", "cert-manager", "metallb", "traefik")),
    );
    const { wayIn } = platform;
    const { loadBalancer } = site.platform;

    const storage = new Storage(
      "storage",
      {
        settings: site.storage,
        nodes: site.nodes,
        tenants,
        namespaceName: name("rook"),
        delivery,
        userNamespaces: site.servicex.kind === "servicex" ? [name("servicex")] : [],
        wayIn,
        credential: secrets,
      },
      after(nodes, ...tenants.those("rook"), platform),
    );
    const { blockClass } = storage;
    if (site.monitoring.kind === "stack") {
      new Monitoring(
        "monitoring",
        { settings: site.monitoring, namespace: tenants.of("monitoring").namespace, delivery, storageClass: blockClass },
        after(...tenants.those("monitoring"), platform, storage),
      );
    }

    for (const [store, settings] of Object.entries(site.data.stores))
      new Doors(`doors-${store}`, { store: settings, namespace: tenants.of("hub").namespace }, after(...tenants.those("hub")));
    const { cache } = site.data;
    if (cache.kind === "xcache") {
      new XCache(
        "xcache",
        {
          data: site.data,
          settings: cache,
          nodes: site.nodes,
          namespace: tenants.of("data").namespace,
          namespaceName: name("data"),
          originToken: secrets("xcacheOriginToken"),
        },
        after(nodes, ...tenants.those("data"), platform),
      );
    }

    const { batch } = site;
    if (batch.kind === "htcondor" && batch.schedd.kind === "dedicated") {
      new Schedd(
        "schedd",
        {
          batch,
          settings: batch.schedd,
          namespace: tenants.of("batch").namespace,
          storageClass: blockClass,
          loadBalancer,
          signingKey: secrets("condorSigningKey"),
          daemonToken: secrets("condorDaemonToken"),
        },
        after(nodes, ...tenants.those("batch"), platform, storage),
      );
    }

    const hub = new Hub(
      "hub",
      {
        settings: site.hub,
        namespace: tenants.of("hub").namespace,
        delivery,
        wayIn,
        loadBalancer,
        blockClass,
        sharedClass: sharedClass(site.storage),
        cvmfs: site.data.cvmfs,
        environment: { ...clientEnvironment(cacheEndpoint(site.data), site.data), ...submitEnvironment(batch, site.hub.image) },
        ingressNamespace: namespaces.traefik?.name,
        clientId: secrets("hubClientId"),
        clientSecret: secrets("hubClientSecret"),
      },
      after(nodes, ...tenants.those("hub"), platform, storage),
    );

    const { servicex } = site;
    if (servicex.kind === "servicex" && storage.objectStore) {
      const endpoint = cacheEndpoint(site.data);
      new ServiceX(
        "servicex",
        {
          settings: servicex,
          namespace: tenants.of("servicex").namespace,
          delivery,
          experiment: site.site.experiment,
          storageClass: blockClass,
          objectStore: storage.objectStore,
          cache: endpoint && `${endpoint.host}:${endpoint.port}`,
          wayIn,
          ...(servicex.auth.kind === "oidc" && { clientId: secrets("servicexClientId"), clientSecret: secrets("servicexClientSecret") }),
        },
        after(...tenants.those("servicex"), platform, storage),
      );
    }

    if (site.skyhook.kind === "experimental") {
      new SkyhookExperiment(
        "skyhook",
        { settings: site.skyhook, nodes: site.nodes, namespace: tenants.of("skyhook").namespace },
        after(nodes, ...tenants.those("skyhook"), storage),
      );
    }

    this.hubUrl = hub.url;
    this.registerOutputs({ hubUrl: this.hubUrl });
  }
}

/** The TSIG secret where the site's solver needs one. */
function optional(key: "dnsTsigSecret", { platform }: Site, secrets: Secrets): { readonly dnsTsigSecret?: pulumi.Output<string> } {
  return platform.certificates.kind === "acme" && platform.certificates.solver.kind === "rfc2136" ? { [key]: secrets(key) } : {};
}

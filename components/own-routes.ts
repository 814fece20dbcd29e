/** A host, or a group of hosts, that routes of one namespace may ask for. */
export interface OwnRoute {
  /** The host as an Ingress and a Route of OpenShift name it; undefined where only Traefik's own routes ask for it. */
  readonly host?: string;
  /** Matches the whole rule of Traefik's route. JavaScript and RE2 read it alike (https://github.com/google/re2/wiki/Syntax). */
  readonly rule: string;
  /** The same for people. */
  readonly says: string;
  /** True if a proxy of its own chart reads the route, so that the facility's Traefik need not. */
  readonly readElsewhere?: true;
}

/** A public host of a service, whatever its paths are. */
export function ownHost(host: string): OwnRoute {
  return { host, rule: `^Host\\(\`${literal(host)}\`\\)( && Path(Prefix)?\\(\`[^\`]*\`\\))?$`, says: host };
}

/** Names that programs of users have below a domain, one label deep. Traefik tells them apart by SNI and passes their TLS through. */
export function ownNamesBelow(domain: string): OwnRoute {
  return { rule: `^HostSNI\\(\`${DNS_LABEL}\\.${literal(domain)}\`\\)$`, says: `one name below ${domain}` };
}

/**
 * Rules of the routes that Dask Gateway makes for Traefik proxies of its own: its own pages, and the dashboard and the scheduler of each cluster
 * (https://github.com/dask/dask-gateway/blob/2026.3.0/dask-gateway-server/dask_gateway_server/backends/kubernetes/controller.py).
 * @param prefix path below which the gateway answers.
 */
export function ownGatewayRoutes(prefix: string, namespace: string): readonly OwnRoute[] {
  return [
    {
      rule: `^PathPrefix\\(\`${literal(prefix)}(/clusters/${literal(namespace)}\\.${DNS_LABEL}/)?\`\\)$`,
      says: `paths of ${prefix}`,
      readElsewhere: true,
    },
    {
      rule: `^HostSNI\\(\`daskgateway-${literal(namespace)}\\.${DNS_LABEL}\`\\)$`,
      says: `daskgateway-${namespace}.<cluster>`,
      readElsewhere: true,
    },
  ];
}

/** One label of a DNS name (https://www.rfc-editor.org/rfc/rfc1123#section-2.1). */
const DNS_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";

function literal(text: string): string {
  return text.replaceAll(/[.\\+*?()|[\]{}^$]/g, "\\$&");
}

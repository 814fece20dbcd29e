import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { choose } from "../choose";
import type { Ingress } from "./settings";
import { ENTRY_POINTS } from "./values";

/** How a public name reaches the facility: the site's ingress, and who signs the name's certificate. */
export interface WayIn {
  readonly ingress: Ingress;
  /** ClusterIssuer of public names; undefined where the ingress brings its own certificate. */
  readonly issuer: string | undefined;
}

export interface HostRouteArgs {
  readonly wayIn: WayIn;
  /** Name of the objects in the namespace. */
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  /** Public host name. */
  readonly host: string;
  readonly service: string;
  /** Port of the Service that speaks plain HTTP: its number, and its name where the router asks for that. */
  readonly port: { readonly number: number; readonly name: string };
}

/** One public host name that leads to one Service; TLS ends at the ingress. */
export class HostRoute extends pulumi.ComponentResource {
  constructor(name: string, args: HostRouteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:HostRoute", name, {}, opts);
    choose(args.wayIn.ingress, {
      traefik: () => this.ingressRoute(name, args),
      routes: ({ router }) => this.route(name, args, router),
    });
    this.registerOutputs({ host: args.host });
  }

  private ingressRoute(name: string, { wayIn, name: object, namespace, host, service, port }: HostRouteArgs): void {
    const certificates =
      wayIn.issuer === undefined
        ? []
        : [publicCertificate(name, { issuer: wayIn.issuer, name: object, namespace, host }, { parent: this })];
    new k8s.apiextensions.CustomResource(
      `${name}-route`,
      {
        apiVersion: "traefik.io/v1alpha1",
        kind: "IngressRoute",
        metadata: { name: object, namespace, annotations: NOTHING_TO_AWAIT },
        spec: {
          entryPoints: [ENTRY_POINTS.https],
          routes: [{ kind: "Rule", match: `Host(\`${host}\`)`, services: [{ name: service, port: port.number }] }],
          // Without an issuer Traefik's own default certificate answers.
          tls: wayIn.issuer === undefined ? {} : { secretName: certificateSecret(object) },
        },
      },
      { parent: this, dependsOn: certificates },
    );
  }

  private route(name: string, { name: object, namespace, host, service, port }: HostRouteArgs, router: string): void {
    new k8s.apiextensions.CustomResource(
      `${name}-route`,
      {
        apiVersion: "route.openshift.io/v1",
        kind: "Route",
        metadata: { name: object, namespace, annotations: { ...NOTHING_TO_AWAIT, "analysis-facility/router": router } },
        spec: {
          host,
          to: { kind: "Service", name: service, weight: 100 },
          port: { targetPort: port.name },
          tls: { termination: "edge", insecureEdgeTerminationPolicy: "Redirect" },
          wildcardPolicy: "None",
        },
      },
      { parent: this },
    );
  }
}

export interface PublicCertificateArgs {
  readonly issuer: string;
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  readonly host: string;
}

/** A certificate for one public name, in the Secret {@link certificateSecret} of the same namespace. */
export function publicCertificate(
  name: string,
  { issuer, name: object, namespace, host }: PublicCertificateArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  return new k8s.apiextensions.CustomResource(
    `${name}-certificate`,
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: object, namespace, annotations: { "pulumi.com/waitFor": "condition=Ready" } },
      spec: { secretName: certificateSecret(object), dnsNames: [host], issuerRef: { kind: "ClusterIssuer", name: issuer } },
    },
    opts,
  );
}

/** Secret with the certificate of that name. */
export function certificateSecret(name: string): string {
  return `${name}-tls`;
}

/** Routes have no status that says when they work. */
const NOTHING_TO_AWAIT = { "pulumi.com/skipAwait": "true" };

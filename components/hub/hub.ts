import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { HelmChart } from "../charts/helm-chart";
import { jupyterhub } from "../charts/jupyterhub";
import type { Delivery } from "../charts/settings";
import { ENTRY_POINTS } from "../platform/traefik";
import type { Hub as Settings } from "./settings";
import { hubValues } from "./values";

export interface HubArgs {
  readonly settings: Settings;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
  readonly storageClass: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ingressNamespace: string | undefined;
  readonly publicIssuer: string;
  readonly clientId: pulumi.Output<string>;
  readonly clientSecret: pulumi.Output<string>;
}

const LOGIN_SECRET = "hub-login";
const CERTIFICATE_SECRET = "hub-tls";

/** JupyterHub, by Zero to JupyterHub: login, homes, user servers. */
export class Hub extends pulumi.ComponentResource {
  readonly url: string;

  constructor(name: string, args: HubArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:hub:Hub", name, {}, opts);
    const { settings, namespace, delivery, publicIssuer } = args;
    const login = new k8s.core.v1.Secret(
      `${name}-login`,
      { metadata: { name: LOGIN_SECRET, namespace }, stringData: { "client-id": args.clientId, "client-secret": args.clientSecret } },
      { parent: this },
    );
    const certificate = new k8s.apiextensions.CustomResource(
      `${name}-certificate`,
      {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: { name: "hub", namespace, annotations: { "pulumi.com/waitFor": "condition=Ready" } },
        spec: { secretName: CERTIFICATE_SECRET, dnsNames: [settings.host], issuerRef: { kind: "ClusterIssuer", name: publicIssuer } },
      },
      { parent: this },
    );
    const values = hubValues(settings, { ...args, certificateSecret: CERTIFICATE_SECRET, loginSecret: LOGIN_SECRET });
    const chart = new HelmChart(
      `${name}-chart`,
      { chart: jupyterhub, release: "jupyterhub", namespace, values, secretValues: this.keys(name), delivery, timeoutMinutes: 20 },
      { parent: this, dependsOn: [login, certificate] },
    );
    if (settings.expose.kind === "ingress") this.route(name, settings.host, namespace, chart);
    this.url = `https://${settings.host}`;
    this.registerOutputs({ url: this.url });
  }

  /** Keys that the chart would draw anew wherever it cannot look them up: users would be logged out at every update (guide jupyterhub-and-dask.md §7.5). */
  private keys(name: string) {
    const key = (purpose: string, opts: pulumi.CustomResourceOptions = {}) =>
      new random.RandomBytes(`${name}-${purpose}`, { length: 32 }, { parent: this, ...opts }).hex;
    return {
      hub: {
        config: {
          JupyterHub: { cookie_secret: key("cookie-secret") },
          // Without this key nobody's saved login state can be read again.
          CryptKeeper: { keys: [key("crypt-key", { protect: true, retainOnDelete: true })] },
          ConfigurableHTTPProxy: { auth_token: key("proxy-token") },
        },
      },
    };
  }

  private route(name: string, host: string, namespace: pulumi.Input<string>, chart: pulumi.Resource): void {
    new k8s.apiextensions.CustomResource(
      `${name}-route`,
      {
        apiVersion: "traefik.io/v1alpha1",
        kind: "IngressRoute",
        metadata: { name: "hub", namespace, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: {
          entryPoints: [ENTRY_POINTS.https],
          routes: [{ kind: "Rule", match: `Host(\`${host}\`)`, services: [{ name: "proxy-public", port: 80 }] }],
          tls: { secretName: CERTIFICATE_SECRET },
        },
      },
      { parent: this, dependsOn: [chart] },
    );
  }
}

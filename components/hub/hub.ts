import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { HelmChart } from "../delivery/helm-chart";
import { jupyterhub } from "../charts/jupyterhub";
import type { Delivery } from "../delivery/settings";
import { Cvmfs } from "../data/cvmfs";
import type { Cvmfs as CvmfsSettings } from "../data/settings";
import { certificateSecret, HostRoute, publicCertificate, type WayIn } from "../platform/host-route";
import type { LoadBalancer } from "../platform/settings";
import { DaskGateway } from "./dask-gateway";
import { GATEWAY_SERVICE } from "./gateway-values";
import type { Hub as Settings } from "./settings";
import { hubValues } from "./values";

export interface HubArgs {
  readonly settings: Settings;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
  readonly wayIn: WayIn;
  readonly loadBalancer: LoadBalancer;
  readonly blockClass: string;
  /** Class of homes of the kind `shared`. */
  readonly sharedClass: string | undefined;
  readonly cvmfs: CvmfsSettings;
  readonly environment: Readonly<Record<string, string>>;
  readonly ingressNamespace: string | undefined;
  readonly clientId: pulumi.Output<string>;
  readonly clientSecret: pulumi.Output<string>;
}

const LOGIN_SECRET = "hub-login";
const HUB = "hub";

/** JupyterHub, by Zero to JupyterHub: login, homes, user servers, and their Dask. */
export class Hub extends pulumi.ComponentResource {
  readonly url: string;

  constructor(name: string, args: HubArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:hub:Hub", name, {}, opts);
    const { settings, namespace, delivery } = args;
    const login = new k8s.core.v1.Secret(
      `${name}-login`,
      { metadata: { name: LOGIN_SECRET, namespace }, stringData: { "client-id": args.clientId, "client-secret": args.clientSecret } },
      { parent: this },
    );
    const gatewayToken = settings.dask.kind === "gateway" ? this.key(name, "gateway-token") : undefined;
    const chart = new HelmChart(
      `${name}-chart`,
      {
        chart: jupyterhub,
        release: "jupyterhub",
        namespace,
        values: hubValues(settings, { ...args, certificateSecret: certificateSecret(HUB), loginSecret: LOGIN_SECRET }),
        secretValues: { hub: { ...this.keys(name), ...(gatewayToken && { services: { [GATEWAY_SERVICE]: { apiToken: gatewayToken } } }) } },
        delivery,
        timeoutMinutes: 20,
      },
      { parent: this, dependsOn: [login, ...this.certificate(name, args), ...this.software(args)] },
    );
    if (settings.expose.kind === "ingress") {
      new HostRoute(
        name,
        { ...args, name: HUB, host: settings.host, service: "proxy-public", port: { number: 80, name: "http" } },
        { parent: this, dependsOn: [chart] },
      );
    }
    if (settings.dask.kind === "gateway" && gatewayToken) {
      new DaskGateway(
        "dask-gateway",
        { ...args, settings: settings.dask, hubHost: settings.host, apiToken: gatewayToken },
        { parent: this, dependsOn: [chart] },
      );
    }
    this.url = `https://${settings.host}`;
    this.registerOutputs({ url: this.url });
  }

  /** Keys that the chart would draw anew wherever it cannot look them up: users would be logged out at every update (guide jupyterhub-and-dask.md §7.5). */
  private keys(name: string) {
    return {
      config: {
        JupyterHub: { cookie_secret: this.key(name, "cookie-secret") },
        // Without this key nobody's saved login state can be read again.
        CryptKeeper: { keys: [this.key(name, "crypt-key", { protect: true, retainOnDelete: true })] },
        ConfigurableHTTPProxy: { auth_token: this.key(name, "proxy-token") },
      },
    };
  }

  private key(name: string, purpose: string, opts: pulumi.CustomResourceOptions = {}): pulumi.Output<string> {
    return new random.RandomBytes(`${name}-${purpose}`, { length: 32 }, { parent: this, ...opts }).hex;
  }

  /** At an address of its own the hub ends TLS itself. */
  private certificate(name: string, { settings, namespace, wayIn: { issuer } }: HubArgs): readonly pulumi.Resource[] {
    if (settings.expose.kind !== "address" || issuer === undefined) return [];
    return [publicCertificate(name, { issuer, name: HUB, namespace, host: settings.host }, { parent: this })];
  }

  private software({ cvmfs, namespace }: HubArgs): readonly pulumi.Resource[] {
    return cvmfs.kind === "none" ? [] : [new Cvmfs("cvmfs", { settings: cvmfs, namespace }, { parent: this })];
  }
}

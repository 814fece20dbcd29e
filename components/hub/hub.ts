import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { SECRETS_CHECKSUM } from "../checksum";
import { secretChecksum } from "../secret-checksum";
import { Cvmfs } from "../data/cvmfs";
import { deliver } from "../delivery/deliver";
import type { Delivery } from "../delivery/settings";
import { installAll } from "../install";
import type { Part } from "../parts";
import { HostRoute } from "../platform/host-route";
import { HUB_CHECK } from "./check-access";
import { DaskGateway } from "./dask-gateway";
import { COPIES_CLAIM } from "./database-copies";
import { GATEWAY_SERVICE } from "./gateway-values";
import { SIGNING_KEY_SECRET } from "./hook";
import { HubCheck } from "./hub-check";
import { LOGIN_SECRET, type HubParts } from "./parts";

/** Arguments of {@link Hub}. */
export interface HubArgs {
  readonly parts: HubParts;
  /** The experiment's software; undefined if user servers do not have it. */
  readonly software: Part | undefined;
  /** URL that users open. */
  readonly url: string;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
  /** What routes wait for. */
  readonly ingress: readonly pulumi.Resource[];
  readonly clientId: pulumi.Output<string>;
  readonly clientSecret: pulumi.Output<string>;
  /** Keys of users' tokens for the access point; undefined if the hub signs none. */
  readonly signing:
    | {
        /** By their ids, base64. */
        readonly keys: Readonly<Record<string, pulumi.Output<string>>>;
        /** What checks tokens. It must know a key before the hub signs with it. */
        readonly checkedBy: pulumi.Resource;
      }
    | undefined;
  /** Token with which the server of the check reads its file; undefined where servers are given none. */
  readonly checkToken: pulumi.Output<string> | undefined;
}

/** JupyterHub as Zero to JupyterHub installs it: login, homes, user servers, and their Dask. */
export class Hub extends pulumi.ComponentResource {
  /** URL that users open. */
  readonly url: string;

  constructor(name: string, args: HubArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:hub:Hub", name, {}, opts);
    const { parts, software, namespace, delivery } = args;
    const login = new k8s.core.v1.Secret(
      `${name}-login`,
      { metadata: { name: LOGIN_SECRET, namespace }, stringData: { "client-id": args.clientId, "client-secret": args.clientSecret } },
      { parent: this },
    );
    // All of them, because the hub's pod of before signs with the key of before until the new pod is there.
    const keys = args.signing
      ? [
          new k8s.core.v1.Secret(
            `${name}-condor-key`,
            { metadata: { name: SIGNING_KEY_SECRET, namespace }, data: args.signing.keys },
            { parent: this, dependsOn: args.signing.checkedBy },
          ),
        ]
      : [];
    const gatewayToken = parts.gateway ? this.key(name, "gateway-token") : undefined;
    const checkToken = parts.check ? this.key(name, "check-token") : undefined;
    const objects = Object.values(
      installAll(name, parts.hub.objects, (key) => ({
        parent: this,
        namespace,
        // The copies are what is left when the database is gone with its release.
        ...(key === COPIES_CLAIM && { retainOnDelete: true }),
      })),
    );
    const mounts = software ? [new Cvmfs("cvmfs", { part: software, namespace }, { parent: this })] : [];
    const tokens = {
      ...(gatewayToken && { [GATEWAY_SERVICE]: { apiToken: gatewayToken } }),
      ...(checkToken && { [HUB_CHECK]: { apiToken: checkToken } }),
    };
    const services = Object.keys(tokens).length > 0 && { services: tokens };
    // The hub gets client id and client secret in its environment, which a running pod keeps.
    const annotations = { [SECRETS_CHECKSUM]: secretChecksum({ "client-id": args.clientId, "client-secret": args.clientSecret }) };
    const charts = deliver(
      name,
      parts.hub,
      { namespace, delivery, secretValues: { chart: { hub: { ...this.keys(name), ...services, annotations } } } },
      { parent: this, dependsOn: [login, ...keys, ...objects, ...mounts] },
    );
    const afterHub = { parent: this, dependsOn: [...charts] };
    // Both have routes, which are of a kind that the ingress brings.
    const withRoutes = { parent: this, dependsOn: [...charts, ...args.ingress] };
    if (parts.route) new HostRoute(name, { part: parts.route, namespace }, withRoutes);
    if (parts.gateway && gatewayToken)
      new DaskGateway("dask-gateway", { part: parts.gateway, namespace, delivery, apiToken: gatewayToken }, withRoutes);
    if (parts.check && checkToken)
      new HubCheck(HUB_CHECK, { part: parts.check, namespace, apiToken: checkToken, accessToken: args.checkToken }, afterHub);
    this.url = args.url;
    this.registerOutputs({ url: this.url });
  }

  /** Keys that the chart draws anew if it cannot look them up in the cluster. New keys would log out all users at every update. */
  private keys(name: string) {
    return {
      config: {
        JupyterHub: { cookie_secret: this.key(name, "cookie-secret") },
        // Without this key the hub cannot read the login state that it saved for its users.
        CryptKeeper: { keys: [this.key(name, "crypt-key", { protect: true, retainOnDelete: true })] },
        ConfigurableHTTPProxy: { auth_token: this.key(name, "proxy-token") },
      },
    };
  }

  /**
   * 32 random bytes in hexadecimal: what JupyterHub asks of its keys
   * (https://jupyterhub.readthedocs.io/en/stable/tutorial/getting-started/security-basics.html).
   */
  private key(name: string, purpose: string, opts: pulumi.CustomResourceOptions = {}): pulumi.Output<string> {
    return new random.RandomBytes(`${name}-${purpose}`, { length: 32 }, { parent: this, ...opts }).hex;
  }
}

import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { deliver } from "../delivery/deliver";
import type { Delivery } from "../delivery/settings";
import { installAll } from "../install";
import { addressesOf, type Part } from "../parts";
import { HostRoute } from "../platform/host-route";
import { S3_KEYS_SECRET, type ServiceXParts } from "./parts";
import type { InstalledServiceX } from "./settings";
import { SECRET, type SECRET_KEYS } from "./values";

/** Arguments of {@link ServiceX}. */
export interface ServiceXArgs {
  readonly settings: InstalledServiceX;
  readonly app: Part;
  readonly route: ServiceXParts["route"];
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
  /** Client id at the login provider; only a site with `auth` of the kind `oidc` has one. */
  readonly clientId: pulumi.Output<string> | undefined;
  readonly clientSecret: pulumi.Output<string> | undefined;
}

interface KeyPair {
  readonly access: pulumi.Output<string>;
  readonly secret: pulumi.Output<string>;
  readonly resource: k8s.core.v1.Secret;
}

/** ServiceX with a user of the object store. The component generates all passwords and keys, so it reads nothing back from the cluster. */
export class ServiceX extends pulumi.ComponentResource {
  constructor(name: string, args: ServiceXArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:servicex:ServiceX", name, {}, opts);
    const { app, route, namespace, delivery } = args;
    const keys = this.objectStoreKeys(name, args);
    const user = installAll(name, app.objects, () => ({ parent: this, namespace, dependsOn: [keys.resource] }));
    const credentials = this.credentials(name, args, keys);
    const charts = deliver(name, app, { namespace, delivery }, { parent: this, dependsOn: [credentials, ...Object.values(user)] });
    if (route) new HostRoute(`${name}-app`, { part: route, namespace }, { parent: this, dependsOn: [...charts] });
    this.registerOutputs({ endpoints: addressesOf(route?.probes ?? []) });
  }

  /** Keys of the user of the object store, 20 and 40 characters long like those that Ceph generates itself. */
  private objectStoreKeys(name: string, { namespace }: ServiceXArgs): KeyPair {
    const access = new random.RandomString(`${name}-s3-access`, { length: 20, special: false, lower: false }, { parent: this });
    const secret = new random.RandomPassword(`${name}-s3-secret`, { length: 40, special: false }, { parent: this });
    const resource = new k8s.core.v1.Secret(
      `${name}-s3-keys`,
      { metadata: { name: S3_KEYS_SECRET, namespace }, stringData: { accesskey: access.result, secretkey: secret.result } },
      { parent: this },
    );
    return { access: access.result, secret: secret.result, resource };
  }

  /**
   * The Secret with every key that the chart reads. A pod does not start if a key is missing, so keys that this site does not use are
   * empty. Passwords have 40 letters and digits, which hold 238 bits.
   */
  private credentials(name: string, { settings, namespace, clientId, clientSecret }: ServiceXArgs, keys: KeyPair) {
    const password = (purpose: string) =>
      new random.RandomPassword(`${name}-${purpose}`, { length: 40, special: false }, { parent: this }).result;
    const metadataUrl = settings.auth.kind === "oidc" ? settings.auth.metadataUrl : "";
    const stringData: Readonly<Record<(typeof SECRET_KEYS)[number], pulumi.Input<string>>> = {
      accesskey: keys.access,
      secretkey: keys.secret,
      flaskSecretKey: password("flask-key"),
      jwtSecretKey: password("jwt-key"),
      "rabbitmq-password": password("rabbitmq-password"),
      "rabbitmq-erlang-cookie": password("rabbitmq-cookie"),
      "postgresql-password": password("postgresql-password"),
      oauthMetadataURL: metadataUrl,
      oauthClientID: clientId ?? "",
      oauthClientSecret: clientSecret ?? "",
      globusClientID: clientId ?? "",
      globusClientSecret: clientSecret ?? "",
      mailgunAPIKey: "",
      slackSigningSecret: "",
      slackSignupWebhook: "",
    };
    return new k8s.core.v1.Secret(`${name}-secrets`, { metadata: { name: SECRET, namespace }, stringData }, { parent: this });
  }
}

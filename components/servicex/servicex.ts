import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { deliver } from "../delivery/deliver";
import type { Delivery } from "../delivery/settings";
import { installAll } from "../install";
import type { Part } from "../parts";
import { HostRoute } from "../platform/host-route";
import { S3_KEYS_SECRET, type ServiceXParts } from "./parts";
import type { ServiceXSettings } from "./settings";
import { SECRET } from "./values";

export interface ServiceXArgs {
  readonly settings: ServiceXSettings;
  readonly app: Part;
  readonly route: ServiceXParts["route"];
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
  /** Client of the login provider; used by `oidc` only. */
  readonly clientId: pulumi.Output<string> | undefined;
  readonly clientSecret: pulumi.Output<string> | undefined;
}

interface KeyPair {
  readonly access: pulumi.Output<string>;
  readonly secret: pulumi.Output<string>;
  readonly resource: k8s.core.v1.Secret;
}

/** ServiceX on a user of the Rados gateway. Its accounts and keys are made here, so nothing has to be read back from the cluster. */
export class ServiceX extends pulumi.ComponentResource {
  constructor(name: string, args: ServiceXArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:servicex:ServiceX", name, {}, opts);
    const { app, route, namespace, delivery } = args;
    const keys = this.objectStoreKeys(name, args);
    const user = installAll(name, app.objects, () => ({ parent: this, namespace, dependsOn: [keys.resource] }));
    const credentials = this.credentials(name, args, keys);
    const charts = deliver(name, app, { namespace, delivery }, { parent: this, dependsOn: [credentials, ...Object.values(user)] });
    if (route) new HostRoute(`${name}-app`, { part: route, namespace }, { parent: this, dependsOn: [...charts] });
    this.registerOutputs({ endpoints: (route?.probes ?? []).map(({ host, port }) => `${host}:${port}`) });
  }

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

  /** Every key that the chart reads. A missing one stops its pod, so those that this site does not use are there and empty. */
  private credentials(name: string, { settings, namespace, clientId, clientSecret }: ServiceXArgs, keys: KeyPair) {
    const password = (purpose: string) =>
      new random.RandomPassword(`${name}-${purpose}`, { length: 40, special: false }, { parent: this }).result;
    const metadataUrl = settings.auth.kind === "oidc" ? settings.auth.metadataUrl : "";
    return new k8s.core.v1.Secret(
      `${name}-secrets`,
      {
        metadata: { name: SECRET, namespace },
        stringData: {
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
          mailgunAPIKey: "",
          slackSigningSecret: "",
          slackSignupWebhook: "",
        },
      },
      { parent: this },
    );
  }
}

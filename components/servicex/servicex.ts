import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { HelmChart } from "../delivery/helm-chart";
import { servicex } from "../charts/servicex";
import type { Delivery } from "../delivery/settings";
import { HostRoute, type WayIn } from "../platform/host-route";
import type { S3Endpoint } from "../storage/object-store";
import { PHASE_READY } from "../storage/ceph";
import type { ServiceXSettings } from "./settings";
import { SECRET, servicexValues } from "./values";

export interface ServiceXArgs {
  readonly settings: ServiceXSettings;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
  readonly experiment: string;
  readonly storageClass: string;
  readonly objectStore: S3Endpoint;
  readonly cache: string | undefined;
  readonly wayIn: WayIn;
  /** Client of the login provider; used by `oidc` only. */
  readonly clientId?: pulumi.Output<string>;
  readonly clientSecret?: pulumi.Output<string>;
}

/** ServiceX on a user of the Rados gateway. Its accounts and keys are made here, so nothing has to be read back from the cluster. */
export class ServiceX extends pulumi.ComponentResource {
  constructor(name: string, args: ServiceXArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:servicex:ServiceX", name, {}, opts);
    const { settings, namespace, delivery, wayIn } = args;
    const keys = this.objectStoreKeys(name, args);
    const credentials = this.credentials(name, args, keys);
    const values = servicexValues(settings, args);
    const chart = new HelmChart(
      `${name}-chart`,
      { chart: servicex, release: "servicex", namespace, values, delivery },
      { parent: this, dependsOn: [credentials, keys.user] },
    );
    if (settings.auth.kind === "oidc") {
      new HostRoute(
        `${name}-app`,
        { wayIn, name: "servicex", namespace, host: settings.host, service: "servicex-servicex-app", port: { number: 8000, name: "http" } },
        { parent: this, dependsOn: [chart] },
      );
    }
    this.registerOutputs({});
  }

  /**
   * A CephObjectStoreUser with keys made here. Not an ObjectBucketClaim: ServiceX makes a bucket per request, and a claim's user may own one
   * (guide storage.md §1, finding 3).
   */
  private objectStoreKeys(name: string, { settings, namespace, objectStore }: ServiceXArgs) {
    const access = new random.RandomString(`${name}-s3-access`, { length: 20, special: false, lower: false }, { parent: this });
    const secret = new random.RandomPassword(`${name}-s3-secret`, { length: 40, special: false }, { parent: this });
    const pair = new k8s.core.v1.Secret(
      `${name}-s3-keys`,
      { metadata: { name: "rgw-servicex", namespace }, stringData: { accesskey: access.result, secretkey: secret.result } },
      { parent: this },
    );
    const user = new k8s.apiextensions.CustomResource(
      `${name}-s3-user`,
      {
        apiVersion: "ceph.rook.io/v1",
        kind: "CephObjectStoreUser",
        metadata: { name: "servicex", namespace, annotations: PHASE_READY },
        spec: {
          store: objectStore.store,
          clusterNamespace: objectStore.clusterNamespace,
          displayName: "ServiceX",
          quotas: { maxBuckets: 100000, maxSize: settings.objects.maxSize },
          keys: [
            { accessKeyRef: { name: pair.metadata.name, key: "accesskey" }, secretKeyRef: { name: pair.metadata.name, key: "secretkey" } },
          ],
        },
      },
      { parent: this },
    );
    return { access: access.result, secret: secret.result, user };
  }

  /** Every key that the chart reads; one that is missing stops its pod, so unused ones are there and empty (guide servicex.md §4). */
  private credentials(
    name: string,
    { settings, namespace, clientId, clientSecret }: ServiceXArgs,
    keys: { access: pulumi.Output<string>; secret: pulumi.Output<string> },
  ) {
    const password = (purpose: string) =>
      new random.RandomPassword(`${name}-${purpose}`, { length: 40, special: false }, { parent: this }).result;
    const oidc = settings.auth.kind === "oidc" ? settings.auth.metadataUrl : "";
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
          oauthMetadataURL: oidc,
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

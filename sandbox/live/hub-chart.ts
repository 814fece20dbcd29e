import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { V1Container, V1Deployment, V1Volume } from "@kubernetes/client-node";
import { jupyterhub, type JupyterHubValues } from "../../components/charts/jupyterhub";
import type { SiteRelease } from "../../stacks/site/releases";
import { projectFolder } from "../../stacks/site/project";
import type { ClusterObject } from "../cluster/client";
import { AUTHORITY } from "./site-programs";

/** Where the chart puts what the hub reads. */
const ETC = "/usr/local/etc/jupyterhub";

/** The file that makes the hub's configuration of the values. */
const TABLE = "hub_values.py";

/**
 * The hub's configuration: what the table makes of the values, at the addresses that the chart gives. Users' servers go to the ordinary
 * scheduler, because that of the chart is a program which no table stands for; the provider's certificate is the sandbox's own.
 */
function configuration(release: string): string {
  return `import os, sys, yaml
sys.path.insert(0, "${ETC}")
from hub_values import PLACE, from_table
with open("${ETC}/secret/values.yaml") as file:
    c = get_config()
    c.merge(from_table(yaml.safe_load(file)))
if "template_paths" in c.JupyterHub:
    c.JupyterHub.template_paths = [path.replace(PLACE["there"], PLACE["here"]) for path in c.JupyterHub.template_paths]
c.JupyterHub.db_url = "sqlite:///jupyterhub.sqlite"
c.JupyterHub.hub_bind_url, c.JupyterHub.hub_connect_url = "http://:8081", "http://hub:8081"
c.JupyterHub.cleanup_servers = False
c.ConfigurableHTTPProxy.api_url, c.ConfigurableHTTPProxy.should_start = "http://proxy-api:8001", False
c.KubeSpawner.namespace = os.environ["POD_NAMESPACE"]
c.KubeSpawner.common_labels = {"app": "jupyterhub", "release": "${release}"}
c.KubeSpawner.scheduler_name = None
c.Spawner.cmd = ["jupyterhub-singleuser"]
if os.environ.get("${AUTHORITY}"):
    c.OAuthenticator.http_request_kwargs = {"ca_certs": os.environ["${AUTHORITY}"]}
`;
}

/** The values of the chart, secret ones included, which only Helm has: the hub reads them from a Secret. */
const VALUES_TEMPLATE = `apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: {{ .Release.Namespace }}
data:
  values.yaml: {{ .Values | toJson | b64enc }}
  token: {{ .Values.hub.config.ConfigurableHTTPProxy.auth_token | b64enc }}
`;

/** What a described chart holds besides, so that its pods run as programs: objects in place of the described ones, and templates. */
export interface Filled {
  readonly objects: readonly ClusterObject[];
  readonly templates: Readonly<Record<string, string>>;
}

/**
 * The described workloads of a release with what the chart itself puts into them: commands, environment, probes, what is mounted, and the
 * Services. Undefined for every chart but the hub's.
 */
export function filledRelease({ chart, release, namespace, values }: SiteRelease, described: readonly ClusterObject[]): Filled | undefined {
  if (chart.name !== jupyterhub.name) return undefined;
  const given = values as JupyterHubValues;
  const core = (kind: string, name: string, more: object) => ({ apiVersion: "v1", kind, metadata: { name, namespace }, ...more });
  const service = (name: string, component: string, ports: readonly object[]) =>
    core("Service", name, { spec: { selector: { app: "jupyterhub", component, release }, ports } });
  const table = fs.readFileSync(path.join(projectFolder(), "sandbox", "live", TABLE), "utf8");
  const files = { "jupyterhub_config.py": configuration(release), [TABLE]: table };
  const digest = createHash("sha256")
    .update(JSON.stringify([values, files]))
    .digest("hex");
  const has = (name: string): boolean => described.some(({ kind, metadata }) => kind === "Service" && metadata.name === name);
  return {
    objects: [
      core("ServiceAccount", "hub", {}),
      core("ConfigMap", "hub", { data: files }),
      service("hub", "hub", [{ port: 8081, targetPort: "http" }]),
      service("proxy-api", "proxy", [{ port: 8001, targetPort: "api" }]),
      ...(has("proxy-public") ? [] : [service("proxy-public", "proxy", [{ name: "http", port: 80, targetPort: "http" }])]),
      ...described.map((object) => filled(object, given, digest)),
    ],
    templates: { "values.yaml": VALUES_TEMPLATE },
  };
}

function filled(object: ClusterObject, values: JupyterHubValues, digest: string): ClusterObject {
  const fill = object.metadata.name === "hub" ? hub : object.metadata.name === "proxy" ? proxy : undefined;
  if (object.kind !== "Deployment" || fill === undefined) return object;
  const deployment = structuredClone(object) as unknown as V1Deployment;
  const template = deployment.spec?.template;
  const [container] = template?.spec?.containers ?? [];
  if (template?.spec !== undefined && container !== undefined) {
    const { volumes = [], ...more } = fill(values);
    const env = { name: "CONFIGPROXY_AUTH_TOKEN", valueFrom: { secretKeyRef: { name: "hub", key: "token" } } };
    Object.assign(container, more, { env: [env, ...(more.env ?? [])] });
    template.spec.volumes = [...(template.spec.volumes ?? []), ...volumes];
    template.spec.enableServiceLinks = true;
    // A change of the values makes another pod, as the chart's own checksums do.
    template.metadata = { ...template.metadata, annotations: { ...template.metadata?.annotations, "checksum/values": digest } };
    if (object.metadata.name === "hub") template.spec.serviceAccountName = "hub";
  }
  return deployment as unknown as ClusterObject;
}

type Filling = Partial<V1Container> & { readonly volumes?: readonly V1Volume[] };

/** https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/hub/deployment.yaml */
function hub({ hub: { extraEnv, extraVolumeMounts = [] } }: JupyterHubValues): Filling {
  const file = (name: string) => ({ name: "config", mountPath: `${ETC}/${name}`, subPath: name });
  const mounts = [
    ...[file("jupyterhub_config.py"), file(TABLE)],
    { name: "secret", mountPath: `${ETC}/secret` },
    { name: "pvc", mountPath: "/srv/jupyterhub" },
    ...extraVolumeMounts,
  ];
  const given = Object.entries(extraEnv).map(([name, value]) => ({ name, ...(typeof value === "string" ? { value } : value) }));
  const health = { httpGet: { path: "/hub/health", port: "http" }, periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 60 };
  return {
    args: ["jupyterhub", "--config", `${ETC}/jupyterhub_config.py`, "--upgrade-db"],
    env: [{ name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } }, ...given],
    volumeMounts: mounts,
    ...{ livenessProbe: health, readinessProbe: health },
    volumes: [
      { name: "config", configMap: { name: "hub" } },
      { name: "secret", secret: { secretName: "hub" } },
    ],
  };
}

/** https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/proxy/deployment.yaml */
function proxy({ proxy: { https, chp } }: JupyterHubValues): Filling {
  const target = "http://hub:$(HUB_SERVICE_PORT)";
  const ports = https.secret
    ? ["--port=8443", "--redirect-port=8000", "--redirect-to=443", "--ssl-key=/etc/chp/tls/tls.key", "--ssl-cert=/etc/chp/tls/tls.crt"]
    : ["--port=8000"];
  const health = {
    httpGet: { path: "/_chp_healthz", ...(https.secret ? { port: "https", scheme: "HTTPS" } : { port: "http" }) },
    ...{ periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 60 },
  };
  return {
    command: [
      ...["configurable-http-proxy", "--ip=", "--api-ip=", "--api-port=8001"],
      ...[`--default-target=${target}`, `--error-target=${target}/hub/error`, ...ports],
    ],
    env: Object.entries(chp.extraEnv ?? {}).map(([name, value]) => ({ name, value })),
    ...{ livenessProbe: health, readinessProbe: health },
    ...(https.secret && {
      volumeMounts: [{ name: "tls-secret", mountPath: "/etc/chp/tls", readOnly: true }],
      volumes: [{ name: "tls-secret", secret: { secretName: https.secret.name } }],
    }),
  };
}

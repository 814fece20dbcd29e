import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { V1Container, V1Deployment, V1Volume } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import { jupyterhub, type JupyterHubValues } from "#af/components/charts/jupyterhub";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { PYTHON } from "../../components/hub/subjects";
import { LIVE } from "./live-pods";

/** Where the chart puts what the hub reads. */
const ETC = "/usr/local/etc/jupyterhub";

/** Name of the release. */
const RELEASE = "hub";

/** Labels by which the chart's Services select the pods of a component. */
const selector = (component: string) => ({ app: "jupyterhub", component, release: RELEASE });

/** The hub's configuration where there is no chart: what the project's own table makes of the values, at the addresses that the chart gives. */
const CONFIG = `import os, sys, yaml
sys.path.insert(0, "${ETC}")
from hub_config import from_table
with open("${ETC}/secret/values.yaml") as file:
    c = get_config()
    c.merge(from_table(yaml.safe_load(file)))
c.JupyterHub.db_url = "sqlite:///jupyterhub.sqlite"
c.JupyterHub.hub_bind_url, c.JupyterHub.hub_connect_url = "http://:8081", "http://hub:8081"
c.JupyterHub.cleanup_servers = False
c.ConfigurableHTTPProxy.api_url, c.ConfigurableHTTPProxy.should_start = "http://proxy-api:8001", False
c.KubeSpawner.namespace = os.environ["POD_NAMESPACE"]
c.KubeSpawner.common_labels = {"app": "jupyterhub", "release": "${RELEASE}"}
c.Spawner.cmd = ["jupyterhub-singleuser"]
`;

/** The objects of the hub: those that the chart renders where it is at hand, else the described ones with what the chart puts into them. */
export function hubObjects(values: JupyterHubValues, chart: string | undefined, helm: string, folder: string): readonly ClusterObject[] {
  if (chart === undefined) return described(values);
  const file = path.join(folder, "values.json");
  fs.writeFileSync(file, JSON.stringify(values));
  const rendered = execFileSync(helm, ["template", RELEASE, chart, "--namespace", LIVE, "--values", file], { encoding: "utf8" });
  const objects = parseAllDocuments(rendered).flatMap((each) => (each.toJS() as ClusterObject | null) ?? []);
  return objects.map((each) => ({ ...each, metadata: { namespace: LIVE, ...each.metadata } }));
}

function described(values: JupyterHubValues): readonly ClusterObject[] {
  const workloads = jupyterhub.workloads({ name: RELEASE, namespace: LIVE, values });
  const plain = JSON.parse(JSON.stringify(workloads)) as readonly ClusterObject[];
  const core = (kind: string, name: string, more: object) => ({ apiVersion: "v1", kind, metadata: { name, namespace: LIVE }, ...more });
  const service = (name: string, component: string, port: number, targetPort: string) =>
    core("Service", name, { spec: { selector: selector(component), ports: [{ port, targetPort }] } });
  const table = fs.readFileSync(path.join(PYTHON, "hub_config.py"), "utf8");
  return [
    core("ConfigMap", "hub", { data: { "jupyterhub_config.py": CONFIG, "hub_config.py": table } }),
    core("Secret", "hub", {
      stringData: { "values.yaml": JSON.stringify(values), token: String(values.hub.config["ConfigurableHTTPProxy"]?.["auth_token"]) },
    }),
    service("hub", "hub", 8081, "http"),
    service("proxy-api", "proxy", 8001, "api"),
    ...plain.filter(({ kind }) => kind !== "PodDisruptionBudget").map((object) => completed(object, values)),
  ];
}

/** What descriptions leave out: commands, environment, probes and what is mounted. */
function completed(object: ClusterObject, values: JupyterHubValues): ClusterObject {
  const fill = object.metadata.name === "hub" ? hub : object.metadata.name === "proxy" ? proxy : undefined;
  if (object.kind !== "Deployment" || fill === undefined) return object;
  const deployment = structuredClone(object) as unknown as V1Deployment;
  const pod = deployment.spec?.template.spec;
  const [container] = pod?.containers ?? [];
  if (pod && container) {
    const { volumes = [], ...more } = fill(values);
    const env = { name: "CONFIGPROXY_AUTH_TOKEN", valueFrom: { secretKeyRef: { name: "hub", key: "token" } } };
    Object.assign(container, more, { env: [env, ...(more.env ?? [])] });
    pod.volumes = [...(pod.volumes ?? []), ...volumes];
    pod.enableServiceLinks = true;
    if (object.metadata.name === "hub") pod.serviceAccountName = "hub";
  }
  return deployment as unknown as ClusterObject;
}

type Filling = Partial<V1Container> & { readonly volumes?: readonly V1Volume[] };

function hub({ hub: { extraEnv, extraVolumeMounts = [] } }: JupyterHubValues): Filling {
  const mounts = [
    { name: "config", mountPath: `${ETC}/jupyterhub_config.py`, subPath: "jupyterhub_config.py" },
    { name: "config", mountPath: `${ETC}/hub_config.py`, subPath: "hub_config.py" },
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

function proxy({ proxy: { https, chp } }: JupyterHubValues): Filling {
  const target = "http://hub:$(HUB_SERVICE_PORT)";
  const ports = https.secret
    ? ["--port=8443", "--redirect-port=8000", "--redirect-to=443", "--ssl-key=/etc/chp/tls/tls.key", "--ssl-cert=/etc/chp/tls/tls.crt"]
    : ["--port=8000"];
  const health = {
    httpGet: { path: "/_chp_healthz", ...(https.secret ? { port: "https", scheme: "HTTPS" } : { port: "http" }) },
    periodSeconds: 2,
  };
  return {
    command: [
      "configurable-http-proxy",
      "--ip=",
      "--api-ip=",
      "--api-port=8001",
      `--default-target=${target}`,
      `--error-target=${target}/hub/error`,
      ...ports,
    ],
    env: Object.entries(chp.extraEnv ?? {}).map(([name, value]) => ({ name, value })),
    ...{ livenessProbe: health, readinessProbe: health },
    ...(https.secret && {
      volumeMounts: [{ name: "tls-secret", mountPath: "/etc/chp/tls", readOnly: true }],
      volumes: [{ name: "tls-secret", secret: { secretName: https.secret.name } }],
    }),
  };
}

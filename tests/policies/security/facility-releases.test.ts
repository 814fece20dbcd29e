import assert from "node:assert/strict";
import { plain } from "#af/policies/engine-values";
import { judge } from "#af/policies/judge";
import { inOrder, objectsOf, objectsOfResource, releaseOf, type KubernetesObject } from "#af/policies/model/objects";
import type { Finding } from "#af/policies/model/rules";
import { security } from "#af/policies/security/rules";
import { recordProgram } from "#af/stacks/record";
import { readSite } from "#af/stacks/site/read";
import type { Site } from "#af/stacks/site/schema";
import { withHardening } from "../hardening";
import { changed, type Data } from "../manifests";

type Steps = readonly (string | number)[];

/** A change of one value of a release, and the rule that has to refuse it. */
interface Change {
  readonly chart: string;
  /** Below `spec.values`, or below `spec` where the first step is `..`. */
  readonly at: Steps;
  readonly value: unknown;
  readonly rule: string;
}

const DESCRIBED = "releases-are-described";
const hostFolder = [{ name: "host", hostPath: { path: "/" } }];
const privileged = { name: "x", image: "registry.example.org/x:1.2.3", securityContext: { privileged: true } };
const change = (chart: string, at: string | Steps, value: unknown, rule = DESCRIBED): Change => ({
  chart,
  at: typeof at === "string" ? at.split(".") : at,
  value,
  rule,
});

const LOGIN = "hub-login-is-the-sites";

/** At a site with Flux, at which most charts are installed. */
const AT_UNL: readonly Change[] = [
  change("jupyterhub", "hub.containerSecurityContext.privileged", true, "no-privileged-containers"),
  change("jupyterhub", "hub.extraPodSpec.hostNetwork", true, "no-host-namespaces"),
  change("jupyterhub", "hub.extraVolumes", hostFolder, "no-host-paths"),
  change("jupyterhub", "hub.image.tag", "latest", "images-are-exact"),
  change("jupyterhub", "hub.extraEnv.PGPASSWORD", "hunter2", "no-secret-literals"),
  change("jupyterhub", "hub.command", ["sh", "-c", "pip install x"]),
  change("jupyterhub", "hub.serviceAccount.name", "admin"),
  change("jupyterhub", "hub.config.JupyterHub.authenticator_class", "dummy"),
  change("jupyterhub", "hub.config.Authenticator.allow_all", true),
  change("jupyterhub", "hub.config.CILogonOAuthenticator.oauth_callback_url", "https://www.example.org/hub/oauth_callback", LOGIN),
  change("jupyterhub", "hub.config.CILogonOAuthenticator.allowed_groups", [], LOGIN),
  change("jupyterhub", "hub.config.CILogonOAuthenticator.admin_groups", ["/cms"], LOGIN),
  change("jupyterhub", "hub.config.OAuthenticator.allowed_groups", ["/cms"], LOGIN),
  change("jupyterhub", ["hub", "extraConfig", "99-more"], "c.CILogonOAuthenticator.allow_all = True", LOGIN),
  change("jupyterhub", "hub.config.KubeSpawner.privileged", true, "no-privileged-containers"),
  change("jupyterhub", "hub.config.KubeSpawner.extra_pod_config", { host_network: true }, "no-host-namespaces"),
  change("jupyterhub", ["hub", "extraConfig", "99-more"], "c.KubeSpawner.privileged = True"),
  change("jupyterhub", "singleuser.storage.extraVolumes", hostFolder, "no-host-paths"),
  change("jupyterhub", "singleuser.extraPodConfig.hostNetwork", true, "no-host-namespaces"),
  change("jupyterhub", "singleuser.image.tag", "latest", "images-are-exact"),
  change("jupyterhub", "singleuser.extraEnv.API_TOKEN", "hunter2", "no-secret-literals"),
  change("jupyterhub", "singleuser.initContainers", [privileged], "no-privileged-containers"),
  change("jupyterhub", "singleuser.cloudMetadata.blockWithIptables", true, "no-privileged-containers"),
  change("jupyterhub", ["singleuser", "profileList", 0, "kubespawner_override", "privileged"], true, "no-privileged-containers"),
  change("jupyterhub", ["singleuser", "profileList", 1, "kubespawner_override", "image"], "x/y:latest", "images-are-exact"),
  change("jupyterhub", ["singleuser", "profileList", 1, "kubespawner_override", "volumes"], hostFolder, "no-host-paths"),
  change(
    "jupyterhub",
    ["singleuser", "profileList", 0, "profile_options"],
    { size: { choices: { big: { kubespawner_override: { container_security_context: { capabilities: { add: ["SYS_ADMIN"] } } } } } } },
    "no-added-capabilities",
  ),
  change(
    "jupyterhub",
    ["singleuser", "profileList", 0, "profile_options"],
    { image: { unlisted_choice: { enabled: true, kubespawner_override: { image: "{value}" } } } },
    "images-are-exact",
  ),
  change(
    "jupyterhub",
    ["hub", "extraFiles", "dask_ingress.spawner.py", "stringData"],
    "c.KubeSpawner.privileged = True",
    "hub-files-are-known",
  ),
  change("jupyterhub", ["hub", "extraFiles", "dask_ingress.spawner.py", "stringData"], 'PASSWORD = "hunter2"', "no-secret-literals"),
  change(
    "jupyterhub",
    ["hub", "extraFiles", "more"],
    {
      mountPath: "/usr/local/etc/jupyterhub/dask_ingress/more.py",
      binaryData: "eA==",
    },
    "hub-files-are-known",
  ),
  change("jupyterhub", "proxy.service.type", "NodePort"),
  change("jupyterhub", "rbac.create", true),
  change("traefik", "image.tag", "latest"),
  change("traefik", "image.registry", "registry.example.org"),
  change("traefik", "hostNetwork", true, "no-host-namespaces"),
  change("traefik", "securityContext.privileged", true, "no-privileged-containers"),
  change("traefik", "deployment.additionalContainers", [privileged]),
  change("traefik", "deployment.additionalVolumes", hostFolder),
  change("traefik", "additionalArguments", ["--api.insecure"]),
  change("traefik", "extraObjects", [{ kind: "Pod" }]),
  change("traefik", "providers.kubernetesCRD.allowCrossNamespace", true),
  change("traefik", "providers.kubernetesIngress.allowExternalNameServices", true),
  change("traefik", "providers.kubernetesCRD.namespaces", []),
  change("traefik", "rbac.namespaced", false),
  change("traefik", "rbac.enabled", false),
  change("traefik", "ingressClass.enabled", true),
  change("traefik", "providers.kubernetesCRD.allowCrossNamespace", true, "traefik-watches-listed-namespaces"),
  change("traefik", "providers.kubernetesIngress.allowExternalNameServices", true, "traefik-watches-listed-namespaces"),
  change("traefik", "providers.kubernetesIngress.namespaces", [], "traefik-watches-listed-namespaces"),
  change("traefik", "rbac", {}, "traefik-watches-listed-namespaces"),
  change("rook-ceph", "image.tag", "master"),
  change("rook-ceph", "enableDiscoveryDaemon", true),
  change("servicex", "rabbitmq.volumePermissions.enabled", true),
  change("servicex", "app.image", "sslhep/other"),
  change("servicex", "x509Secrets.initImage", "alpine:latest"),
  change("metallb", "speaker.securityContext.privileged", true),
  change("traefik", ["..", "postRenderers"], [{ kustomize: { patches: [] } }]),
  change("traefik", ["..", "valuesFrom"], [{ kind: "ConfigMap", name: "more" }]),
  change("jupyterhub", ["..", "valuesFrom"], [{ kind: "Secret", name: "another" }]),
  change("jupyterhub", ["..", "valuesFrom"], [{ kind: "Secret", name: "another" }], "secret-values-are-credentials"),
  change("traefik", ["..", "kubeConfig"], { secretRef: { name: "x" } }),
  change("traefik", ["..", "chart", "spec", "valuesFiles"], ["other.yaml"]),
  change("traefik", ["..", "chart", "spec", "version"], "41.x"),
  change("traefik", ["..", "chart", "spec", "chart"], "nobody-knows"),
  change("traefik", ["..", "chart", "spec", "sourceRef", "name"], "metallb", "charts-come-from-their-source"),
  change("traefik", ["..", "chart", "spec", "sourceRef", "kind"], "GitRepository", "charts-come-from-their-source"),
];

/** At a site whose charts Pulumi's own Helm client installs. */
const AT_FNAL: readonly Change[] = [
  change("dask-gateway", "gateway.backend.worker.extraPodConfig.hostPID", true, "no-host-namespaces"),
  change("dask-gateway", "gateway.backend.image.tag", "latest", "images-are-exact"),
  change("dask-gateway", "gateway.backend.scheduler.extraContainerConfig.securityContext.privileged", true, "no-privileged-containers"),
  change("dask-gateway", "gateway.auth.type", "simple"),
  change("dask-gateway", "traefik.additionalArguments", ["--api.insecure=true"]),
  change("dask-gateway", ["traefik", "additionalArguments", 1], "--providers.kubernetescrd.allowcrossnamespace=true"),
  change("dask-gateway", ["gateway", "extraConfig", "30-more"], "c.KubeClusterConfig.worker_extra_pod_config = {}"),
  change("dask-gateway", ["..", "repositoryOpts", "repo"], "https://charts.example.org", "charts-come-from-their-source"),
  change("jupyterhub", "hub.config.GenericOAuthenticator.token_url", "https://www.example.org/token", LOGIN),
  change("jupyterhub", ["..", "postrender"], "./patch.sh"),
  change("jupyterhub", ["..", "valueYamlFiles"], ["more.yaml"]),
];

describe("a release of the facility", () => {
  for (const [name, changes] of [
    ["unl", AT_UNL],
    ["fnal", AT_FNAL],
  ] as const)
    describe(`at ${name}`, () => {
      let site: Site;
      let objects: readonly KubernetesObject[];

      before(async function () {
        this.timeout(60_000);
        site = readSite(name);
        objects = inOrder(
          (await recordProgram(site)).resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn)),
        );
      });

      const said = (of: KubernetesObject, release: Data = of.root.raw() as Data): readonly Finding[] => {
        const sources = objects.filter(({ kind }) => /^(HelmRepository|Secret|(Cluster)?Role(Binding)?)$/.test(kind));
        const rules = security.filter(({ name: rule }) => rule !== "connections-are-listed" && rule !== "namespaces-deny-by-default");
        return judge(rules, [...sources, ...objectsOf(release)], { site: withHardening(site) }).findings;
      };

      it("passes as it is", function () {
        this.timeout(60_000);
        const releases = objects.filter((object) => releaseOf(object));
        assert.ok(releases.length > 1);
        for (const release of releases) assert.deepEqual(said(release), []);
      });

      for (const { chart, at, value, rule } of changes)
        it(`is refused by ${rule} with another ${chart} ${at.join(".")}: ${JSON.stringify(value)}`, function () {
          this.timeout(60_000);
          const release = objects.find((object) => releaseOf(object)?.chart === chart);
          assert.ok(release);
          const steps = at[0] === ".." ? ["spec", ...at.slice(1)] : ["spec", "values", ...at];
          const findings = said(release, changed(release.root.raw() as Data, steps, value));
          assert.ok(
            findings.some((finding) => finding.rule === rule && finding.enforcement === "mandatory"),
            findings.map(({ rule: by, message }) => `${by}: ${message}`).join("\n") || "nothing found",
          );
        });
    });
});

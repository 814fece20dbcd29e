import type { Field } from "../model/field";
import { releaseOf } from "../model/objects";
import { containersOf, podTemplateOf, type PodContainer } from "../model/pods";
import type { Judgement, ObjectRule } from "../model/rules";
import { isOn, listed, traefikSettings, type TraefikSettings } from "../model/traefik-settings";

/** Providers of Traefik that read a cluster, with the setting that lists their namespaces. */
const PROVIDERS = {
  kubernetescrd: "namespaces",
  kubernetesingress: "namespaces",
  kubernetesingressnginx: "watchnamespace",
  kubernetesgateway: "namespaces",
  knative: "namespaces",
} as const;
/** The two that the chart turns on unless its values say otherwise. */
const PROVIDERS_OF_CHART = ["kubernetesCRD", "kubernetesIngress"];

/** Settings of a provider by which a route leads elsewhere than to its own namespace. */
const WAYS_OUT = {
  allowcrossnamespace: "lets a route of one namespace use Services, middlewares and Secrets of another",
  allowcrossnamespaceresources: "lets a route of one namespace use Secrets of another",
  allowexternalnameservices: "lets a Service of type ExternalName lead anywhere, to addresses of the hosts and of Traefik itself too",
} as const;

export const traefikWatchesListedNamespaces: ObjectRule = {
  name: "traefik-watches-listed-namespaces",
  pack: "security",
  title: "Traefik watches the namespaces that it is told, and no route leads out of its own.",
  why: "Traefik answers everybody, and reads the Secrets of every namespace that it watches; its own default, and that of its chart, is all of them. Who may make a route in one namespace could else take another's certificate and pods.",
  sources: [
    "https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-crd/",
    "https://github.com/traefik/traefik-helm-chart/blob/v41.3.0/traefik/values.yaml",
  ],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Set rbac.namespaced to true and list the namespaces of routes in the providers of the chart's values, or in --providers.kubernetescrd.namespaces and its like; leave the ways out of a namespace off.",
  frameworks: ["facility:F-04"],
  scope: "object",
  check: (object, judgement) => {
    const release = releaseOf(object);
    if (release?.chart === "traefik") judgeValues(release.values, judgement);
    if (object.obstacle !== undefined) return;
    const pod = podTemplateOf(object);
    if (pod !== undefined) for (const container of containersOf(pod)) judgement.attempt(() => judgeContainer(container, judgement));
  },
};

function judgeValues(values: Field, judgement: Judgement): void {
  judgement.countChecked();
  judgement.attempt(() => {
    const namespaced = values.at("rbac", "namespaced");
    if (namespaced.boolean() !== true)
      judgement.violation(
        namespaced,
        `is ${namespaced.given ? "false" : "left out"}, so the chart lets Traefik read the Secrets of every namespace; allowed: true`,
      );
  });
  for (const name of PROVIDERS_OF_CHART)
    judgement.attempt(() => {
      const provider = values.at("providers", name);
      if (provider.at("enabled").boolean() === false) return;
      judgement.attempt(() => {
        const namespaces = provider.at("namespaces");
        if (namespaces.items().every((each) => (each.text() ?? "") === ""))
          judgement.violation(
            namespaces,
            `is ${namespaces.given ? "empty" : "left out"}, so nobody can see which namespaces Traefik has to read; allowed: the namespaces of its routes`,
          );
      });
      for (const key of ["allowCrossNamespace", "allowExternalNameServices"] as const)
        judgement.attempt(() => {
          const way = provider.at(key);
          if (way.boolean() === true) judgement.violation(way, `${WAYS_OUT[key.toLowerCase() as keyof typeof WAYS_OUT]}; allowed: false`);
        });
    });
}

function judgeContainer(container: PodContainer, judgement: Judgement): void {
  for (const settings of traefikSettings(container)) judgeSettings(settings, container, judgement);
}

function judgeSettings(settings: TraefikSettings, container: PodContainer, judgement: Judgement): void {
  for (const [provider, list] of Object.entries(PROVIDERS)) {
    const prefix = `providers.${provider}`;
    const given = [...settings].filter(([key]) => key === prefix || key.startsWith(`${prefix}.`));
    const [first] = given;
    const itself = settings.get(prefix);
    if (first === undefined || (itself !== undefined && given.length === 1 && !isOn(itself))) continue;
    judgement.countChecked();
    if (listed(settings.get(`${prefix}.${list}`)).length === 0)
      judgement.violation(
        (settings.get(`${prefix}.${list}`) ?? itself ?? first[1]).field,
        `container ${container.name} runs Traefik with ${provider} for every namespace; allowed: those that --${prefix}.${list} lists`,
        `${provider} in every namespace`,
      );
    for (const [way, what] of Object.entries(WAYS_OUT)) {
      const setting = settings.get(`${prefix}.${way}`);
      if (setting !== undefined && isOn(setting))
        judgement.violation(setting.field, `${way} of ${provider} ${what}; allowed: false`, `${provider} ${way}`);
    }
  }
}

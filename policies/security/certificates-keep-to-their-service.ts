import { choose } from "../../components/choose";
import { nameOf } from "../../components/tenancy/settings";
import type { Site } from "../../stacks/site/schema";
import type { Field } from "../model/field";
import { is, type KubernetesObject } from "../model/objects";
import type { Judgement, SiteRule } from "../model/rules";

/**
 * Prefixes of annotations by which other programs copy a Secret into further namespaces
 * (https://github.com/emberstack/kubernetes-reflector, https://github.com/mittwald/kubernetes-replicator, https://config-syncer.com/docs/).
 */
const COPIES = ["reflector.v1.k8s.emberstack.com/", "replicator.v1.mittwald.de/", "kubed.appscode.com/"];

export const certificatesKeepToTheirService: SiteRule = {
  name: "certificates-keep-to-their-service",
  pack: "security",
  title:
    "A certificate is for the names of one service, a wildcard only for the domains of users' clusters, and its key stays in one namespace.",
  why: "Whoever has the key of a wildcard is every host below it, the hub among them, to users and to the hub's login. A key that is copied into other namespaces is as safe as the worst of them.",
  sources: ["https://cert-manager.io/docs/usage/certificate/"],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Name the hosts of the service one by one, with a Certificate for each service in its own namespace, and remove what copies its Secret.",
  frameworks: ["facility:F-22"],
  scope: "site",
  check: (objects, site, on) => {
    for (const object of objects) {
      const isCertificate = is(object, "cert-manager.io/*", "Certificate");
      if (!isCertificate && !is(object, "v1", "Secret")) continue;
      const judgement = on(object);
      const annotations = isCertificate
        ? object.root.at("spec", "secretTemplate", "annotations")
        : object.root.at("metadata", "annotations");
      judgement.attempt(() => judgeCopies(annotations, judgement));
      if (!isCertificate) continue;
      judgement.countChecked();
      judgement.attempt(() => judgeNames(object, site, judgement));
    }
  },
};

function judgeCopies(annotations: Field, judgement: Judgement): void {
  for (const [name, field] of annotations.entries())
    if (COPIES.some((prefix) => name.startsWith(prefix)))
      judgement.violation(field, `${name} copies the Secret into other namespaces; allowed: one namespace for each key`, name);
}

function judgeNames({ namespace, root }: KubernetesObject, site: Site, judgement: Judgement): void {
  const spec = root.at("spec");
  const names = [spec.at("commonName"), ...spec.at("dnsNames").items()].filter(({ given }) => given);
  const wildcards = wildcardsOf(site);
  const hubNamespace = nameOf(site.tenancy, "hub");
  const own = names.some((field) => wildcards.includes(field.text() ?? ""));
  for (const field of names)
    judgement.attempt(() => {
      const name = field.text() ?? "";
      if (name.includes("*") && !wildcards.includes(name))
        judgement.violation(
          field,
          `is for ${name}; allowed: hosts by their names${wildcards.length > 0 ? `, or ${wildcards.join(", ")}` : ""}`,
          name,
        );
      else if (own && !wildcards.includes(name))
        judgement.violation(
          field,
          `shares its key with a wildcard of users' clusters; allowed: a Certificate of its own for ${name}`,
          name,
        );
      else if (name === site.hub.host && namespace !== hubNamespace)
        judgement.violation(field, `is for the hub's host ${name}; allowed: in the namespace ${hubNamespace} alone`, name);
    });
}

/** Names of which a certificate may hold all: those of users' own clusters, below the domains that the site file gives them. */
function wildcardsOf({ hub }: Site): readonly string[] {
  return choose(hub.dask, {
    sni: ({ domain, workerDomain }) => [domain, workerDomain].map((below) => `*.${below}`),
    gateway: () => [],
    none: () => [],
  });
}

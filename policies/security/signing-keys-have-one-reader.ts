import { KEYS_SECRET } from "../../components/batch/schedd-part";
import { SIGNING_KEY_SECRET } from "../../components/hub/hook";
import { AUTHORITY_SECRET } from "../../components/platform/cluster-issuers";
import type { Role } from "../../components/tenancy/roles";
import { facilityMade } from "../facility-made";
import type { Field } from "../model/field";
import { containersOf, podTemplateOf, type PodTemplate } from "../model/pods";
import { objectName, type Judgement, type SiteRule } from "../model/rules";

/** Secrets with keys by which the facility signs, each with the one workload that mounts it; undefined where only an API client reads it. */
const KEYS: readonly { readonly role: Role; readonly secret: string; readonly reader: string | undefined; readonly what: string }[] = [
  { role: "hub", secret: SIGNING_KEY_SECRET, reader: "Deployment hub", what: "the keys of users' tokens for the access point" },
  { role: "batch", secret: KEYS_SECRET, reader: "StatefulSet schedd", what: "the keys by which the access point knows tokens" },
  { role: "cert-manager", secret: AUTHORITY_SECRET, reader: undefined, what: "the key of the facility's own authority" },
];

export const signingKeysHaveOneReader: SiteRule = {
  name: "signing-keys-have-one-reader",
  pack: "security",
  title: "Each Secret with a key by which the facility signs is mounted by the one program that it is for.",
  why: "Whoever has such a key is every user to the batch pool, or every host inside the facility. The pool's own key is in no cluster: the site file has no place for it.",
  sources: ["https://htcondor.readthedocs.io/en/latest/admin-manual/security.html#token-authentication"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Give the program a token or a certificate of its own in place of the key.",
  frameworks: ["facility:F-16"],
  scope: "site",
  check: (objects, site, on) => {
    const made = facilityMade(site);
    for (const object of objects) {
      const keys = KEYS.filter(({ role }) => made.isNamespaceOf(role, object.namespace));
      if (keys.length === 0) continue;
      const judgement = on(object);
      judgement.attempt(() => {
        const pod = podTemplateOf(object);
        if (pod === undefined) return;
        judgement.countChecked();
        const { kind, name } = object;
        for (const { field, secret } of secretsOf(pod, judgement)) {
          const key = keys.find((each) => each.secret === secret);
          if (key !== undefined && key.reader !== `${kind} ${name}`)
            judgement.violation(field, `${objectName(object)} reads ${secret}, ${key.what}; allowed: ${key.reader ?? "no pod"}`, secret);
        }
      });
    }
  },
};

/** Every place in a pod that names a Secret whose contents its programs read. */
function secretsOf(pod: PodTemplate, judgement: Judgement): readonly { readonly field: Field; readonly secret: string }[] {
  const found: { readonly field: Field; readonly secret: string }[] = [];
  const read = (field: Field): void =>
    judgement.attempt(() => {
      const secret = field.text() ?? "";
      if (secret !== "") found.push({ field, secret });
    });
  judgement.attempt(() => {
    for (const volume of pod.spec.at("volumes").items()) {
      read(volume.at("secret", "secretName"));
      judgement.attempt(() => {
        for (const source of volume.at("projected", "sources").items()) read(source.at("secret", "name"));
      });
    }
  });
  for (const { field } of containersOf(pod)) {
    judgement.attempt(() => {
      for (const variable of field.at("env").items()) read(variable.at("valueFrom", "secretKeyRef", "name"));
    });
    judgement.attempt(() => {
      for (const source of field.at("envFrom").items()) read(source.at("secretRef", "name"));
    });
  }
  return found;
}

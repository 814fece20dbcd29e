import { isFrom, repositoryOf } from "../../components/image-sources";
import { ROLES, type Role } from "../../components/tenancy/roles";
import { knownSources, type KnownSources } from "../../stacks/site/image-sources";
import { facilityMade } from "../facility-made";
import type { Field } from "../model/field";
import type { KubernetesObject } from "../model/objects";
import { containersOf, podTemplateOf } from "../model/pods";
import type { Judgement, SiteRule } from "../model/rules";

export const imagesComeFromKnownSources: SiteRule = {
  name: "images-come-from-known-sources",
  pack: "security",
  title:
    "In the namespaces of the facility run images that the site file names, or that the facility lists for the namespace, and no others.",
  why: "An image runs with the rights of its pod, and a name that is nearly right is somebody else's program. A source is compared whole, or up to a slash, so no longer name passes for a shorter one. Other namespaces have their own owners and are left alone.",
  sources: ["https://kubernetes.io/docs/concepts/containers/images/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Correct the name, name the image in the site file, or list its source in components/image-sources.ts.",
  frameworks: ["Kubescape:C-0078", "facility:IMG-03", "facility:IMG-04", "facility:F-24"],
  scope: "site",
  check: (objects, site, on) => {
    const made = facilityMade(site);
    const known = Object.fromEntries(ROLES.map((role) => [role, knownSources(site, role)])) as Readonly<Record<Role, KnownSources>>;
    for (const object of objects) {
      const role = ROLES.find((each) => made.isNamespaceOf(each, object.namespace));
      if (role === undefined) continue;
      on(object).attempt(() => judgeImages(object, on(object), known[role]));
    }
  },
};

function judgeImages(object: KubernetesObject, judgement: Judgement, { listed, named }: KnownSources): void {
  const pod = podTemplateOf(object);
  if (pod === undefined) return;
  const judgeOne = (image: Field, who: string): void =>
    judgement.attempt(() => {
      const reference = image.text() ?? "";
      // A missing name is a matter of the rule about exact images.
      if (reference === "") return;
      judgement.countChecked();
      const repository = repositoryOf(reference);
      if (named.includes(repository) || listed.some((source) => isFrom(reference, source))) return;
      const allowed = [...listed, "what the site file names"].join(", ");
      judgement.violation(image, `${who} is of ${repository}; allowed in this namespace: ${allowed}`, repository);
    });
  for (const { field, name } of containersOf(pod)) judgeOne(field.at("image"), `the image of container ${name}`);
  for (const volume of pod.spec.at("volumes").items())
    judgement.attempt(() => judgeOne(volume.at("image", "reference"), `the image of volume ${volume.at("name").text() ?? ""}`));
}

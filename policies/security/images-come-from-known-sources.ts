import { IMAGE_SOURCES, isFrom, repositoryOf } from "../../components/image-sources";
import { ROLES, type Role } from "../../components/tenancy/roles";
import type { Site } from "../../stacks/site/schema";
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
    const named = imagesNamedIn(site);
    for (const object of objects) {
      const role = ROLES.find((each) => made.isNamespaceOf(each, object.namespace));
      if (role === undefined) continue;
      const sources = [...IMAGE_SOURCES[role], ...foldersNamedIn(site, role)];
      const isKnown = (reference: string): boolean =>
        named.has(repositoryOf(reference)) || sources.some((source) => isFrom(reference, source));
      on(object).attempt(() => judgeImages(object, on(object), isKnown, sources));
    }
  },
};

function judgeImages(
  object: KubernetesObject,
  judgement: Judgement,
  isKnown: (reference: string) => boolean,
  sources: readonly string[],
): void {
  const pod = podTemplateOf(object);
  if (pod === undefined) return;
  const judgeOne = (image: Field, who: string): void =>
    judgement.attempt(() => {
      const reference = image.text() ?? "";
      // A missing name is a matter of the rule about exact images.
      if (reference === "") return;
      judgement.countChecked();
      if (isKnown(reference)) return;
      const repository = repositoryOf(reference);
      const allowed = [...sources, "what the site file names"].join(", ");
      judgement.violation(image, `${who} is of ${repository}; allowed in this namespace: ${allowed}`, repository);
    });
  for (const { field, name } of containersOf(pod)) judgeOne(field.at("image"), `the image of container ${name}`);
  for (const volume of pod.spec.at("volumes").items())
    judgement.attempt(() => judgeOne(volume.at("image", "reference"), `the image of volume ${volume.at("name").text() ?? ""}`));
}

/** Repositories of all images that the site file names, whatever for: the operators have written them themselves. */
function imagesNamedIn(site: Site): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (value: unknown, key: string): void => {
    if (typeof value === "string" && /image$/i.test(key)) found.add(repositoryOf(value));
    if (typeof value === "object" && value !== null) for (const [below, each] of Object.entries(value)) look(each, below);
  };
  look(site, "");
  return found;
}

/** Folders from which users may choose images themselves. */
function foldersNamedIn({ servicex }: Site, role: Role): readonly string[] {
  return role === "servicex" && "allowedImages" in servicex ? servicex.allowedImages : [];
}

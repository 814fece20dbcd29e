import { everyContainer, everyPod, type ObjectRule } from "../model/rules";

/** A digest at the end of an image reference. */
const DIGEST = /@sha256:[a-f0-9]{64}$/;

/** Words in a tag that say that the next build gets it too; a tag without a digit names no version either. */
const MOVING = /(^|[-_.])(latest|develop|dev|main|master|trunk|nightly|edge|unstable|snapshot|canary)$/i;

export const imagesAreExact: ObjectRule = {
  name: "images-are-exact",
  pack: "security",
  title: "Every image has an exact tag or a digest, so that what runs today runs tomorrow.",
  why: "A tag such as latest names another image after each push, so two hosts may run different programs.",
  sources: ["https://kubernetes.io/docs/concepts/containers/images/#image-names"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Write registry/repository:version, or better registry/repository@sha256:<digest>; never latest.",
  frameworks: ["Kubescape:C-0075", "Checkov:CKV_K8S_14"],
  scope: "object",
  check: (object, judgement) => {
    everyContainersImage(object, judgement);
    everyVolumesImage(object, judgement);
  },
};

/** A volume of type image is mounted as files, and the kubelet pulls it as it pulls the images of containers. */
const everyVolumesImage = everyPod(({ spec }, judgement) => {
  for (const volume of spec.at("volumes").items())
    judgement.attempt(() => {
      const reference = volume.at("image", "reference");
      const problem = volume.at("image").given ? problemOf(reference.text() ?? "") : undefined;
      if (problem)
        judgement.violation(
          reference,
          `volume ${volume.at("name").text() ?? ""} holds ${reference.text() ?? "no image"}, which ${problem}; allowed: an exact tag or a digest`,
        );
    });
});

const everyContainersImage = everyContainer(({ field, name, pod }, judgement) => {
  const image = field.at("image");
  const reference = image.text();
  if (reference === undefined) {
    // An operator takes the image of what it makes from another resource, e.g. a gateway's from its CephCluster, where it is judged.
    if (pod.object.partial || pod.object.origin !== undefined) return;
    judgement.violation(image, `container ${name} names no image; allowed: registry/repository with a tag or a digest`);
    return;
  }
  const problem = problemOf(reference);
  if (problem) judgement.violation(image, `container ${name} runs ${reference}, which ${problem}; allowed: an exact tag or a digest`);
});

function problemOf(reference: string): string | undefined {
  if (DIGEST.test(reference)) return undefined;
  if (reference.includes("@")) return "has a digest that is not sha256 and 64 hexadecimal digits";
  // A colon before the last slash belongs to the registry's port.
  const tag = /:([\w][\w.-]*)$/.exec(reference.slice(reference.lastIndexOf("/") + 1))?.[1];
  if (tag === undefined) return "has no tag and means latest";
  return MOVING.test(tag) || !/\d/.test(tag) ? "may be another image tomorrow" : undefined;
}

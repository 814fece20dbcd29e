import { DIGEST, MOVING_TAG, NUMBERED_TAG, TAG } from "../../components/image";
import { everyContainer, everyPod, type ObjectRule } from "../model/rules";

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
  const has = (pattern: string, flags?: string): boolean => new RegExp(pattern, flags).test(reference);
  if (has(DIGEST)) return undefined;
  if (reference.includes("@")) return "has a digest that is not sha256 and 64 hexadecimal digits";
  if (!has(TAG)) return "has no tag and means latest";
  return has(MOVING_TAG, "i") || !has(NUMBERED_TAG) ? "may be another image tomorrow" : undefined;
}

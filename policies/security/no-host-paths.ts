import { is } from "../model/objects";
import { everyPod, type ObjectRule } from "../model/rules";

const pods = everyPod(({ spec }, judgement) => {
  for (const volume of spec.at("volumes").items()) {
    judgement.attempt(() => {
      const hostPath = volume.at("hostPath");
      if (!hostPath.given) return;
      const path = hostPath.at("path").text() ?? "";
      judgement.violation(
        hostPath,
        `volume ${volume.at("name").text() ?? ""} is the host's folder ${path}; allowed: any kind of volume but hostPath`,
        path,
      );
    });
  }
});

export const noHostPaths: ObjectRule = {
  name: "no-host-paths",
  pack: "security",
  title: "No pod mounts a folder of its host.",
  why: "A pod that mounts a folder of its host can read the credentials of the kubelet and of other pods. A PersistentVolume with a hostPath is the same by another way.",
  sources: ["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Use a claim, an emptyDir, a ConfigMap or a Secret; for disks of a host a PersistentVolume of kind local.",
  frameworks: ["PSS:baseline:host-path-volumes", "CIS:5.2.12", "Kubescape:C-0048"],
  scope: "object",
  check: (object, judgement) => {
    if (is(object, "v1", "PersistentVolume")) {
      judgement.countChecked();
      const hostPath = object.root.at("spec", "hostPath");
      if (hostPath.given)
        judgement.violation(
          hostPath,
          "the volume is a folder of whatever host the pod is on; allowed: local, with node affinity",
          hostPath.at("path").text(),
        );
      return;
    }
    pods(object, judgement);
  },
};

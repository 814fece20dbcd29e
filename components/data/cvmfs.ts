import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { CVMFS, cvmfsClaim } from "./cvmfs-claim";
import type { Cvmfs as Settings } from "./settings";

export interface CvmfsArgs {
  readonly settings: Exclude<Settings, { kind: "none" }>;
  readonly namespace: pulumi.Input<string>;
}

/**
 * CVMFS for the pods of one namespace, as a claim that they mount read-only. Where the hosts mount it, a PersistentVolume of the path
 * stands in for a driver, so that no pod needs the right to a host's folders.
 */
export class Cvmfs extends pulumi.ComponentResource {
  constructor(name: string, { settings, namespace }: CvmfsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:data:Cvmfs", name, {}, opts);
    const volumes =
      settings.kind === "csi"
        ? []
        : [
            new k8s.core.v1.PersistentVolume(
              `${name}-volume`,
              {
                metadata: { name: CVMFS, annotations: { "pulumi.com/skipAwait": "true" } },
                spec: {
                  storageClassName: "",
                  capacity: { storage: "1Mi" },
                  accessModes: ["ReadOnlyMany"],
                  persistentVolumeReclaimPolicy: "Retain",
                  claimRef: { namespace, name: CVMFS },
                  hostPath: { path: settings.path, type: "Directory" },
                },
              },
              { parent: this },
            ),
          ];
    const { spec } = cvmfsClaim(settings, CVMFS);
    new k8s.core.v1.PersistentVolumeClaim(
      `${name}-claim`,
      {
        // A class that binds at the first consumer would be waited for in vain.
        metadata: { name: CVMFS, namespace, annotations: { "pulumi.com/skipAwait": "true" } },
        spec,
      },
      { parent: this, dependsOn: volumes },
    );
    this.registerOutputs({});
  }
}

/** Provisioner of storage classes whose volumes are made beforehand (https://kubernetes.io/docs/concepts/storage/storage-classes/#local). */
export const NO_PROVISIONER = "kubernetes.io/no-provisioner";

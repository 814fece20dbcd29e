/**
 * Labels of control-plane hosts, which are the keys of their taints too
 * (https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-control-plane); the second is the name of before 1.24.
 */
export const CONTROL_PLANE_LABELS = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

/** Operators of a requirement that a host with the label may meet. */
export const REQUIRING_OPERATORS = ["Exists", "In"];

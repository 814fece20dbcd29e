/**
 * The audit policy (https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/): every request is logged with who, what and when, but
 * without its body, which may hold a Secret.
 */
export const AUDIT_POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: None
    verbs: [get, list, watch]
    users: ["system:kube-controller-manager", "system:kube-scheduler", "system:apiserver", "kwok", "sandbox-controller"]
  - level: None
    verbs: [get, list, watch]
    userGroups: ["system:serviceaccounts:kube-system"]
  - level: None
    resources: [{ group: coordination.k8s.io, resources: [leases] }]
  - level: Metadata
`;

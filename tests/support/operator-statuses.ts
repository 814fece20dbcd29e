/** Statuses that the real operator of a kind writes, in the order in which an object goes through them. */
export interface OperatorStatuses {
  /** Before the object can be used, and after the operator has failed. An object has no status before the operator has seen it. */
  readonly notReady: Readonly<Record<string, object>>;
  /** Once it can be used. */
  readonly ready: object;
  /** True if `ready` says which generation it is about, so that it does not count for an object that has changed since. */
  readonly observes: boolean;
}

const condition = (type: string, status: string, reason: string, observedGeneration: number | undefined = 1) => ({
  type,
  status,
  reason,
  message: "a test",
  lastTransitionTime: "2026-01-01T00:00:00Z",
  ...(observedGeneration !== undefined && { observedGeneration }),
});

/** Rook's conditions name no generation: https://github.com/rook/rook/blob/v1.20.6/pkg/apis/ceph.rook.io/v1/types.go. */
const rookCondition = (type: string, status: string, reason: string) => ({
  ...condition(type, status, reason, undefined),
  lastHeartbeatTime: "2026-01-01T00:00:00Z",
});

/** What most controllers of Rook write: `updateStatus` in the controller of each kind. */
const phases: OperatorStatuses = {
  notReady: { progressing: { phase: "Progressing" }, failed: { phase: "Failure" } },
  ready: { phase: "Ready", observedGeneration: 1 },
  observes: true,
};

/** A failed reconciliation leaves the phase Progressing, with that condition False. */
const failedCluster = {
  phase: "Progressing",
  state: "Error",
  message: "failed",
  conditions: [rookCondition("Progressing", "False", "ClusterProgressing")],
};

/** Flux' controllers: https://github.com/fluxcd/pkg/blob/main/apis/meta/conditions.go. */
const fluxStatuses = (failure: string, stalled: string): OperatorStatuses => ({
  notReady: {
    reconciling: { conditions: [condition("Reconciling", "True", "Progressing"), condition("Ready", "Unknown", "Progressing")] },
    failed: { observedGeneration: 1, conditions: [condition(stalled, "True", failure), condition("Ready", "False", failure)] },
  },
  ready: { observedGeneration: 1, conditions: [condition("Ready", "True", "Succeeded")] },
  observes: true,
});

/**
 * By kind, and by what tells two uses of a kind apart: a CephCluster that runs elsewhere has another last phase
 * (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/controller/conditions.go). Generations are those of an object that was just made.
 */
export const OPERATOR_STATUSES: Readonly<Record<string, OperatorStatuses>> = {
  "ceph.rook.io/v1/CephCluster": {
    notReady: {
      progressing: { phase: "Progressing", state: "Creating", conditions: [rookCondition("Progressing", "True", "ClusterProgressing")] },
      failed: failedCluster,
      deleting: { phase: "Deleting", state: "Deleting", conditions: [rookCondition("Deleting", "True", "ClusterDeleting")] },
    },
    ready: { phase: "Ready", state: "Created", observedGeneration: 1, conditions: [rookCondition("Ready", "True", "ClusterCreated")] },
    observes: true,
  },
  "ceph.rook.io/v1/CephCluster external": {
    notReady: {
      connecting: { phase: "Connecting", state: "Connecting", conditions: [rookCondition("Connecting", "True", "ClusterConnecting")] },
      failed: failedCluster,
    },
    ready: { phase: "Connected", state: "Connected", conditions: [rookCondition("Connected", "True", "ClusterConnected")] },
    // Rook notes the generation only together with the phase Ready.
    observes: false,
  },
  "ceph.rook.io/v1/CephBlockPool": phases,
  "ceph.rook.io/v1/CephFilesystem": phases,
  "ceph.rook.io/v1/CephObjectStore": phases,
  "ceph.rook.io/v1/CephClient": phases,
  // https://github.com/rook/rook/blob/v1.20.6/pkg/operator/k8sutil/status.go
  "ceph.rook.io/v1/CephObjectStoreUser": { ...phases, notReady: { empty: { phase: "" }, failed: { phase: "ReconcileFailed" } } },
  // https://github.com/cert-manager/cert-manager/tree/v1.21.2/pkg/controller/certificates
  "cert-manager.io/v1/Certificate": {
    notReady: {
      issuing: { conditions: [condition("Ready", "False", "DoesNotExist"), condition("Issuing", "True", "DoesNotExist")] },
      failed: {
        conditions: [condition("Ready", "False", "DoesNotExist"), condition("Issuing", "False", "Failed")],
        failedIssuanceAttempts: 1,
      },
    },
    ready: { conditions: [condition("Ready", "True", "Ready")] },
    observes: true,
  },
  "cert-manager.io/v1/ClusterIssuer": {
    notReady: { failed: { conditions: [condition("Ready", "False", "ErrGetKeyPair")] } },
    ready: { conditions: [condition("Ready", "True", "KeyPairVerified")] },
    observes: true,
  },
  "source.toolkit.fluxcd.io/v1/HelmRepository": fluxStatuses("IndexationFailed", "FetchFailed"),
  "helm.toolkit.fluxcd.io/v2/HelmRelease": fluxStatuses("RetriesExceeded", "Stalled"),
};

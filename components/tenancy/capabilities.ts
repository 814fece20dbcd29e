/**
 * Capabilities that the level baseline of Pod Security lets a container add
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline). The API server compares letter by letter, so `CAP_CHOWN` is none of them.
 */
export const BASELINE_CAPABILITIES: readonly string[] = [
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP"],
  ...["SETUID", "SYS_CHROOT"],
];

import * as net from "node:net";
import { z } from "zod";
import { bytes, millicores } from "../capacity/quantity";
import { bitRate, bitRateProblem, isBitRate } from "../capacity/rates/bit-rate";

/**
 * Types of single values that the settings of several concerns share. The message of each says what is allowed; the reader of the site file
 * adds what was found. The reference pages show what `meta` says, and `describe` replaces only the description. `perSite` marks a value
 * that differs from site to site by nature, so that no site file has to explain the difference.
 */

const text = z.union([z.string(), z.number()]).transform(String);

const CPU = /^(\d+m|\d+(\.\d{1,3})?)$/;
const SIZE = /^\d+(\.\d+)?(k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)$/;

/** Longest text of a number. A longer one says nothing that a shorter one does not, and takes long to read. */
const DIGITS = 40;

/**
 * Most logical CPUs of a host: no kernel of Linux is built for more (NR_CPUS_RANGE_END in
 * https://github.com/torvalds/linux/blob/v6.12/arch/x86/Kconfig).
 */
const MOST_CPUS = 8192;
/** Most hosts of a cluster (https://kubernetes.io/docs/setup/best-practices/cluster-large/). */
const MOST_HOSTS = 5000;
/** Most pods of a cluster (the same). */
export const MOST_PODS = 150_000;
/** Most memory of a host: what Linux can address (https://www.kernel.org/doc/html/v6.12/arch/x86/x86_64/5level-paging.html). */
const MOST_MEMORY = "4Pi";
/** The largest file system that Red Hat supports, XFS (https://access.redhat.com/articles/rhel-limits). */
const LARGEST_FILE_SYSTEM = "1Pi";
/**
 * The largest quantity of Kubernetes; what is larger, it cuts without a word
 * (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/).
 */
const LARGEST_QUANTITY = 2n ** 63n - 1n;

/** CPU in logical CPUs (`24`, `0.5`) or millicores (`500m`): more than none, and so many at most. */
function cpuUpTo(most: number, what: string) {
  return text
    .refine((value) => value.length <= DIGITS && CPU.test(value), { error: "allowed: logical CPUs such as 24, 0.5 or 500m", abort: true })
    .refine((value) => isAmong(millicores(value), BigInt(most) * 1000n), `allowed: more than 0 CPU, and at most ${what}`)
    .meta({ description: "CPU", unit: "logical CPUs", examples: [2, "500m"], perSite: true });
}

/** Bytes with a unit: more than none, and so many at most. A bare number is refused, because nobody can tell what it counts. */
function sizeUpTo(most: bigint, what: string) {
  return text
    .refine((value) => value.length <= DIGITS && SIZE.test(value), {
      error:
        "allowed: a size with a Kubernetes unit such as 512Mi, 96Gi (2^30 bytes) or 96G (10^9 bytes); GB, gb and bare numbers are not units",
      abort: true,
    })
    .refine((value) => isAmong(bytes(value), most), `allowed: more than 0, and at most ${what}`)
    .meta({ description: "Memory or disk", unit: "bytes, as a Kubernetes quantity", examples: ["10Gi"], perSite: true });
}

function isAmong(amount: bigint, most: bigint): boolean {
  return amount > 0n && amount <= most;
}

/** CPU of a host or a request. */
export const cpu = cpuUpTo(MOST_CPUS, `${MOST_CPUS}, for which Linux can be built`);

/** CPU of many pods together. */
export const cpuInAll = cpuUpTo(MOST_CPUS * MOST_HOSTS, `${MOST_CPUS * MOST_HOSTS}, those of ${MOST_HOSTS} hosts with ${MOST_CPUS} each`);

/** Memory of a host or a request: `96Gi` (2^30) or `96G` (10^9). */
export const memory = sizeUpTo(bytes(MOST_MEMORY), `${MOST_MEMORY}, which Linux can address`);

/** A file system of a host. */
export const fileSystem = sizeUpTo(bytes(LARGEST_FILE_SYSTEM), `${LARGEST_FILE_SYSTEM}, the largest file system that is in use`);

/** Disk, or memory of many pods together. */
export const size = sizeUpTo(LARGEST_QUANTITY, "2^63 - 1 bytes (a bit less than 8Ei), at which Kubernetes cuts quantities");

/** A rate, in bits (`25Gb/s`) or in bytes (`200MB/s`) a second. A unit that may be either is refused, and the message names both. */
export const rate = text
  .refine((value) => value.length <= DIGITS && isBitRate(value), {
    error: ({ input }) => bitRateProblem(String(input)),
    abort: true,
  })
  .refine((value) => bitRate(value).over > 0n, "allowed: more than 0; leave out what is not known")
  .meta({ description: "A rate", unit: "bits or bytes a second, as it says", examples: ["25Gb/s", "200MB/s"], perSite: true });

/** A day. It stands in quotes, because Pulumi reads one without quotes as a time. */
export const day = z.iso
  .date('allowed: a date in quotes, such as "2027-06-30"')
  .meta({ description: "A day", unit: "date, in quotes", examples: ["2027-06-30"], perSite: true });

/**
 * A count of at least one. Counts, ids of users and numbers of replicas are signed numbers of 32 bits in Kubernetes
 * (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/, `int32`) and in the programs of the facility.
 */
export const count = z
  .int("allowed: a whole number")
  .min(1, "allowed: 1 or more")
  .max(2 ** 31 - 1, "allowed: 1 to 2147483647")
  .meta({ description: "A count", unit: "count", examples: [2], perSite: true });

/** A count of pods. */
export const podCount = count.max(MOST_PODS, `allowed: 1 to ${MOST_PODS}, the pods of the largest cluster that Kubernetes supports`);

/**
 * Name of a namespace, a pool or a release: a DNS label of at most 63 characters
 * (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names). One is left out: pools and namespaces are
 * looked up by name, and every object of JavaScript answers to `constructor`.
 */
export const label = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "allowed: a DNS label (a-z, 0-9 and -, at most 63 characters, e.g. rook-ceph)")
  .refine((name) => name !== "constructor", "allowed: any other name; this one means something else in JavaScript")
  .meta({ description: "A name", examples: ["rook-ceph"], perSite: true });

/**
 * A DNS name in lower case, fully qualified or relative, of at most 253 characters
 * (https://datatracker.ietf.org/doc/html/rfc1123#section-2.1).
 */
export const dnsName = z
  .string()
  .max(253, "allowed: at most 253 characters")
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, "allowed: a DNS name in lower case, e.g. hub.example.edu")
  .meta({ description: "A host name", examples: ["hub.example.edu"], perSite: true });

/** One IPv4 address. */
export const ipv4 = z
  .string()
  .refine((value) => net.isIPv4(value), "allowed: an IPv4 address such as 192.0.2.10")
  .meta({ description: "An address", examples: ["192.0.2.10"], perSite: true });

/** An IPv4 network in CIDR notation, whose host bits are zero. */
export const cidr = z
  .string()
  .refine((value) => {
    const [address = "", bits = ""] = value.split("/");
    if (!net.isIPv4(address) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return false;
    return addressNumber(address) % 2 ** (32 - Number(bits)) === 0;
  }, "allowed: an IPv4 network with zero host bits such as 10.244.0.0/16 or 192.0.2.10/32")
  .meta({ description: "A network", examples: ["10.244.0.0/16"], perSite: true });

/** A TCP port. */
export const port = z
  .int("allowed: a port number")
  .min(1, "allowed: 1 to 65535")
  .max(65535, "allowed: 1 to 65535")
  .meta({ description: "A TCP port", unit: "port", examples: [1094] });

/** An https URL without a trailing slash. */
export const httpsUrl = z
  .string()
  .regex(/^https:\/\/[^\s/]+(\/[^\s]*[^\s/])?$/, "allowed: an https:// URL without a trailing slash")
  .meta({ description: "An address on the web", examples: ["https://auth.example.edu"], perSite: true });

/** A repository of charts: an https URL, or a path in an OCI registry; without a trailing slash. */
export const chartRepository = z
  .string()
  .regex(/^(https|oci):\/\/[^\s/]+(\/[^\s]*[^\s/])?$/, "allowed: an https:// or oci:// URL without a trailing slash")
  .meta({
    description: "A repository of charts",
    examples: ["https://charts.example.edu", "oci://registry.example.edu/charts"],
    perSite: true,
  });

/** A container image with an exact tag or digest; `latest` and no tag are refused. */
export const image = z
  .string()
  .regex(
    /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+(:(?!latest$)[\w][\w.-]*|@sha256:[a-f0-9]{64})$/,
    "allowed: registry/repository with an exact tag or digest, e.g. registry.example.edu/group/image:2026.08 (never latest)",
  )
  .meta({ description: "A container image", examples: ["registry.example.edu/group/image:2026.08"], perSite: true });

const deviceName = z
  .string()
  .regex(
    /^(?!([a-z0-9.-]*\.)?kubernetes\.io\/)[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/,
    "allowed: a name that a device plugin registers, such as nvidia.com/gpu",
  )
  .meta({ description: "Name of a device", examples: ["nvidia.com/gpu"], perSite: true });

/**
 * Numbers of devices by the names of their extended resources, which a device plugin registers
 * (https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources).
 */
export const devices = z.record(deviceName, count).meta({ description: "GPUs and other devices, by name", perSite: true });

/** Text for people. */
export const prose = z.string().min(1, "allowed: some text").meta({ description: "Text for people", perSite: true });

/** The choice of a site that does without something. */
export const none = z.strictObject({ kind: z.literal("none") });

/** An absolute path. */
export const absolutePath = z
  .string()
  .regex(/^\/[\w./-]*$/, "allowed: an absolute path such as /store")
  .meta({ description: "An absolute path", examples: ["/store"] });

/** First and last address of a network, as numbers. */
export function range(network: string): readonly [first: number, last: number] {
  const [address = "", bits = "32"] = network.split("/");
  const first = addressNumber(address);
  return [first, first + 2 ** (32 - Number(bits)) - 1];
}

/** True if the networks have an address in common. */
export function overlap(a: string, b: string): boolean {
  const [firstA, lastA] = range(a);
  const [firstB, lastB] = range(b);
  return firstA <= lastB && firstB <= lastA;
}

/** True if the address lies in the network. */
export function contains(network: string, address: string): boolean {
  const [first, last] = range(network);
  const value = addressNumber(address);
  return value >= first && value <= last;
}

/** An IPv4 address as a number. */
export function addressNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

import { z } from "zod";
import { cidr, dnsName, httpsUrl, label } from "../../components/fields";
import { nearest } from "../../stacks/site/problems";

/** A question about a new site. What nobody is asked for gets a guess, which is marked in the file. */
export interface SiteQuestion {
  /** Key of the answer and name of the option, one word. */
  readonly name: string;
  /** What the help shows in place of a value. */
  readonly placeholder: string;
  readonly text: string;
  /** Judges one answer, which is text. */
  readonly schema: z.ZodType;
  /** Several answers may be given. */
  readonly many?: boolean;
  readonly fallback?: string;
}

const pool = z
  .string()
  .regex(
    /^[a-z0-9-]+=[^:=]+:[^:]+:[^:]+(:[a-z,-]+)?$/,
    "allowed: name=hosts:cpu:memory[:uses], e.g. workers=node[01-04]:32:128Gi:users,services",
  );
const disk = z
  .string()
  .regex(
    /^(hdd|ssd|nvme):[^:]+:\/dev\/disk\/.+$/,
    "allowed: class:size:path, e.g. hdd:4Ti:/dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:1:0",
  );
const choice = (...words: readonly [string, ...string[]]) =>
  z
    .string()
    .refine((word) => words.includes(word), { error: ({ input }) => `allowed: ${words.join(", ")}${nearest(String(input), words)}` });

/** Every question, in the order of asking. */
export const SITE_QUESTIONS = [
  { name: "domain", placeholder: "<domain>", text: "Base domain of the facility's names", schema: dnsName },
  { name: "kubernetes", placeholder: "<kind>", text: "Kubernetes: kubeadm or okd", schema: choice("kubeadm", "okd"), fallback: "kubeadm" },
  { name: "pool", placeholder: "<pool>", text: "Hosts, as name=hosts:cpu:memory[:uses]", schema: pool, many: true },
  { name: "storage", placeholder: "<class>", text: "StorageClass that the cluster has, if it is to be used", schema: label },
  {
    name: "disk",
    placeholder: "<disk>",
    text: "Empty disks for Ceph on each host of a pool, as class:size:path",
    schema: disk,
    many: true,
  },
  { name: "addresses", placeholder: "<network>", text: "Networks for load balancers (not on okd)", schema: cidr, many: true },
  { name: "login", placeholder: "<kind>", text: "Login: cilogon or oidc", schema: choice("cilogon", "oidc"), fallback: "cilogon" },
  { name: "provider", placeholder: "<url>", text: "Identity provider, or the issuer of oidc", schema: httpsUrl },
  { name: "group", placeholder: "<group>", text: "Groups whose members get in", schema: z.string(), many: true },
  {
    name: "users",
    placeholder: "<count>",
    text: "Users with a home",
    schema: z.string().regex(/^[1-9]\d{0,6}$/, "allowed: a whole number of 1 or more"),
    fallback: "50",
  },
  { name: "collector", placeholder: "<host>", text: "Central manager of the HTCondor pool, if there is one", schema: dnsName },
  { name: "schedd", placeholder: "<host>", text: "Access point of that pool", schema: dnsName },
] as const satisfies readonly SiteQuestion[];

/** Name of a question, and of the option that answers it. */
export type SiteQuestionName = (typeof SITE_QUESTIONS)[number]["name"];

/** Answers as text, by question; a question without an answer is left out. */
export type SiteAnswers = Readonly<Partial<Record<SiteQuestionName, readonly string[]>>>;

/** Says what is wrong with the answers to one question. */
export function refusedAnswers({ name, schema }: SiteQuestion, answers: readonly string[]): readonly string[] {
  return answers.flatMap((answer) => {
    const [issue] = schema.safeParse(answer).error?.issues ?? [];
    return issue === undefined ? [] : [`--${name}: found "${answer}"; ${issue.message}`];
  });
}

/** Says which answers are missing or contradict each other, given the other ones. */
export function missingAnswers(answers: SiteAnswers): readonly string[] {
  const has = (name: SiteQuestionName) => (answers[name]?.length ?? 0) > 0;
  const okd = answers.kubernetes?.[0] === "okd";
  const needs: readonly (readonly [boolean, SiteQuestionName, string])[] = [
    [!has("domain"), "domain", "the base domain of the facility's names, e.g. --domain af.example.edu"],
    [!has("pool"), "pool", "the hosts, e.g. --pool 'workers=node[01-04]:32:128Gi'; once for each pool"],
    [
      !has("storage") && !has("disk"),
      "storage",
      "where volumes come from: a class that the cluster has, or --disk for the facility's own Ceph",
    ],
    [!okd && !has("addresses"), "addresses", "networks for load balancers, e.g. --addresses 192.0.2.10/32"],
    [!has("provider"), "provider", "who vouches for users, e.g. --provider https://auth.example.edu"],
    [!has("group"), "group", "groups whose members get in, e.g. --group /cms; a hub that admits everybody is not offered"],
    [has("collector") && !has("schedd"), "schedd", "the access point of the pool, e.g. --schedd schedd.example.edu"],
    [has("schedd") && !has("collector"), "collector", "the pool behind the access point, e.g. --collector cm.example.edu"],
  ];
  const excess = has("storage") && has("disk") ? ["--disk: volumes come from --storage already; allowed: one of the two"] : [];
  return [...needs.filter(([lacks]) => lacks).map(([, name, what]) => `--${name}: missing; ${what}`), ...excess];
}

// What `npm run test:fast` leaves out, so that it takes a minute: whole commands, whole sites that are judged again and again, thousands of packings.

/** The seconds that the units of the inner loop may take; beyond them its reporter names the slowest files. */
export const INNER_LOOP_SECONDS = 60;

/** Patterns of files, for mocha's `--ignore`. */
export const heavy = [
  "tests/capacity/packing/{laws,oracle,remedy}.test.ts",
  "tests/capacity/rates/laws.test.ts",
  "tests/changes/unwanted.test.ts",
  "tests/components/batch/signing-keys.test.ts",
  "tests/components/hub/{database-copies,devices,placeholders}.test.ts",
  "tests/components/nodes/tolerations.test.ts",
  "tests/components/readers.test.ts",
  "tests/components/servicex/app-config.test.ts",
  "tests/components/wait-for.test.ts",
  "tests/policies/{engine,exceptions,huge-amounts,names,remedies}.test.ts",
  "tests/policies/model/normal-form.test.ts",
  "tests/policies/pages/*.test.ts",
  "tests/policies/quotas/{boundaries,cases,inventory-is-whole,site-boundaries,sites}.test.ts",
  "tests/policies/security/{connections-are-listed,every-kind,facility-releases,pods}.test.ts",
  "tests/sandbox/live/site-programs.test.ts",
  "tests/sandbox/main.test.ts",
  "tests/sandbox/plugins/tls/certificates.test.ts",
  "tests/sandbox/releases/collect.test.ts",
  "tests/sandbox/tools/download.test.ts",
  "tests/stacks/{freeze,program,record}.test.ts",
  "tests/stacks/site/{huge-numbers,leaves*,mutations,parts,unambiguous-yaml,ways-out}.test.ts",
  "tests/tools/{capacity-verdicts,command-line,crd-coverage,plan*,policy*,waivers}.test.ts",
  "tests/tools/changes/edits.test.ts",
  "tests/tools/plan/{capacity,rate}-advice.test.ts",
  "tests/tools/site-{explain,live,new,parity,validate}.test.ts",
];

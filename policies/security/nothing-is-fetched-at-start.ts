import { everyContainer, type ObjectRule } from "../model/rules";

/** Commands that bring code from elsewhere, with what they are called in messages. */
const FETCHES: readonly (readonly [pattern: RegExp, what: string])[] = [
  [
    /\b(pip3?|conda|mamba|micromamba|uv|npm|yarn|gem|apk|apt|apt-get|dnf|yum|microdnf)(\s+-{1,2}\S+)*\s+(install|add|ci|sync)\b/,
    "installs packages",
  ],
  [/\bgit(\s+-\S+)*\s+(clone|pull|fetch)\b/, "takes what a repository holds today"],
  [/\b(curl|wget)\b[^|;&]*\|\s*(sudo\s+)?(ba|z|da)?sh\b/, "runs what a server sends"],
  [/\b(ba|z|da)?sh\s+(-c\s+)?["']?(<\(|\$\()\s*(curl|wget)\b/, "runs what a server sends"],
];

export const nothingIsFetchedAtStart: ObjectRule = {
  name: "nothing-is-fetched-at-start",
  pack: "security",
  title: "No container installs or fetches code when it starts.",
  why: "What is fetched at each start is another program tomorrow, with the rights of the pod, and none at all when its server is away. coffea-casa's hub installed unpinned packages and cloned a moving branch at every start.",
  sources: ["https://github.com/CoffeaTeam/coffea-casa/blob/master/charts/coffea-casa/values.yaml"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Build it into the image, or mount it from a ConfigMap of the stack.",
  frameworks: ["Checkov:CKV_K8S_159", "facility:F-23"],
  scope: "object",
  check: everyContainer(({ field, name }, judgement) => {
    const lists = [
      [field.at("command"), field.at("args")],
      ...["postStart", "preStop"].map((moment) => [field.at("lifecycle", moment, "exec", "command")]),
    ];
    for (const list of lists) {
      const words = list.flatMap((each) => each.items());
      const text = words.map((word) => word.text() ?? "").join(" ");
      for (const [pattern, what] of FETCHES) {
        if (!pattern.test(text)) continue;
        // A script is one word; a command of several words is in the last list that has any.
        const at = words.find((word) => pattern.test(word.text() ?? "")) ?? list.filter((each) => each.given).at(-1) ?? field;
        judgement.violation(at, `container ${name} ${what} when it starts; allowed: what its image and its volumes hold`);
      }
    }
  }),
};

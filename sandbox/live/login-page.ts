import type { LoginPlan } from "./users";

const STYLE = `body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 10vh auto; padding: 0 1rem; color: #222 }
a { display: block; padding: .7rem 1rem; margin: .5rem 0; border: 1px solid #bbb; border-radius: 6px; color: inherit; text-decoration: none }
a:hover { border-color: #f37726 } small { color: #666; float: right }`;

/** The page on which one chooses whom to be. */
export function page(title: string, { authorize, users }: LoginPlan): string {
  const links = users.map(
    ({ name, isMember }) =>
      `<a id="${name}" href="?user=${encodeURIComponent(name)}">${escaped(name)}<small>${isMember ? "may log in" : "is in no group of the hub"}</small></a>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Log in</title><style>${STYLE}</style>
<h1>Who are you?</h1>
<p>The sandbox of ${escaped(title)} plays ${escaped(authorize.hostname)}. There are no passwords.</p>
${links.join("\n")}
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

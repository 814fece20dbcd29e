import * as fs from "node:fs";
import * as path from "node:path";
import { CONFIGURATION_FOLDER, hookFolder, type HubFile } from "./hook";
import type { HubSettings } from "./settings";

/** Folder of the hub in which it looks for templates before its own. */
const TEMPLATES = `${CONFIGURATION_FOLDER}/templates`;

/** Name of the template of the login page, which the hub's own page has too. */
const LOGIN = "login.html";

/** Values of the hub's chart for the login page; https://jupyterhub.readthedocs.io/en/stable/howto/templates.html */
export interface LoginPageValues {
  readonly templatePaths: readonly string[];
  /** Words of the page. The template engine escapes them. */
  readonly templateVars: Readonly<Record<string, string>>;
}

/** The words of the page on which users log in. */
export function loginPage({ loginPage: page, login }: HubSettings, title: string): LoginPageValues {
  return {
    templatePaths: [TEMPLATES],
    templateVars: {
      facility_title: title,
      who_may_enter: page.whoMayEnter ?? `Members of ${login.allowedGroups.join(" or ")} may log in.`,
      ...(page.help && { help_url: page.help }),
      ...(page.news && { news: page.news }),
    },
  };
}

/** The template of the page, by its name in the chart's Secret. */
export function loginTemplate(): Readonly<Record<string, HubFile>> {
  const stringData = fs.readFileSync(path.join(hookFolder(), "templates", LOGIN), "utf8");
  return { [`templates.${LOGIN}`]: { mountPath: `${TEMPLATES}/${LOGIN}`, stringData } };
}

import * as path from "node:path";
import tseslint from "typescript-eslint";

/** What Node gives every CommonJS module. The compiled code is CommonJS, so a variable of such a name hides the module's own. */
const OF_THE_MODULE = ["exports", "module", "require", "__dirname", "__filename"];

/** Refuses to declare a name of {@link OF_THE_MODULE}: a parameter `exports` turns `exports.PORT` of the compiled code into undefined. */
const noShadowedModule = {
  meta: { type: "problem", messages: { shadowed: "`{{name}}` is the CommonJS module's own in bin/; choose another name" }, schema: [] },
  create: ({ sourceCode, report }) => ({
    Program() {
      for (const variable of sourceCode.scopeManager.scopes.flatMap(({ variables }) => variables))
        if (OF_THE_MODULE.includes(variable.name))
          for (const { name } of variable.defs) report({ node: name, messageId: "shadowed", data: { name: variable.name } });
    },
  }),
};

/** Refuses a relative import that leaves tests/: it would load a source, compiled another way than what ships. */
const testsRunWhatShips = {
  meta: { type: "problem", messages: { source: "import it from #af/{{path}}, which is bin/ at run time" }, schema: [] },
  create: ({ filename, report }) => ({
    ImportDeclaration({ source }) {
      if (!source.value.startsWith(".")) return;
      const target = path.relative(import.meta.dirname, path.resolve(path.dirname(filename), source.value));
      if (!target.startsWith("tests/")) report({ node: source, messageId: "source", data: { path: target } });
    },
  }),
};

export default tseslint.config(
  { ignores: ["bin/", "node_modules/", ".sandbox/"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ["**/*.ts"],
    plugins: { facility: { rules: { "no-shadowed-module": noShadowedModule, "tests-run-what-ships": testsRunWhatShips } } },
    languageOptions: { parserOptions: { project: "./tsconfig.tests.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "facility/no-shadowed-module": "error",
      "no-duplicate-imports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "max-lines": ["error", { max: 300, skipBlankLines: false }],
      // A Pulumi resource is registered by its constructor.
      "no-new": "off",
    },
  },
  // `#af/` is bin/ at run time, and the sources for the compiler (package.json, imports).
  { files: ["tests/**/*.ts"], rules: { "facility/tests-run-what-ships": "error" } },
  { files: ["**/*.mjs", "**/*.cjs"], ...tseslint.configs.disableTypeChecked },
  // CommonJS by name: what loads them knows no other way.
  { files: ["**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
);

/** Ends a suite that cannot run here, with the reason. In CI that is a failure, because CI would prove less without the suite. */
export function skipped(suite: Mocha.Context, reason: string): never {
  if (process.env["CI"] === "true") throw new Error(`${reason}; CI must not skip this suite`);
  console.log(`      skipped: ${reason}`);
  return suite.skip();
}

/**
 * Ends a test or a suite that compares with files of other projects, which are no part of this one and lie beside it or nowhere. It is listed as not checked, with
 * the reason, and counts as no failure in CI: there is nothing that CI could install.
 */
export function notChecked(context: Mocha.Context, missing: string): never {
  console.log(`      not checked: ${missing}`);
  const runnable = context.test;
  // A hook that ends skips every test of its suite. tests/runner/reporter.cjs looks for the mark.
  const marked = Reflect.get(runnable ?? {}, "type") === "hook" ? runnable?.parent : runnable;
  Object.assign(marked ?? {}, { notChecked: missing });
  return context.skip();
}

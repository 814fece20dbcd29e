/** Ends a suite that cannot run here, with the reason. In CI that is a failure, because CI would prove less without the suite. */
export function skipped(suite: Mocha.Context, reason: string): never {
  if (process.env["CI"] === "true") throw new Error(`${reason}; CI must not skip this suite`);
  console.log(`      skipped: ${reason}`);
  return suite.skip();
}

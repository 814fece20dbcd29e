// Mocha lets a rejection that nobody awaits pass as green; a failed assertion inside `apply` is one of those.
process.on("unhandledRejection", (reason) => {
  throw reason;
});

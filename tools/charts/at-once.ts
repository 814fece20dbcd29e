/** Works on every element, on so many at the same time. */
export async function eachAtOnce<T>(count: number, elements: readonly T[], work: (element: T) => Promise<void>): Promise<void> {
  const waiting = [...elements];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: count }, worker));
}

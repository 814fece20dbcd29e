/** Keeps the answer for each key for as long as the key is in use, so that several rules that ask the same of the same objects work it out once. */
export function memoize<Key extends object, Answer>(work: (key: Key) => Answer): (key: Key) => Answer {
  const known = new WeakMap<Key, { readonly answer: Answer }>();
  return (key) => {
    const found = known.get(key) ?? { answer: work(key) };
    known.set(key, found);
    return found.answer;
  };
}

/** The same for texts, of which each answer is kept for good: for a few small ones that are asked again and again, such as addresses. */
export function memoizeText<Answer>(work: (text: string) => Answer): (text: string) => Answer {
  const known = new Map<string, { readonly answer: Answer }>();
  return (text) => {
    const found = known.get(text) ?? { answer: work(text) };
    known.set(text, found);
    return found.answer;
  };
}

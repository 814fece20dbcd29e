/** Keeps the answer for each key for as long as the key is in use, so that several rules that ask the same of the same objects work it out once. */
export function memoize<Key extends object, Answer>(work: (key: Key) => Answer): (key: Key) => Answer {
  return keptIn(new WeakMap<Key, Kept<Answer>>(), work);
}

/** The same for texts, of which each answer is kept for good: for a few small ones that are asked again and again, such as addresses. */
export function memoizeText<Answer>(work: (text: string) => Answer): (text: string) => Answer {
  return keptIn(new Map<string, Kept<Answer>>(), work);
}

/** An answer, which may be undefined. */
interface Kept<Answer> {
  readonly answer: Answer;
}

function keptIn<Key, Answer>(
  known: { get(key: Key): Kept<Answer> | undefined; set(key: Key, kept: Kept<Answer>): unknown },
  work: (key: Key) => Answer,
): (key: Key) => Answer {
  return (key) => {
    const found = known.get(key) ?? { answer: work(key) };
    known.set(key, found);
    return found.answer;
  };
}

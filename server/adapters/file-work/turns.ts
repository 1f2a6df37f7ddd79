/** One thing at a time, and people take turns: whoever brings much delays only their own. */
export function takingTurns(): <T>(person: string, work: () => Promise<T>) => Promise<T> {
  const waiting = new Map<string, (() => void)[]>();
  let isBusy = false;

  const next = (): void => {
    const [turn] = waiting;
    isBusy = turn !== undefined;
    if (turn === undefined) return;
    const [person, [begin, ...rest]] = turn;
    waiting.delete(person);
    if (rest.length > 0) waiting.set(person, rest);
    begin?.();
  };

  return async (person, work) => {
    if (isBusy) await new Promise<void>((begin) => waiting.set(person, [...(waiting.get(person) ?? []), begin]));
    isBusy = true;
    try {
      return await work();
    } finally {
      next();
    }
  };
}

/** What follows from a form alone is worked out once: a form never changes while it is loaded. */
import type { FormDefinition } from './define.ts';

export function ofForm<T>(workOut: (form: FormDefinition) => T): (form: FormDefinition) => T {
  const known = new WeakMap<FormDefinition, { readonly is: T }>();
  return (form) => {
    const found = known.get(form) ?? { is: workOut(form) };
    known.set(form, found);
    return found.is;
  };
}

/** One's own waiting words on top of what the Hub said. Apart from the rest, because a first list does without the fold. */
import { fold } from '#sync/fold/fold.ts';
import type { FormDefinition } from '#sync/forms/define.ts';
import type { PlacedEdit } from '#sync/model/edit.ts';
import type { DocumentState } from '#sync/model/state.ts';
import type { Account } from './account.ts';

/** Whatever the Hub will say of them, they stand on one's own screen until then. */
export function foldWaiting(state: DocumentState, form: FormDefinition, edits: readonly PlacedEdit[]): void {
  fold(state, edits, { form, gate: () => undefined, text: undefined, pending: true });
}

export const placed = (account: Account, edit: Omit<PlacedEdit, 'device' | 'person' | 'stamp'>): PlacedEdit => ({
  ...edit,
  device: account.device,
  person: account.owner.person,
  stamp: 0,
});

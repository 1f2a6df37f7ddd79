/** A field's earlier answers, as the Hub keeps them: only there, and only for who may write the section. */
import * as z from 'zod/mini';
import type { HistorySource } from '#lib/forms/form-context.ts';
import type { DocumentId } from '#sync/model/ids.ts';
import type { Json } from '#sync/model/edit.ts';
import type { TextTree } from '#sync/model/state.ts';

const answered = z.array(
  z.object({
    value: z.optional(z.custom<Json>()),
    tree: z.optional(z.custom<TextTree>((value) => Array.isArray(value))),
    by: z.object({ name: z.string(), role: z.string() }),
    at: z.number(),
  }),
);

export const historyOf =
  (doc: DocumentId): HistorySource =>
  async (holder, field) => {
    try {
      const answer = await fetch(`/api/documents/${doc}/history?${new URLSearchParams({ holder, field }).toString()}`, {
        headers: { accept: 'application/json' },
      });
      if (answer.status === 401) return { ok: false, sentence: 'Sign in again to see earlier answers.' };
      if (!answer.ok) return { ok: false, sentence: 'The Hub keeps no earlier answers that you can see here.' };
      const parsed = answered.safeParse(await answer.json());
      return parsed.success
        ? { ok: true, entries: parsed.data }
        : { ok: false, sentence: 'The Hub answered in a way this version of the app does not know. Update the app.' };
    } catch (error) {
      // No line is the ordinary case here; anything else is a fault and shows itself as one.
      if (!(error instanceof TypeError)) throw error;
      return { ok: false, sentence: 'Earlier answers are kept at the Hub. Connect to the internet to see them.' };
    }
  };

/**
 * The heavy part of text edits is done before the transaction, so that nobody's long paste holds up everybody's
 * commit: what was worked out for a state and an update is remembered, and used inside only if the state still is
 * byte for byte the same. If it moved meanwhile, it is all done again.
 */
import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import * as Y from 'yjs';
import { bytesOfBase64 } from '#sync/model/base64.ts';
import { addressOf } from '#sync/model/ids.ts';
import { clientIdOfPen } from '#sync/model/pen-client.ts';
import type { TextRule } from '#sync/rules/rule.ts';
import type { Push } from '#sync/protocol/push.ts';
import type { Tables } from '#server/storage/schema.ts';
import { storedText } from '#server/storage/sections.ts';

export async function prepareTexts(db: Kysely<Tables>, rule: TextRule, runs: Push['runs']): Promise<TextRule> {
  const remembering = rememberingRule(rule);
  const states = new Map<string, Uint8Array>();
  for (const { doc, pen, edits } of runs) {
    for (const [, kind, holder, field, value] of edits) {
      const update = kind === 'text' ? bytesOfBase64(value) : undefined;
      if (update === undefined) continue;
      const address = `${doc} ${addressOf(holder, field)}`;
      const state = states.get(address) ?? (await storedText(db, doc, holder, field)) ?? rule.empty();
      const refused = remembering.check(state, update, clientIdOfPen(pen));
      states.set(address, refused === undefined ? remembering.merge(state, update).state : state);
    }
  }
  return remembering;
}

/**
 * The words that an update adds, as plain text: for showing people their own parked words. It holds nothing that
 * anyone else wrote, because an update carries only its own author's letters.
 */
export function wordsOfUpdate(update: Uint8Array): string {
  const pieces: string[] = [];
  for (const struct of Y.decodeUpdate(update).structs) {
    if (!(struct instanceof Y.Item)) continue;
    if (struct.content instanceof Y.ContentString) pieces.push(struct.content.str);
    else if (struct.content instanceof Y.ContentType && pieces.length > 0) pieces.push('\n');
  }
  return pieces
    .join('')
    .replace(/\n{2,}/g, '\n')
    .replace(/\n$/, '');
}

interface Remembered<Answer> {
  readonly state: Uint8Array;
  readonly answer: Answer;
}

function rememberingRule(rule: TextRule): TextRule {
  const checked = new Map<string, Remembered<ReturnType<TextRule['check']>>[]>();
  const merged = new Map<string, Remembered<ReturnType<TextRule['merge']>>[]>();
  return {
    ...rule,
    check: (state, update, clientId) =>
      recall(checked, `${clientId} ${hashOf(update)}`, state, () => rule.check(state, update, clientId)),
    merge: (state, update) => recall(merged, hashOf(update), state, () => rule.merge(state, update)),
  };
}

function recall<Answer>(
  memory: Map<string, Remembered<Answer>[]>,
  key: string,
  state: Uint8Array,
  work: () => Answer,
): Answer {
  const known = memory.get(key) ?? [];
  const found = known.find((one) => Buffer.compare(one.state, state) === 0);
  if (found !== undefined) return found.answer;
  const answer = work();
  memory.set(key, [...known, { state, answer }]);
  return answer;
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

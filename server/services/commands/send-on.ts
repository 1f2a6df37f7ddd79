import type { Json } from '#sync/model/edit.ts';
import type { SectionKey } from '#sync/model/ids.ts';
import { closedFor } from '../viewer.ts';
import { done, onOwnWords, refused } from './command.ts';
import { addEvent } from './event.ts';
import { ownWords, ownWordsArgs, settleOwnWords } from './own-words.ts';

/**
 * Late words go to the authority after all: as a line of the timeline beside the request, which stays as it was sent.
 * Only words that came too late can go: whoever lost the right to write cannot write by this road.
 */
export const sendOn = onOwnWords({
  name: 'send-on',
  args: ownWordsArgs,
  async run(facts) {
    const { document, reader } = facts;
    const row = await ownWords(facts);
    if (row?.what !== 'parked') return refused('not-found');
    if (row.done === 'sent-on') return done();
    // Judged again now: who wrote with the sender may have been shut out since.
    const isStillLate = closedFor(reader, document, row.section as SectionKey) === 'section-closed';
    if (row.done !== null || row.reason !== 'section-closed' || !isStillLate) return refused('not-allowed');
    settleOwnWords(document, row, 'sent-on');
    addEvent(facts, 'sent-on', {
      section: row.section,
      holder: row.holder,
      field: row.field,
      value: JSON.parse(row.value) as Json,
    });
    return done();
  },
});

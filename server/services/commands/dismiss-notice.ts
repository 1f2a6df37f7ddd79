import { done, onOwnWords, refused } from './command.ts';
import { ownWords, ownWordsArgs, settleOwnWords } from './own-words.ts';

/** The person has read what became of their words. */
export const dismissNotice = onOwnWords({
  name: 'dismiss-notice',
  args: ownWordsArgs,
  async run(facts) {
    const row = await ownWords(facts);
    if (row === undefined || row.what === 'parked') return refused('not-found');
    if (row.done === null) settleOwnWords(facts.document, row, 'dismissed');
    return done();
  },
});

import { done, onOwnWords, refused } from './command.ts';
import { ownWords, ownWordsArgs, settleOwnWords } from './own-words.ts';

/** The author lets late words go. They leave the list; the log keeps them, as it keeps everything that came. */
export const dropParked = onOwnWords({
  name: 'drop-parked',
  args: ownWordsArgs,
  async run(facts) {
    const row = await ownWords(facts);
    if (row?.what !== 'parked') return refused('not-found');
    if (row.done === null) settleOwnWords(facts.document, row, 'dropped');
    return done();
  },
});

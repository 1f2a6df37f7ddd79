import * as z from 'zod/mini';
import { idPattern, type PersonId } from '#sync/model/ids.ts';
import { done, onDocument, refused } from './command.ts';
import { addEvent } from './event.ts';

/** Takes a request away from a person again, also after it was sent; words of theirs still on the way are parked. */
export const unshare = onDocument({
  name: 'unshare',
  args: z.strictObject({ person: z.string().check(z.regex(idPattern)) }),
  async run(facts) {
    const { document, may, args, at } = facts;
    if (!may.includes('unshare')) return refused('not-allowed');
    for (const share of document.shares.filter((one) => one.person_id === args.person && one.ended_at === null)) {
      share.ended_at = at;
      document.changedShares.add(share);
      document.rights.set(args.person as PersonId, 'hide');
      addEvent(facts, 'unshared', { person: args.person });
    }
    return done();
  },
});

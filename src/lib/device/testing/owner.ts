/** Whose device it is in the tests, and what a Hub says of them. */
import type { AuthorityId, PersonId } from '#sync/model/ids.ts';
import type { Owner } from '../account.ts';
import type { SessionReply } from '#sync/protocol/session.ts';

export const testOwner: Owner = {
  person: 'person-000000001' as PersonId,
  name: 'Robin Example',
  roles: ['senco'],
  authority: { id: 'authority-000001' as AuthorityId, name: 'Anyshire' },
};

export const sessionOf = (owner: Owner, now: number): SessionReply => ({
  person: { id: owner.person, name: owner.name, roles: owner.roles },
  authority: owner.authority,
  nonce: 'nonce',
  device: null,
  expiresAt: now + 86_400_000,
  now,
});

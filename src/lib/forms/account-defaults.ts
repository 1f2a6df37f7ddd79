/** What the account of whoever writes says where a field asks for it. It is offered, and becomes an answer when taken. */
import type { Default } from '#sync/forms/define.ts';

export interface AccountFacts {
  readonly name: string;
  readonly email?: string;
  readonly phone?: string;
}

export function ofAccount(account: AccountFacts | undefined, standing: Default | undefined): string | undefined {
  if (account === undefined || standing === undefined || !('account' in standing)) return undefined;
  const said = { name: account.name, email: account.email, telephone: account.phone }[standing.account];
  return said === '' ? undefined : said;
}

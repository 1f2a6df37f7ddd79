/** What only the Hub keeps of a document: a field's earlier answers, and who has opened it. Asked for when wanted. */
import type { DocumentId, Holder } from '#sync/model/ids.ts';
import type { EarlierAnswer } from '#sync/protocol/history.ts';
import type { Opening } from '#sync/protocol/openings.ts';
import type { Account } from './account.ts';
import { askJson, type Line } from './line.ts';
import { done, refused, type Done } from './result.ts';

type Ports = Pick<Account, 'ports'>;

/** Newest first; only for who may write there. */
export const fetchHistory = (
  account: Ports,
  line: Line,
  doc: DocumentId,
  holder: Holder,
  field: string,
): Promise<Done<readonly EarlierAnswer[]>> =>
  ask(account, line, `/api/documents/${doc}/history?${new URLSearchParams({ holder, field }).toString()}`, 'at');

export const fetchOpenings = (account: Ports, line: Line, doc: DocumentId): Promise<Done<readonly Opening[]>> =>
  ask(account, line, `/api/documents/${doc}/openings`, 'last');

/** `name`: what each line has beside who it is of. Some networks answer in the Hub's place. */
async function ask<Entry>(
  { ports }: Ports,
  line: Line,
  path: string,
  name: keyof Entry & string,
): Promise<Done<readonly Entry[]>> {
  const isFit = (body: unknown): body is readonly Entry[] =>
    Array.isArray(body) &&
    body.every((one: unknown) => typeof one === 'object' && one !== null && 'by' in one && name in one);
  for (let tries = 0; ; tries += 1) {
    const nonce = await line.nonce();
    if (!nonce.ok) return refused(nonce.why === 'no-line' ? 'history-needs-line' : 'history-signed-out');
    const answer = await askJson(ports, 'GET', path);
    if (answer === undefined) return refused('history-needs-line');
    // A session that fell asleep meanwhile is woken by asking for it anew.
    if (answer.status === 401 && tries === 0) line.forget();
    else if (answer.status === 401) return refused('history-signed-out');
    else if (answer.status === 404) return refused('no-history');
    else return answer.status === 200 && isFit(answer.body) ? done(answer.body) : refused('hub-problem');
  }
}

/** A field's earlier answers, as the Hub keeps them: only there, and only for who may write the section. */
import type { DocumentId, Holder } from '#sync/model/ids.ts';
import type { EarlierAnswer } from '#sync/protocol/history.ts';
import type { Account } from './account.ts';
import { askJson, type Line } from './line.ts';
import { done, refused, type Done } from './result.ts';

export async function fetchHistory(
  { ports }: Pick<Account, 'ports'>,
  line: Line,
  doc: DocumentId,
  holder: Holder,
  field: string,
): Promise<Done<readonly EarlierAnswer[]>> {
  const place = new URLSearchParams({ holder, field }).toString();
  for (let tries = 0; ; tries += 1) {
    const nonce = await line.nonce();
    if (!nonce.ok) return refused(nonce.why === 'no-line' ? 'history-needs-line' : 'history-signed-out');
    const answer = await askJson(ports, 'GET', `/api/documents/${doc}/history?${place}`);
    if (answer === undefined) return refused('history-needs-line');
    // A session that fell asleep meanwhile is woken by asking for it anew.
    if (answer.status === 401 && tries === 0) line.forget();
    else if (answer.status === 401) return refused('history-signed-out');
    else if (answer.status === 404) return refused('no-history');
    else return answer.status === 200 && isHistory(answer.body) ? done(answer.body) : refused('hub-problem');
  }
}

/** Some networks answer in the Hub's place. */
const isHistory = (body: unknown): body is readonly EarlierAnswer[] =>
  Array.isArray(body) &&
  body.every((one: unknown) => typeof one === 'object' && one !== null && 'by' in one && 'at' in one);

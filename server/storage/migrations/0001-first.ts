import { sql, type Kysely } from 'kysely';
import { isPostgres } from '../dialect.ts';

/** The first schema. Forward only; later migrations add before they remove, a release apart. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const blob = isPostgres(db) ? sql`bytea` : sql`blob`;
  const serial = isPostgres(db) ? 'bigserial' : 'integer';
  const table = (name: string) => db.schema.createTable(name);
  const id = 'text' as const;

  await table('authority')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('host', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  const own = (name: string) =>
    table(name).addColumn('authority_id', id, (c) => c.notNull().references('authority.id'));
  const count = 'bigint' as const;

  await own('organisation')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('created_at', count, (c) => c.notNull())
    .execute();
  await own('person')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('phone', 'text', (c) => c.notNull())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .addColumn('is_active', 'integer', (c) => c.notNull())
    .addColumn('created_at', count, (c) => c.notNull())
    .addColumn('rights_seq', count, (c) => c.notNull().defaultTo(0))
    .addUniqueConstraint('person_email', ['authority_id', 'email'])
    .execute();
  await own('membership')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('person_id', id, (c) => c.notNull().references('person.id'))
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('organisation_id', id, (c) => c.references('organisation.id'))
    .addColumn('created_at', count, (c) => c.notNull())
    .addColumn('ended_at', count)
    .execute();
  await own('device')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('person_id', id, (c) => c.notNull().references('person.id'))
    .addColumn('public_key', 'text', (c) => c.notNull())
    .addColumn('last_stamp', count, (c) => c.notNull())
    .addColumn('created_at', count, (c) => c.notNull())
    .addColumn('revoked_at', count)
    .execute();
  await own('session')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('person_id', id, (c) => c.notNull().references('person.id'))
    .addColumn('device_id', id)
    .addColumn('nonce', 'text', (c) => c.notNull())
    .addColumn('created_at', count, (c) => c.notNull())
    .addColumn('last_seen_at', count, (c) => c.notNull())
    .addColumn('expires_at', count, (c) => c.notNull())
    .addColumn('ended_at', count)
    .execute();
  await own('sign_in')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('person_id', id)
    .addColumn('browser_hash', 'text', (c) => c.notNull())
    .addColumn('code_hmac', 'text')
    .addColumn('code_expires_at', count)
    .addColumn('guesses', 'integer', (c) => c.notNull())
    .addColumn('sends', 'integer', (c) => c.notNull())
    .addColumn('created_at', count, (c) => c.notNull())
    .addColumn('done_at', count)
    .execute();
  await own('code_send')
    .addColumn('id', serial as 'integer', (c) => c.primaryKey())
    .addColumn('account_hmac', 'text', (c) => c.notNull())
    .addColumn('what', 'text', (c) => c.notNull())
    .addColumn('at', count, (c) => c.notNull())
    .execute();

  await own('document')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('form', 'integer', (c) => c.notNull())
    .addColumn('stage', 'text', (c) => c.notNull())
    .addColumn('starter_id', id, (c) => c.notNull().references('person.id'))
    .addColumn('case_number', 'text')
    .addColumn('received_on', 'text')
    .addColumn('submitted_at', count)
    .addColumn('submitted_by', id)
    .addColumn('created_at', count, (c) => c.notNull())
    .addColumn('updated_at', count, (c) => c.notNull())
    .addColumn('seq', count, (c) => c.notNull())
    .execute();
  const inDocument = (name: string) =>
    own(name).addColumn('document_id', id, (c) => c.notNull().references('document.id'));

  await inDocument('pen')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('person_id', id, (c) => c.notNull())
    .addColumn('device_id', id, (c) => c.notNull())
    .addColumn('client_id', count, (c) => c.notNull())
    .addColumn('n', count, (c) => c.notNull())
    .addColumn('created_at', count, (c) => c.notNull())
    .execute();
  await inDocument('holding')
    .addColumn('device_id', id, (c) => c.notNull())
    .addColumn('since', count, (c) => c.notNull())
    .addPrimaryKeyConstraint('holding_key', ['device_id', 'document_id'])
    .execute();
  await inDocument('share')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('person_id', id, (c) => c.notNull())
    .addColumn('access', 'text', (c) => c.notNull())
    .addColumn('shared_by', id, (c) => c.notNull())
    .addColumn('shared_at', count, (c) => c.notNull())
    .addColumn('ended_at', count)
    .addColumn('seq', count, (c) => c.notNull())
    .execute();
  await inDocument('section')
    .addColumn('section', 'text', (c) => c.notNull())
    .addColumn('ver', count, (c) => c.notNull())
    .addColumn('updated_at', count, (c) => c.notNull())
    .addColumn('seq', count, (c) => c.notNull())
    .addPrimaryKeyConstraint('section_key', ['document_id', 'section'])
    .execute();
  await inDocument('field')
    .addColumn('section', 'text', (c) => c.notNull())
    .addColumn('holder', 'text', (c) => c.notNull())
    .addColumn('field', 'text', (c) => c.notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('base', 'text', (c) => c.notNull())
    .addColumn('sides', 'text', (c) => c.notNull())
    .addColumn('conflict', 'text')
    .addColumn('ver', count, (c) => c.notNull())
    .addColumn('at', count, (c) => c.notNull())
    .addColumn('seq', count, (c) => c.notNull())
    .addPrimaryKeyConstraint('field_key', ['document_id', 'holder', 'field'])
    .execute();
  await inDocument('item')
    .addColumn('id', id, (c) => c.notNull())
    .addColumn('section', 'text', (c) => c.notNull())
    .addColumn('holder', 'text', (c) => c.notNull())
    .addColumn('list', 'text', (c) => c.notNull())
    .addColumn('item_order', 'text', (c) => c.notNull())
    .addColumn('ver', count, (c) => c.notNull())
    .addColumn('device_id', id, (c) => c.notNull())
    .addColumn('person_id', id, (c) => c.notNull())
    .addColumn('other_ver', count, (c) => c.notNull())
    .addColumn('gone', 'text')
    .addColumn('at', count, (c) => c.notNull())
    .addColumn('seq', count, (c) => c.notNull())
    .addPrimaryKeyConstraint('item_key', ['document_id', 'id'])
    .execute();
  await inDocument('text')
    .addColumn('section', 'text', (c) => c.notNull())
    .addColumn('holder', 'text', (c) => c.notNull())
    .addColumn('field', 'text', (c) => c.notNull())
    .addColumn('state', blob, (c) => c.notNull())
    .addColumn('tree', 'text', (c) => c.notNull())
    .addColumn('ver', count, (c) => c.notNull())
    .addColumn('other_ver', count, (c) => c.notNull())
    .addColumn('device_id', id)
    .addColumn('person_id', id)
    .addColumn('at', count, (c) => c.notNull())
    .addColumn('seq', count, (c) => c.notNull())
    .addPrimaryKeyConstraint('text_key', ['document_id', 'holder', 'field'])
    .execute();
  await inDocument('version')
    .addColumn('id', serial as 'integer', (c) => c.primaryKey())
    .addColumn('section', 'text', (c) => c.notNull())
    .addColumn('holder', 'text', (c) => c.notNull())
    .addColumn('field', 'text', (c) => c.notNull())
    .addColumn('tree', 'text', (c) => c.notNull())
    .addColumn('person_id', id, (c) => c.notNull())
    .addColumn('at', count, (c) => c.notNull())
    .execute();
  await inDocument('snapshot')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('outline', 'text', (c) => c.notNull())
    .addColumn('content', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('receipt', 'text')
    .addColumn('made_by', id, (c) => c.notNull())
    .addColumn('made_at', count, (c) => c.notNull())
    .execute();
  await inDocument('log')
    .addColumn('id', serial as 'integer', (c) => c.primaryKey())
    .addColumn('person_id', id, (c) => c.notNull())
    .addColumn('device_id', id, (c) => c.notNull())
    .addColumn('pen', id, (c) => c.notNull())
    .addColumn('n_first', count, (c) => c.notNull())
    .addColumn('n_last', count, (c) => c.notNull())
    .addColumn('base', 'text', (c) => c.notNull())
    .addColumn('edits', 'text', (c) => c.notNull())
    .addColumn('stamps', 'text', (c) => c.notNull())
    .addColumn('verdicts', 'text', (c) => c.notNull())
    .addColumn('at', count, (c) => c.notNull())
    .addColumn('seq', count, (c) => c.notNull())
    .execute();
  await own('command')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('document_id', id, (c) => c.notNull())
    .addColumn('person_id', id, (c) => c.notNull())
    .addColumn('device_id', id, (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('verdict', 'text', (c) => c.notNull())
    .addColumn('at', count, (c) => c.notNull())
    .execute();
  await inDocument('mine')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('person_id', id, (c) => c.notNull())
    .addColumn('what', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('holder', 'text', (c) => c.notNull())
    .addColumn('field', 'text', (c) => c.notNull())
    .addColumn('section', 'text', (c) => c.notNull())
    .addColumn('edit', 'text', (c) => c.notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('standing', 'text')
    .addColumn('by_person', id)
    .addColumn('at', count, (c) => c.notNull())
    .addColumn('done', 'text')
    .addColumn('seq', count, (c) => c.notNull())
    .execute();
  await inDocument('event')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('what', 'text', (c) => c.notNull())
    .addColumn('person_id', id, (c) => c.notNull())
    .addColumn('args', 'text', (c) => c.notNull())
    .addColumn('at', count, (c) => c.notNull())
    .addColumn('seq', count, (c) => c.notNull())
    .execute();
  await inDocument('attachment')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('section', 'text', (c) => c.notNull())
    .addColumn('person_id', id, (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('size_bytes', count, (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('category', 'text', (c) => c.notNull())
    .addColumn('dated_on', 'text')
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('stored_as', 'text', (c) => c.notNull())
    .addColumn('received_bytes', count, (c) => c.notNull())
    .addColumn('at', count, (c) => c.notNull())
    .addColumn('gone_at', count)
    .addColumn('seq', count, (c) => c.notNull())
    .execute();
  await own('message')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('template', 'text', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('to_person', id)
    .addColumn('to_address', 'text', (c) => c.notNull())
    .addColumn('args', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('tries', 'integer', (c) => c.notNull())
    .addColumn('not_before', count, (c) => c.notNull())
    .addColumn('last_error', 'text')
    .addColumn('made_at', count, (c) => c.notNull())
    .addColumn('sent_at', count)
    .execute();
  await own('delivered')
    .addColumn('id', serial as 'integer', (c) => c.primaryKey())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('to_address', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('at', count, (c) => c.notNull())
    .execute();
  await own('feed')
    .addColumn('seq', count, (c) => c.notNull())
    .addColumn('document_id', id, (c) => c.notNull())
    .addColumn('person_id', id)
    .addColumn('what', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('feed_key', ['authority_id', 'seq'])
    .execute();
  await own('feed_head')
    .addColumn('seq', count, (c) => c.notNull())
    .addColumn('mark', count, (c) => c.notNull())
    .addColumn('epoch', count, (c) => c.notNull())
    .addColumn('audit_hash', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('feed_head_key', ['authority_id'])
    .execute();
  await table('feed_mark')
    .addColumn('authority_id', id, (c) => c.notNull())
    .addColumn('seq', count, (c) => c.notNull())
    .addColumn('mark', count, (c) => c.notNull())
    .addPrimaryKeyConstraint('feed_mark_key', ['authority_id', 'seq'])
    .execute();
  await own('audit')
    .addColumn('id', serial as 'integer', (c) => c.primaryKey())
    .addColumn('seq', count, (c) => c.notNull())
    .addColumn('at', count, (c) => c.notNull())
    .addColumn('actor', id)
    .addColumn('device_id', id)
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('document_id', id)
    .addColumn('detail', 'text', (c) => c.notNull())
    .addColumn('previous', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute();
  await own('case_counter')
    .addColumn('year', 'integer', (c) => c.notNull())
    .addColumn('last', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('case_counter_key', ['authority_id', 'year'])
    .execute();
  await table('setting')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();

  const index = (on: string, ...columns: string[]) =>
    db.schema
      .createIndex(`${on}_by_${columns.join('_')}`)
      .on(on)
      .columns(columns)
      .execute();
  await index('membership', 'person_id');
  await index('session', 'person_id');
  await index('code_send', 'account_hmac', 'at');
  await index('document', 'authority_id', 'starter_id');
  await index('document', 'authority_id', 'stage');
  await index('share', 'document_id');
  await index('share', 'person_id');
  await index('section', 'document_id', 'seq');
  await index('field', 'document_id', 'seq');
  await index('item', 'document_id', 'seq');
  await index('text', 'document_id', 'seq');
  await index('version', 'document_id', 'holder', 'field');
  await index('snapshot', 'document_id');
  await index('log', 'document_id');
  await index('mine', 'person_id', 'seq');
  await index('event', 'document_id', 'seq');
  await index('attachment', 'document_id', 'seq');
  await index('message', 'state', 'not_before');
  await index('feed', 'authority_id', 'document_id', 'seq');
  await index('audit', 'document_id', 'at');
  await index('pen', 'person_id');
  await db.schema.createIndex('pen_client').on('pen').columns(['document_id', 'client_id']).unique().execute();
  await db.schema.createIndex('log_pen').on('log').columns(['pen', 'n_first']).unique().execute();
  await appendOnly(db, 'audit');
}

/** The chain of the audit can be added to, never changed or cut: not even by a mistake of our own. */
async function appendOnly(db: Kysely<unknown>, name: string): Promise<void> {
  if (isPostgres(db)) {
    await sql
      .raw(
        `create function ${name}_is_append_only() returns trigger language plpgsql as $$ begin raise exception '${name} is append-only'; end $$`,
      )
      .execute(db);
    await sql
      .raw(
        `create trigger ${name}_append_only before update or delete on ${name} for each statement execute function ${name}_is_append_only()`,
      )
      .execute(db);
    return;
  }
  for (const verb of ['update', 'delete']) {
    await sql
      .raw(
        `create trigger ${name}_no_${verb} before ${verb} on ${name} begin select raise(abort, '${name} is append-only'); end`,
      )
      .execute(db);
  }
}

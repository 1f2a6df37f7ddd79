import * as z from 'zod/mini';
import { mayStart } from '#sync/roles/may.ts';
import { isDocumentKnown } from '#server/storage/documents.ts';
import { done, onNothing, refused } from './command.ts';
import { addEvent } from './event.ts';

/** A document is born on a device, often offline; here it is entered under the id that it has there. */
export const start = onNothing({
  name: 'start',
  args: z.strictObject({ kind: z.string(), form: z.int().check(z.positive()) }),
  async run({ batch, reader, command, args, at }) {
    const form = batch.forms.formOf(args.kind);
    if (form === undefined || !mayStart(reader.roles, args.kind)) return refused('not-allowed');
    if (args.form > form.version) return refused('newer-app');
    if (await isDocumentKnown(batch.tx, command.doc)) return refused('id-taken');
    const document = await batch.start({
      id: command.doc,
      authority_id: reader.authority,
      kind: args.kind,
      form: args.form,
      stage: 'draft',
      starter_id: reader.person,
      case_number: null,
      received_on: null,
      submitted_at: null,
      submitted_by: null,
      created_at: at,
      updated_at: at,
      seq: 0,
    });
    addEvent({ batch, document, reader, at }, 'started');
    return done();
  },
});

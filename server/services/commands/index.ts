/** The table of commands. */
import type { CommandName } from '#sync/model/command.ts';
import { addFile } from './add-file.ts';
import { changeFile } from './change-file.ts';
import type { CommandHandler } from './command.ts';
import { deleteDraft } from './delete-draft.ts';
import { dismissNotice } from './dismiss-notice.ts';
import { dropParked } from './drop-parked.ts';
import { noteOpening } from './note-opening.ts';
import { removeFile } from './remove-file.ts';
import { restoreDraft } from './restore-draft.ts';
import { sendOn } from './send-on.ts';
import { share } from './share.ts';
import { start } from './start.ts';
import { submit } from './submit.ts';
import { unshare } from './unshare.ts';

export const commandHandlers: Readonly<Record<CommandName, CommandHandler>> = {
  start,
  submit,
  share,
  unshare,
  'delete-draft': deleteDraft,
  'restore-draft': restoreDraft,
  'send-on': sendOn,
  'drop-parked': dropParked,
  'dismiss-notice': dismissNotice,
  'add-file': addFile,
  'change-file': changeFile,
  'remove-file': removeFile,
  'note-opening': noteOpening,
};

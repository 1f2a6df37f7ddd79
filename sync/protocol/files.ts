/**
 * The bytes of a file travel by tus, of which only «how far is it?» and «here is more» are spoken; what the file is came
 * before, in a command. What the Hub says of it stands in the headers of its answers, because a HEAD has no body.
 */
import type { AttachmentState } from '../files/attachment-state.ts';
import type { PersonId } from '../model/ids.ts';
import type { Reason } from '../reasons.ts';

/** On every request for bytes, there or back. */
export interface FileRequestHeaders {
  /** Whose file it is: for another account nothing is done. */
  readonly 'hub-account': PersonId;
  readonly 'hub-request': '1';
  /** Sent by itself: it keeps no session awake. */
  readonly 'hub-idle'?: '1';
}
export interface FileAnswerHeaders {
  /** `none`: the Hub itself says that there is no such file of this person. */
  readonly 'hub-file-state': AttachmentState | 'none';
  readonly 'hub-file-reason'?: Reason;
}

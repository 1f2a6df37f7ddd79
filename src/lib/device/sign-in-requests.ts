/** The requests of signing in. The Hub says the same of known and unknown accounts, and so does this. */
import { askJson, type Answer } from './line.ts';
import type { SessionReply, SignInReply } from '#sync/protocol/session.ts';
import type { DevicePorts } from './ports.ts';
import { done, refused, type Done } from './result.ts';

export interface SignInRequests {
  /** Answers the attempt's name. */
  begin(email: string, password: string): Promise<Done<string>>;
  code(attempt: string, code: string): Promise<Done<SessionReply>>;
  resend(attempt: string): Promise<Done>;
  /** False: the Hub has not heard of it. */
  signOut(everywhere: boolean): Promise<boolean>;
}

export function signInRequests(ports: Pick<DevicePorts, 'fetch'>): SignInRequests {
  return {
    async begin(email, password) {
      const answer = await askJson(ports, 'POST', '/api/sign-in', { email, password });
      const { attempt } = (answer?.body ?? {}) as Partial<SignInReply>;
      return answer?.status === 200 && attempt !== undefined ? done(attempt) : failed(answer);
    },
    async code(attempt, code) {
      const answer = await askJson(ports, 'POST', '/api/sign-in/code', { attempt, code });
      if (answer?.status === 200) return done(answer.body as SessionReply);
      const { error } = (answer?.body ?? {}) as { error?: string };
      return answer?.status === 401 && (error === 'code-wrong' || error === 'code-expired' || error === 'attempt-dead')
        ? refused(error)
        : failed(answer);
    },
    async resend(attempt) {
      const answer = await askJson(ports, 'POST', '/api/sign-in/resend', { attempt });
      return answer?.status === 200 ? done(undefined) : failed(answer);
    },
    async signOut(everywhere) {
      const answer = await askJson(ports, 'POST', '/api/sign-out', everywhere ? { everywhere } : {});
      return answer?.status === 200;
    },
  };
}

function failed(answer: Answer | undefined): {
  ok: false;
  reason: 'no-line' | 'too-many' | 'sign-in-refused' | 'hub-problem';
} {
  if (answer === undefined) return { ok: false, reason: 'no-line' };
  if (answer.status === 429) return { ok: false, reason: 'too-many' };
  return { ok: false, reason: answer.status === 400 || answer.status === 401 ? 'sign-in-refused' : 'hub-problem' };
}

/** Cookies by mode: a plain-HTTP demonstration cannot use the `__Host-` name, because some browsers store no Secure cookie there. */
import type { Context } from 'hono';
import { setCookie } from 'hono/cookie';
import type { Config } from '#server/config.ts';

export type HubCookie = 'session' | 'attempt' | 'known';

export const cookieName = ({ mode }: Config, cookie: HubCookie): string =>
  `${mode === 'production' ? '__Host-' : ''}hub_${cookie}`;

/** `maxAgeS` 0 removes it. */
export function giveCookie(c: Context, config: Config, cookie: HubCookie, value: string, maxAgeS: number): void {
  setCookie(c, cookieName(config, cookie), value, {
    path: '/',
    httpOnly: true,
    sameSite: 'Strict',
    secure: config.mode === 'production',
    maxAge: maxAgeS,
  });
}

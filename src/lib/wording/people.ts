/** Who did something, as it is said on the screen. */
import { roleNamed } from '#sync/roles/index.ts';

export const roleTitle = (role: string): string => roleNamed(role)?.title ?? role;
export const whoIs = (by: { readonly name: string; readonly role: string }): string =>
  by.role === '' ? by.name : `${by.name} (${roleTitle(by.role)})`;

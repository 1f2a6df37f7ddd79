/**
 * What a journey really did, counted: a journey in which nothing was killed and nothing collided proves nothing. The
 * floors stand here, beside the counting, and a journey below its floor has failed.
 */
import { expect, test } from '@playwright/test';

export const floors = {
  'draft-offline': { 'browser kills': 2, 'words grepped for': 5, 'addresses opened offline': 4 },
  'two-devices-two-people': {
    conflicts: 1,
    'devices offline at once': 3,
    'notices to authors': 3,
    'seen to be there': 3,
  },
  'reply-cut-off': { 'replies cut off': 1, 'server kills': 5 },
  'session-and-lock': {
    'sessions ended': 1,
    'idle locks': 4,
    'tabs kept open': 1,
    'locks over chosen files': 3,
    'ways in': 4,
  },
  'tabs-of-one-device': {
    'tabs open at once': 3,
    'leads handed over': 2,
    'leads taken from a tab that stood still': 1,
    'tabs locked together': 2,
  },
  submit: { submissions: 1, 'sections led back to': 2, 'parked edits': 3, 'requests read at a desk': 1 },
  'who-opened': { 'people named': 2, 'people who may not know': 1 },
  'sharing-and-history': {
    'changes of who may see': 2,
    'earlier answers found': 1,
    'earlier answers put back': 1,
    'wishes of others met': 2,
  },
  'away-from-the-hub': {
    'PDFs made offline': 1,
    'names in other scripts printed': 5,
    'drafts deleted offline': 1,
    'drafts had back from the bin': 1,
  },
  'without-rights': { 'answers compared': 20 },
  'keyboard-only': {
    'questions answered by keyboard': 100,
    'errors followed to their questions': 5,
    'stops at which the focus was seen': 300,
  },
  documents: {
    'files waiting offline': 4,
    'files refused on the device': 3,
    'uploads resumed': 2,
    'files read by the co-ordinator': 2,
    'forgeries refused by the server': 6,
  },
  'photo-of-a-child': { 'pictures looked at by the other parent': 1, 'pictures kept for their author': 1 },
  accessibility: { 'screens × widths checked by axe': 80 },
  'restored-backup': {
    'backups restored': 1,
    'databases copied back by hand': 2,
    'words that came back': 8,
    'numbers that stood': 1,
    'numbers given afterwards': 1,
    'withdrawn rights that stayed withdrawn': 2,
    'commits before the first device came': 10,
  },
  'new-version': { updates: 1, 'words carried over': 4, 'updates held back': 1, 'missing files told of': 1 },
  'old-build': {
    'words of an old app taken': 3,
    'words of others shown by an old app': 1,
    updates: 1,
    'words carried over': 2,
  },
  install: { 'icons drawn': 5, 'addresses opened while stopped': 12 },
  'bad-devices': {
    'clocks years off': 4,
    'later answers that stood': 2,
    'stores that failed': 4,
    'strange addresses': 10,
  },
} as const;
type Story = keyof typeof floors;

/** Called once at the top of a journey's file. */
export function tallyOf<Name extends Story>(
  story: Name,
): { add(what: keyof (typeof floors)[Name] & string, count?: number): void } {
  const counts = new Map<string, number>();
  test.afterAll(() => {
    const wanted = Object.entries(floors[story]);
    console.log(
      `${story}: ${wanted.map(([what, floor]) => `${String(counts.get(what) ?? 0)} ${what} (floor ${String(floor)})`).join(', ')}`,
    );
    for (const [what, floor] of wanted)
      expect(counts.get(what) ?? 0, `${story}: ${what}`).toBeGreaterThanOrEqual(floor);
  });
  return { add: (what, count = 1) => void counts.set(what, (counts.get(what) ?? 0) + count) };
}

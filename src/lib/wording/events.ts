/** Lines of the timeline in words. */
const titles: Readonly<Record<string, string | undefined>> = {
  started: 'Request started',
  shared: 'Draft shared',
  unshared: 'Sharing of the draft ended',
  submitted: 'Request received',
  deleted: 'Draft deleted',
  restored: 'Draft restored',
  'file-added': 'Document added',
  'file-removed': 'Document removed',
  'sent-on': 'More words sent on after the request was received',
};

export const eventTitle = (what: string): string =>
  titles[what] ?? 'Something happened that this version of the app has no words for';

/**
 * Every reason why something was not done as asked: what happened, what is kept, what to do.
 * Plain English for anyone; a switch over reasons is exhaustive by type.
 */
export const reasons = {
  'section-closed':
    'This request was sent to the council before your answer arrived, so your answer is not in it. Your words are kept here. You can send them to the council, copy them or delete them.',
  'access-ended':
    'This request stopped being shared with you before your answer arrived. Your words are kept here. You can copy them or delete them.',
  'document-deleted':
    'This draft was deleted before your answer arrived. Your words are kept here. You can copy them or delete them.',
  'bin-emptied':
    'This draft was deleted more than 30 days ago, so it cannot be restored. Nothing else of yours was changed.',
  'newer-app':
    'Your app is newer than the Hub, which does not know this question yet. Your words are kept, and are added by themselves when the Hub has been updated. You do not need to do anything.',
  'not-yours':
    'Only the person this part belongs to can write in it. Your words are kept on this device, so you can copy them.',
  'not-found': 'There is nothing here that you can open.',
  'other-person': 'These words belong to another account. They stay on this device until that person signs in.',
  'id-taken': 'The Hub already knows another change by this name. Your words are sent again under a new one.',
  'unknown-field': 'The Hub does not know this question. Your words are kept on this device, so you can copy them.',
  'invalid-value': 'This answer is not in the form the Hub expects. It is kept here, so you can put it right.',
  'item-removed': 'This entry was removed. Your words are kept, so you can copy them.',
  'too-large':
    'This is more than the Hub can take in one answer. It is kept on this device, so you can shorten or copy it.',
  gap: 'The Hub is missing something that was written before this. Your device sends all of it again by itself.',
  'text-not-allowed':
    'This text holds something the Hub cannot keep. Your words stay on this device, so you can copy them.',
  overtaken: 'Someone else gave another answer later. Theirs stands now; yours is in the history and can be put back.',
  'item-kept': 'Someone else was writing in this entry while you removed it, so it was kept.',
  'item-revived': 'Someone removed this entry while you were writing in it, so it was brought back.',
  'open-conflict': 'There are two different answers to one question. Choose one, then submit the request.',
  'look-again': 'Someone else has changed this since you last saw it. Read it again, then submit it.',
  incomplete: 'Some questions still need an answer. What you wrote is saved.',
  'no-account':
    'Nobody with that email address has an account with this authority. Check the address, or ask the authority to add them.',
  'reads-no-drafts':
    'This person’s account does not open requests, so the draft was not shared with them. Ask them which account they use for this.',
  'already-submitted': 'This request has already been sent.',
  'not-allowed': 'You cannot do this. Nothing was changed, and what you wrote is saved.',
  'own-account': 'You already have this draft. Give the email address of someone else.',
  'file-type':
    'The Hub does not take this kind of file. It takes PDF, Word, Excel, PowerPoint, OpenDocument, RTF, text and CSV files, pictures, films and sound recordings.',
  'file-not-picture':
    'Only a picture can be added here. Choose a picture, or add this file under “Supporting documents”.',
  'file-too-large':
    'This file is larger than the Hub takes: 25 MB for a picture, 50 MB for a document, 250 MB for a film or sound recording. Make it smaller or split it.',
  'file-empty': 'This file is empty. Open it to see whether it holds anything, then add it again.',
  'file-name': 'The name of this file cannot be used. Give it another name, then add it again.',
  'file-not-what-it-says':
    'What is in this file is not what the end of its name says. Open it, save it anew in the right format, then add it again.',
  'file-macros':
    'This file holds macros (small programs), which the Hub does not take. Save it without macros or as a PDF, then add it again.',
  'picture-unreadable': 'The Hub could not read this picture. Save it as a JPEG or PDF, then add it again.',
  'picture-too-many-dots': 'This picture has more than 50 million dots. Make it smaller, then add it again.',
  'picture-held':
    'The Hub cannot read HEIC yet, so nobody else can see this. It is kept. Save it as a JPEG and add that.',
  'file-takes-too-much': 'This file took the Hub too long. Make it smaller or split it.',
  'file-damaged':
    'This file did not arrive whole. It is still on the device it was added on. Remove it, then add it again.',
  'file-document-limit':
    'All files of this request together would be more than 2 GB. Remove one that is not needed, then add this one again.',
  'file-not-taken':
    'The Hub does not take this file any more: it was removed elsewhere, or your access ended. It is still kept on this device, so you can save a copy.',
  'file-day-limit':
    'You have added 1 GB of files within a day, which is the most the Hub takes. Add this one tomorrow.',
} as const;
export type Reason = keyof typeof reasons;

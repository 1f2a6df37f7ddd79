/** How the request is put to a parent or carer, and to a young person who is asked about themselves. By section, `section.field` or `list.field`. */
import type { Addressee, Said } from '../define.ts';

const agreement: Readonly<Record<string, Said>> = {
  'consent.consent_limits': {
    label: 'Is there anything you do not want shared, or anyone it must not be shared with?',
    hint: 'You can name people, or things that should stay out of what others read.',
  },
  'consent.consent_given': {
    label: 'Do you agree to this request?',
    requiredToSubmit: 'Select whether you agree to this request',
    options: { 'no-but-know': 'No, but I know about it', 'not-known': 'No, I did not know about it' },
  },
  'consent.consent_on': { label: 'When did you agree?' },
  'consent.consent_how': { label: 'How did you agree?' },
};

export const requestSaidTo: Readonly<Record<Addressee, Readonly<Record<string, Said>>>> = {
  family: {
    ...agreement,
    'child.ethnicity': { hint: 'As you or your child would describe it.' },
    'child-photo.photo': { hint: 'If you and your child would like to add one.' },
    views: { guide: 'In your child’s own words, in any language. You can write for them if they ask you to.' },
    'views-parent.parent_involved': { label: 'Did you take part in the talks that led to this request?' },
    'views-parent.working': { label: 'Parents or carers: what is going well for your child?' },
    'views-parent.why_not': { label: 'Why did you not take part?' },
  },
  'young-person': {
    ...agreement,
    'requester.by_young_person': {
      label: 'Are you the young person this request is about?',
      hint: 'You can make the request yourself if you are over 16.',
      requiredToSubmit: 'Select yes if this request is about you',
    },
    child: { title: 'About you' },
    'child.first_name': { requiredToSubmit: 'Enter your first name' },
    'child.last_name': { requiredToSubmit: 'Enter your last name' },
    'child.preferred_name': { label: 'Name you like to be called' },
    'child.dob': { requiredToSubmit: 'Enter your date of birth' },
    'child.year_offset': { hint: '0 means in the expected year. Enter −1 if you learn one year below.' },
    'child.gender': { requiredToSubmit: 'Select your gender' },
    'child.ethnicity': { hint: 'As you would describe it.' },
    'child.communicates_by': { label: 'Other ways you communicate' },
    'child.interpreter': { label: 'Do you need an interpreter, or help to take part?' },
    'child.access_needs': { label: 'What do you need?' },
    'child.contact_by': { label: 'How can we contact you about this?' },
    'child-address': { title: 'Your address, telephone and email' },
    'child-address.address': { label: 'Your address' },
    'child-address.address_private': {
      label: 'Keep your address private?',
      hint: 'Other members of your family will then not see your address, telephone number and email address; you, the school and the local authority will.',
    },
    'child-address.email': { label: 'Your email address' },
    'child-photo': { title: 'Photo of you' },
    'child-photo.photo': { hint: 'If you would like to add one.' },
    'contacts.lives_with': { label: 'Do you live with them?' },
    'settings.left_on': { hint: 'If you have left, or it is known when you will.' },
    'settings.leaving_reason': { label: 'Why did you leave, or why will you leave?' },
    'settings.attendance': { label: 'About your attendance over the last year' },
    'previous.left_on': { hint: 'If you have left, or it is known when you will.' },
    'previous.leaving_reason': { label: 'Why did you leave, or why will you leave?' },
    'previous.attendance': { label: 'About your attendance over the last year' },
    'previous-settings.had_previous': { label: 'Have you been at any other setting in the last five years?' },
    'important-family.sen': { label: 'Family: what should we know about your special educational needs?' },
    'important-family.health': { label: 'Family: what should we know about your health needs?' },
    'important-family.social_care': { label: 'Family: what should we know about your social care needs?' },
    views: { guide: 'In your own words, in any language. Somebody can write for you if you ask them to.' },
    'views.child_involved': { label: 'Did you take part in the talks that led to this request?' },
    'views.why_not': { label: 'Why did you not take part?' },
    needs: {
      guide:
        'For each area, say whether you have a need. If the local authority decides to assess, what is written here starts the advice of the person making the request.',
    },
  },
};

/** The fictional people that every test shares are those of the demonstration. */
export * from '#server/demonstration/people.ts';

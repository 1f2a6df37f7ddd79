/** How long a deleted draft stays in its starter's bin. */
export const binDays = 30;

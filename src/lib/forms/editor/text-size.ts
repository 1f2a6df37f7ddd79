/** A few text sizes. Sizes that come with pasted text are dropped: only our own attribute is read. */
import { Mark } from '@tiptap/core';
import { textSizes } from '#sync/model/state.ts';

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    textSize: { setTextSize: (size: number) => ReturnType };
  }
}

export const normalSize = 16;

export const TextSize = Mark.create({
  name: 'textSize',
  addAttributes: () => ({
    size: {
      default: normalSize,
      parseHTML: (element: HTMLElement) => Number(element.dataset.size),
      renderHTML: (attributes: { size?: unknown }) => ({ 'data-size': String(attributes.size) }),
    },
  }),
  parseHTML: () => [
    {
      tag: 'span[data-size]',
      getAttrs: (element) => (textSizes.some((size) => String(size) === element.dataset.size) ? null : false),
    },
  ],
  renderHTML: ({ HTMLAttributes }) => ['span', HTMLAttributes, 0],
  addCommands() {
    return {
      setTextSize:
        (size) =>
        ({ commands }) =>
          size === normalSize ? commands.unsetMark(this.name) : commands.setMark(this.name, { size }),
    };
  },
});

/** The part of the package that SearchList uses; it ships no types of its own. */
declare module 'accessible-autocomplete' {
  interface Options {
    element: HTMLElement;
    id: string;
    source: (query: string, populate: (labels: string[]) => void) => void;
    defaultValue?: string;
    displayMenu?: 'inline' | 'overlay';
    showAllValues?: boolean;
    confirmOnBlur?: boolean;
    placeholder?: string;
    menuAttributes?: Record<string, string>;
    onConfirm?: (label: string | undefined) => void;
    tNoResults?: () => string;
  }
  export default function accessibleAutocomplete(options: Options): void;
}

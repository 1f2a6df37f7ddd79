/**
 * The same questions in the words of whoever is asked. A school speaks of a family as «they»; a parent, or a young person
 * who asks for themselves, is spoken to. Only words on the screen differ: what is printed and sent reads the same for all.
 */
import { roleNamed, type RoleName } from '../roles/index.ts';
import { isItems, type FieldDefinition, type Fields, type FormDefinition, type Said } from './define.ts';

export function formSaidTo(form: FormDefinition, roles: readonly RoleName[]): FormDefinition {
  const addressee = roles.map((name) => roleNamed(name)?.spokenToAs).find((one) => one !== undefined);
  const said = addressee === undefined ? undefined : form.saidTo?.[addressee];
  if (said === undefined) return form;
  return {
    ...form,
    sections: Object.fromEntries(
      Object.entries(form.sections).map(([key, section]) => {
        const { title = section.title, guide = section.guide } = said[key] ?? {};
        return [
          key,
          { ...section, title, ...(guide !== undefined && { guide }), fields: spoken(section.fields, key, said) },
        ];
      }),
    ),
  };
}

type Words = Readonly<Record<string, Said>>;

/** Fields of an item are named by their list: wherever it stands, it asks the same. */
const spoken = (fields: Fields, holder: string, said: Words): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]): [string, FieldDefinition] => {
      const { options, ...words } = said[`${holder}.${name}`] ?? {};
      const inner = isItems(field) ? { fields: spoken(field.fields, name, said) } : {};
      return [
        name,
        { ...field, ...words, ...inner, ...(options !== undefined && { options: optionsSaid(field, options) }) },
      ];
    }),
  );

const optionsSaid = ({ options }: FieldDefinition, said: Readonly<Record<string, string>>) =>
  (options as readonly { readonly value: string; readonly label: string }[]).map((option) => ({
    ...option,
    label: said[option.value] ?? option.label,
  }));

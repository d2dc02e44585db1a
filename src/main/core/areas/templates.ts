// Calls of the area templates: the company's own templates of its papers.
import type { Guard } from '../guard.ts';
import { getTemplate, listTemplates, previewTemplate, saveTemplate } from '../usecases/change-template.ts';

export const templatesArea = ({ guarded, who, ports }: Guard) => ({
  list: guarded.templates.list.handler(({ context }) => listTemplates(who(context))),
  get: guarded.templates.get.handler(({ input, context }) => getTemplate(who(context), input)),
  check: guarded.templates.check.handler(({ input }) => ({ problem: ports.templateShelf.check(input.name, input.text) })),
  preview: guarded.templates.preview.handler(({ input, context }) => previewTemplate(who(context), input)),
  previewReceipt: guarded.templates.previewReceipt.handler(({ input }) => {
    const { markup, copies } = ports.receipts.sample(input);
    return { svg: ports.receipts.svg(markup, input.columns), copies };
  }),
  save: guarded.templates.save.handler(({ input, context }) => saveTemplate(who(context), input)),
  savePicture: guarded.templates.savePicture.handler(({ input }) => {
    ports.templateShelf.savePicture(input.file, Buffer.from(input.content, 'base64'));
    return {};
  }),
});

// What a person takes away from a screen: a text in the clipboard, or a file.

/** Puts the text into the clipboard; returns whether that worked. Must be called from a click or a key. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Where the clipboard needs a permission that the page is not given, the older way of a selected field still works.
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    return copied;
  }
}

/** Offers the text as a file of this name. */
export function saveFile(file: { readonly name: string; readonly type: string; readonly content: string }): void {
  saveBlob(file.name, new Blob([file.content], { type: file.type }));
}

/** Offers bytes as a file of this name. */
export function saveBlob(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

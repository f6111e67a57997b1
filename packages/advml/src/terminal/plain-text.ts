/** What a terminal may obey: control characters but newline and tab, and marks that turn the direction of text. */
const OBEYED = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text that a terminal only shows: what it may obey becomes `\\u001b`, which in a line of JSON means the same as before.
 *
 * @param text - Any text, such as a name found in a file.
 * @returns The text as it may be written to a terminal, without passwords.
 */
export function plainText(text: string): string {
  const shown = text.replace(OBEYED, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return withoutPasswords(shown);
}

/**
 * Text in which URLs have neither user nor password, such as `redis://***@host:6379`.
 *
 * @param text - Any text, such as the message of an error.
 * @returns The text.
 */
export function withoutPasswords(text: string): string {
  const ofQueues = text.replace(/[^\s'"`]+/g, (word) => {
    const end = word.lastIndexOf('@') + 1; // somebody may have written / in a password as well
    return word.slice(0, end).replace(/((?:rediss?|postgres(?:ql)?):\/\/).*/is, '$1***@') + word.slice(end);
  });
  return ofQueues.replace(/(\/\/)[^\s'"`/]*@/g, '$1***@');
}

// What a child process writes to its standard error, line by line and bounded, whatever it writes.

/** Longer lines are cut: a library that dumps its memory is no reason to keep it. */
const LINE_CHARACTERS = 300;

/** Returns what takes chunks of text and gives each whole line to `heard`; `end` gives the rest. Empty lines are left out. */
export function createErrorLines(heard: (line: string) => void): { push(chunk: string): void; end(): void } {
  let rest = '';
  const give = (line: string) => {
    const text = line.trimEnd().slice(0, LINE_CHARACTERS);
    if (text !== '') heard(text);
  };
  return {
    push(chunk) {
      const lines = (rest + chunk).split('\n');
      // What is cut of a line is never needed, so no endless line grows here either.
      rest = (lines.pop() ?? '').slice(0, LINE_CHARACTERS);
      for (const line of lines) give(line);
    },
    end() {
      give(rest);
      rest = '';
    },
  };
}

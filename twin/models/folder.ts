import type { Ask } from './ask.ts'

/** How clients tell a model where it works. */
const SAYINGS = [
  /(?:primary )?working directory: *`?(\/[^\s`<]+)/i,
  /working in the directory: *`?(\/[^\s`<]+)/i,
  /<cwd>(\/[^<]+)<\/cwd>/,
  /current (?:working )?directory[^\n/]{0,20}(\/[^\s`<]+)/i,
  /workspace directories?:[^/]{0,20}(\/[^\s`<]+)/i,
]

/** The folder that the client works in, as it says in its prompts; null when it does not. */
export function findFolder(ask: Ask): string | null {
  const texts = [ask.system, ...ask.entries.map(entry => (entry.role === 'user' ? entry.text : ''))]
  for (const saying of SAYINGS) {
    for (const text of texts) {
      const found = saying.exec(text)
      if (found?.[1]) return found[1].replace(/[.,;)]+$/, '')
    }
  }
  return null
}

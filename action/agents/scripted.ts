import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { NODE } from '../inputs.ts'
import { parseWord } from '../scripted/word.ts'
import { type Adapter, UNKNOWN_USAGE } from './agent.ts'

/** The agent that does what the task's fenced blocks say: for the demo, for tests, for trying Chorus out without cost. */
export const scripted: Adapter = {
  cli: 'scripted',
  package: null,
  service: () => null,
  launch: () => ({ command: { file: NODE, args: [program()] }, env: {}, input: null }),
  read(result) {
    const word = parseWord(result.stdout.toString('utf8'))
    return {
      message: word?.message ?? '',
      failure: word?.failure ? { kind: 'crash', why: word.failure } : null,
      session: null,
      usage: { ...UNKNOWN_USAGE, costUsd: 0 },
    }
  },
}

/** Beside us when bundled; in the sources it has a folder. */
function program(): string {
  const bundled = fileURLToPath(new URL('./scripted.mjs', import.meta.url))
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('../scripted/main.ts', import.meta.url))
}

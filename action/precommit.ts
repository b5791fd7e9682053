import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A hook in the agent's own repository that runs the fast checks, so that it hears of a failure early. */
export async function writePreCommit(gitDir: string, commands: readonly string[]): Promise<void> {
  const hooks = join(gitDir, 'hooks')
  await mkdir(hooks, { recursive: true })
  const lines = commands.map(command => `bash --norc -eo pipefail -c ${quote(command)}`)
  await writeFile(join(hooks, 'pre-commit'), `#!/bin/sh\nset -e\n${lines.join('\n')}\n`, { mode: 0o755 })
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

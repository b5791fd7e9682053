import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Screen } from './screen.ts'
import type { Stage } from './stage.ts'

/** As this command is called: from the sources, or from the package, which holds no TypeScript. */
export function nameCommands(file: string): { keep: string; chorus: string } {
  return file.endsWith('.ts')
    ? { keep: 'npm run demo -- --keep', chorus: 'npm run chorus --' }
    : { keep: 'chorus demo --keep', chorus: 'chorus' }
}

/** Until Ctrl-C everything can be looked at: the pages with a browser, the repository with the commands, as the app. */
export async function stay(screen: Screen, { twin, repo, app }: Stage): Promise<void> {
  const name = `${repo.owner.login}/${repo.name}`
  const folder = await mkdtemp(join(tmpdir(), 'chorus-demo-'))
  const key = join(folder, 'app.pem')
  try {
    await writeFile(key, app.privateKey, { mode: 0o600 })
    const settings = `GHE_HOST=${new URL(twin.url).host} GHE_PROTOCOL=http APP_ID=${app.id} PRIVATE_KEY_PATH=${key}`
    screen.chapter('Have a look around')
    screen.plain(`  ${twin.url}/${name}   (Ctrl-C ends it)`)
    screen.plain('  with the commands, in another terminal (doctor, dry-run, usage and metrics as well):')
    screen.plain(`    export ${settings}`)
    screen.plain(`    ${nameCommands(import.meta.filename).chorus} status --repo ${name}`)
    await new Promise<void>(resolve => {
      process.once('SIGINT', resolve)
      process.once('SIGTERM', resolve)
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

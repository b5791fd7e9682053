import { existsSync } from 'node:fs'
import { chmod, constants, copyFile, link, mkdtemp, realpath, rm, stat } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'
import { type Command, run } from '../process.ts'
import { PATH } from './users.ts'

/** A second name for a file or folder of ours at which another user can read it; a copy where there can be no second name. */
export async function lendFrom(path: string, lent: string): Promise<string> {
  const folder = await mkdtemp(join(lent, 'to-'))
  await chmod(folder, 0o755)
  const name = join(folder, basename(path))
  const from = await realpath(path)
  if ((await stat(from)).isFile()) {
    await link(from, name).catch(() => copyFile(from, name, constants.COPYFILE_FICLONE))
    return name
  }
  for (const how of ['-al', '-a']) {
    const options = { cwd: '/', env: PATH, maxOutput: 1000, sweep: false }
    const { end } = await run({ file: 'cp', args: [how, '--', from, name] }, options)
    if (end.is === 'exited' && end.code === 0) {
      // The folders are new ones; the files may be the very ones that they were.
      const open = ['-type', 'd', '-exec', 'chmod', 'a+rx', '{}', '+']
      await run({ file: 'find', args: [name, ...open] }, options)
      return name
    }
    await rm(name, { recursive: true, force: true })
  }
  throw new Error(`${path} could not be lent to another user`)
}

/** The command with files of ours that can be read where it runs. */
export async function lendCommand(
  command: Command,
  lend: ((path: string) => Promise<string>) | undefined,
): Promise<Command> {
  if (lend === undefined) return command
  const place = (word: string) => (isAbsolute(word) && existsSync(word) ? lend(word) : Promise.resolve(word))
  return { file: await place(command.file), args: await Promise.all(command.args.map(place)) }
}

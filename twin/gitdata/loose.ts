import { createHash } from 'node:crypto'
import { access, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import type { Repo } from '../state.ts'
import type { ObjectType } from './objects.ts'

const pack = promisify(deflate)
let written = 0

/** Writes a loose object in git's own format and gives its id. Far cheaper than a process for each blob. */
export async function writeObject(repo: Repo, type: ObjectType, content: Buffer): Promise<string> {
  const whole = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content])
  const oid = createHash('sha1').update(whole).digest('hex')
  const folder = join(repo.gitDir, 'objects', oid.slice(0, 2))
  const path = join(folder, oid.slice(2))
  if (await exists(path)) return oid
  await mkdir(folder, { recursive: true })
  written += 1
  const draft = join(folder, `tmp_obj_${process.pid}_${written}`)
  await writeFile(draft, await pack(whole), { mode: 0o444 })
  await rename(draft, path)
  return oid
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

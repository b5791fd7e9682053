import { mkdir, readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { RELEASE, type Source } from '../core/caller.ts'
import { writeRelease } from './release.ts'

/** `npm run release -- DIR [--as OWNER/NAME@TAG]`: a folder whose content is pushed as the tag that repositories call. */
const USAGE = `npm run release -- DIR [--as OWNER/NAME@TAG]      (default: ${RELEASE.source}@${RELEASE.ref})\n`

async function main(args: readonly string[]): Promise<number> {
  const wish = readWish(args)
  if (wish === null) {
    process.stderr.write(USAGE)
    return 2
  }
  const { dir, as } = wish
  await mkdir(dir, { recursive: true })
  // What an older release left would be published along with this one.
  if ((await readdir(dir)).length > 0) {
    process.stderr.write(`${dir} is not empty; name a new folder\n`)
    return 1
  }
  await writeRelease(dir, as)
  process.stdout.write(describe(dir, as))
  return 0
}

function readWish(args: readonly string[]): { dir: string; as: Source } | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { as: { type: 'string' } },
      allowPositionals: true,
    })
    const [dir, ...more] = positionals
    const as = values.as === undefined ? RELEASE : parseSource(values.as)
    return dir === undefined || more.length > 0 || as === null ? null : { dir: resolve(dir), as }
  } catch {
    return null
  }
}

function parseSource(text: string): Source | null {
  const [, source, ref] = /^([\w.-]+\/[\w.-]+)@(\w[\w./-]*)$/.exec(text) ?? []
  return source === undefined || ref === undefined ? null : { source, ref }
}

function describe(dir: string, { source, ref }: Source): string {
  return `${source}@${ref} is in ${dir}. To publish it:

  cd '${dir.replaceAll("'", `'\\''`)}'
  git init --quiet
  git add --all --force
  git commit --quiet --message '${source}@${ref}'
  git tag ${ref}
  git push https://github.com/${source} ${ref}

A tag that is there already moves with "git push --force". On an Enterprise Server its address stands in place of github.com.
A token that pushes needs the right to change workflows. Then copy chorus.yml of that folder to .github/workflows/chorus.yml
of each repository that is to use it.
`
}

process.exitCode = await main(process.argv.slice(2))

import type { Ticket } from '../core/contract/ticket.ts'
import { chooseSearched, findNamed, printHints, readNames } from '../core/paths/hint.ts'
import type { Git } from './git.ts'

/** Files and lines that the task seems to be about, as they are in its first commit. Nothing here is worth failing for. */
export async function findHints(git: Git, start: string, { spec }: Ticket): Promise<string[]> {
  const text = [spec.title, spec.goal, ...spec.acceptance, ...spec.constraints].join('\n')
  const { files, symbols } = readNames(text)
  if (files.length + symbols.length === 0) return []
  const listed = await git.text(['ls-tree', '-r', '-z', '--name-only', start]).catch(() => '')
  const paths = listed.split('\0')
  const named = findNamed(paths, files)
  const searched = symbols.length === 0 ? [] : chooseSearched(paths, named, spec.scope)
  const hits = await Promise.all(symbols.map(symbol => findSymbol(git, start, { symbol, searched })))
  return printHints(named, hits.flat())
}

/** The first line of each file that has it. Git ends with an error where there is none. */
async function findSymbol(
  git: Git,
  start: string,
  { symbol, searched }: { symbol: string; searched: string[] },
) {
  if (searched.length === 0) return []
  const args = ['grep', '-n', '-z', '-F', '-w', '-I', '--max-count=1', '-e', symbol, start, '--']
  const paths = searched.map(path => `:(literal)${path}`)
  const text = await git.text([...args, ...paths]).catch(() => '')
  // commit:path NUL line NUL text
  return text.split('\n').flatMap(row => {
    const [place = '', line = ''] = row.split('\0')
    const path = place.slice(start.length + 1)
    return path === '' || !/^\d+$/.test(line) ? [] : [{ path, line: Number(line), symbol }]
  })
}

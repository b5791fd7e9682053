import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readMap } from '../../action/map/map.ts'
import { isSameStructure } from '../../action/map/structure.ts'
import { commit, makeRepository } from '../edges/map/repository.ts'
import type { Bench, Figure } from './figure.ts'
import { createRandom } from './random.ts'

const FILES = 50_000
const SEED = 1
const EDITED = 500

export const mapBench: Bench = {
  name: 'map',
  about: `The map of a repository of ${FILES} source files in four languages, each with four imports (seed ${SEED}).`,
  async run(): Promise<Figure[]> {
    const root = mkdtempSync(join(tmpdir(), 'chorus-bench-map-'))
    try {
      const git = makeRepository(root, makeFiles())
      const plan = { git, at: 'main', cache: join(root, 'maps') }
      const [map, cold] = await time(() => readMap(plan))
      const [, unchanged] = await time(() => readMap(plan))
      commit(
        git.dir,
        [...makeFiles()].slice(0, EDITED).map(([path, text]) => [path, `${text}\n`]),
      )
      const [same, edited] = await time(() => isSameStructure(git, map.tree, 'main'))
      if (!same) throw new Error('line breaks changed the structure')
      return [
        { name: 'first time', value: cold, unit: 's', goal: 10 },
        { name: 'unchanged', value: unchanged, unit: 's', goal: 1 },
        { name: `unchanged structure, ${EDITED} files edited`, value: edited, unit: 's', goal: 1 },
        { name: 'its size', value: Buffer.byteLength(map.text) / 1000, unit: 'KB', goal: 50 },
      ]
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  },
}

async function time<T>(act: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now()
  const value = await act()
  return [value, (performance.now() - start) / 1000]
}

/** About 2 KB each, in 1,000 folders; low numbers are imported most. */
function* makeFiles(): Generator<readonly [string, string]> {
  const random = createRandom(SEED)
  for (let n = 0; n < FILES; n++) {
    const others = Array.from({ length: 4 }, () => random.below(1 + random.below(n + 1)))
    const { ending, write } = LANGUAGES[n % LANGUAGES.length]!
    yield [`${folderOf(n)}/module${n}.${ending}`, write(n, others)]
  }
}

const folderOf = (n: number) => `src/area${n % 40}/part${n % 1000}`
const BODY = '  // What is done here is of no interest to a map.\n'.repeat(30)

const LANGUAGES = [
  {
    ending: 'ts',
    write: (n: number, others: number[]) =>
      `${others.map(o => `import { run${o} } from '../../../${folderOf(o)}/module${o}.ts'\n`).join('')}export function run${n}() {\n${BODY}}\nexport const KIND${n} = ${n}\n`,
  },
  {
    ending: 'py',
    write: (n: number, others: number[]) =>
      `${others.map(o => `from ${folderOf(o).replaceAll('/', '.')}.module${o} import run\n`).join('')}def run${n}():\n${BODY}\nclass Kind${n}:\n    pass\n`,
  },
  {
    ending: 'go',
    write: (n: number, others: number[]) =>
      `package part\n\nimport (\n${others.map(o => `\t"acme.dev/${folderOf(o)}"\n`).join('')})\n\nfunc Run${n}() {\n${BODY}}\n`,
  },
  {
    ending: 'java',
    write: (n: number, others: number[]) =>
      `${others.map(o => `import ${folderOf(o).replaceAll('/', '.')}.module${o};\n`).join('')}public class Module${n} {\n    public int run${n}(int of) {\n${BODY}    }\n}\n`,
  },
]

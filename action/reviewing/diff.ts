import { byteLength, cutHead } from '../../core/text/clean.ts'
import type { Git } from '../git.ts'

/** What of a diff is kept at all, and what of it stands in the prompt. Bytes. */
const WHOLE = 2 * 1024 * 1024
const IN_PROMPT = 60 * 1024

/** No program and no filter of the repository has a part in it; of a file that is gone its name is enough, of a submodule its commit. */
const FORM = [
  '--no-color',
  // A byte that makes a file binary to git makes its code no less code.
  '--text',
  '--no-ext-diff',
  '--no-textconv',
  '--find-renames',
  '--unified=10',
  '--irreversible-delete',
  '--ignore-submodules=none',
  '--submodule=short',
]

/** The change between two commits of which nothing else need be known. */
export async function readDiff(git: Git, base: string, head: string): Promise<string> {
  const bytes = await git.run(['diff', ...FORM, base, head, '--'])
  const diff = putTextFirst(bytes.toString('utf8'))
  // Spelled out it is longer, never shorter: what is cut away now would not be kept then.
  const seen = cutHead(diff, WHOLE)
  const spelled = spellOut(seen)
  const kept = cutHead(spelled, WHOLE)
  return seen === diff && kept === spelled ? spelled : `${kept}\n${UNSEEN}`
}

/** Of file after file those with a NUL byte come last: a picture is not to stand before the code. A line of a file never begins so. */
function putTextFirst(diff: string): string {
  const files = diff.split(/(?<=\n)(?=diff --git )/)
  const isText = (file: string) => !file.includes('\0')
  return [...files.filter(isText), ...files.filter(file => !isText(file))].join('')
}

const UNSEEN =
  '(The change is larger than can be shown: behind this place there is more of it, which you cannot see and so cannot approve.)'

/** What nobody sees could be what the change is about: it is written as its number. */
function spellOut(text: string): string {
  return text.replace(
    /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cn}\p{Co}\p{Zl}\p{Zp}]|(?![\t\n])\p{Cc}/gu,
    one => `\\u{${one.codePointAt(0)!.toString(16)}}`,
  )
}

export function quoteDiff(diff: string): string {
  const shown = cutHead(diff, IN_PROMPT)
  const cut =
    byteLength(shown) < byteLength(diff) ? '\n(Cut here; the rest is in the file `change.diff`.)' : ''
  const unseen = cut !== '' && diff.endsWith(UNSEEN) ? ` ${UNSEEN}` : ''
  return `The change:\n\n${shown.trimEnd()}${cut}${unseen}`
}

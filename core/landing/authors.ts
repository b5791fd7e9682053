import { quotePlainLine } from '../text/quote.ts'

/** Somebody named as the author of a commit, as it says itself; `id` is that of the account, null where GitHub knows none. */
export type Author = { id: number | null; name: string; email: string }

/** `account`: null where GitHub knows none. */
export type Written = {
  message: string
  isMerge: boolean
  author: Author
  isProgram: boolean
}

/** So many are named. */
const MOST = 20

/**
 * Who wrote a pull request, by its commits: a squash leaves one author, and GitHub names the others only in messages that it writes
 * itself. Programs are named by what their commits say, and who merges the base writes nothing.
 */
export function readAuthors(commits: readonly Written[]): Author[] {
  const all = commits.flatMap(({ message, isMerge, author, isProgram }) => [
    ...(isMerge || isProgram ? [] : [author]),
    ...readTrailers(message),
  ])
  return nameOnce(all)
}

/** Those that a message names. */
export function readTrailers(message: string): Author[] {
  const lines = message.matchAll(/^co-authored-by:[ \t]*([^<>\r\n]{1,100}?)[ \t]*<([^<>\s]+)>[ \t]*$/gim)
  return nameOnce([...lines].map(([, name = '', email = '']) => ({ id: null, name, email })))
}

function nameOnce(all: readonly Author[]): Author[] {
  const once = new Map(all.filter(isSound).map(one => [one.email.toLowerCase(), one]))
  return [...once.values()].slice(0, MOST)
}

function isSound({ name, email }: Author): boolean {
  return name.trim() !== '' && email.length <= 200 && /^[^\s<>#]+@[\w.-]+$/.test(email)
}

/**
 * Trailers for those who are not named yet.
 * @param author whom GitHub makes the author of a squash: who opened it
 */
export function printAuthors(authors: readonly Author[], named: string, author: number | null): string[] {
  const others = nameOnce(authors).filter(({ id, email }) => {
    return (id === null || id !== author) && !named.toLowerCase().includes(`<${email.toLowerCase()}>`)
  })
  return others.map(({ name, email }) => `Co-authored-by: ${printName(name)} <${email}>`)
}

function printName(name: string): string {
  return quotePlainLine(name.replace(/[<>]/g, ' '), 60)
}

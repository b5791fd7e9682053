/** Marks between which an agent is told what others wrote. */
export type Mark = 'request' | 'feedback' | 'missing' | 'before' | 'document'

/** What begins or ends like one of them, however it is written. */
const LIKE_A_MARK = /<(?=\s{0,9}\/?\s{0,9}(?:request|feedback|missing|before|document)\b)/gi

/**
 * Others' words, told as what they are. None of them can end the marks early, nor begin others in which they would count for
 * more: whatever looks like a mark is told with `&lt;`. `name`: of the file that they are; ours, not theirs.
 */
export function fence(mark: Mark, text: string, name?: string): string {
  const begin = name === undefined ? `<${mark}>` : `<${mark} name="${name}">`
  return `${begin}\n${unmark(text.trim())}\n</${mark}>`
}

/** Others' words that stand among ours, such as names of files. */
export function unmark(text: string): string {
  return text.replace(LIKE_A_MARK, '&lt;')
}

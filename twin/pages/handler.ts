export const pageHandlers: import('../http/raw.ts').RawHandler[] = []

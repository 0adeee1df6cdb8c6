// A browser at the hosted login, as far as a redirect needs one.

// signIn follows an authorize URL through the login page and returns the callback URL that the browser is sent to.
export async function signIn (authorize, { email, password }) {
  const cookies = new Map()
  const ask = async (url, options = {}) => {
    const headers = { Cookie: [...cookies].map(pair => pair.join('=')).join('; ') }
    const answer = await fetch(url, { redirect: 'manual', headers, ...options })
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split('=')
      cookies.set(name, value)
    }
    return answer
  }
  const pool = new URL(authorize).origin
  let url = new URL(authorize)
  let answer = await ask(url)
  for (let steps = 0; steps < 10; steps++) {
    const to = answer.headers.get('Location')
    if (to) {
      url = new URL(to, url)
      if (url.origin !== pool) return url
      answer = await ask(url)
      continue
    }
    const form = (await answer.text()).match(/action="([^"]*)"/)
    if (!form) break
    url = new URL(form[1].replaceAll('&amp;', '&').replaceAll('&#43;', '+'), url)
    answer = await ask(url, { method: 'POST', body: new URLSearchParams({ email, password }) })
  }
  throw new Error(`no way from ${authorize} to the app: ${answer.status}`)
}

// What was being written when a sign-in ended, kept in this window until the
// same user is back.

const KEY = "notegate.draft"; // {sub, name, text, edits: [{noteid, version, updatedAt, etag, text}]}

export function keepDraft(draft) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // More than a browser keeps: several of the longest notes.
  }
}

// takeDraft returns that user's draft, and forgets anybody's.
export function takeDraft(sub) {
  const draft = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  return draft?.sub === sub ? draft : null;
}

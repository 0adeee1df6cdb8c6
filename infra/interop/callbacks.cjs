// How amazon-cognito-identity-js is called from an async function.

// called turns a method with a node-style callback into a promise.
const called = (object, method, ...args) => new Promise((resolve, reject) =>
  object[method](...args, (error, result) => error ? reject(error) : resolve(result)))

// begun turns a method with a callback object into a promise of what was called, and with what.
const begun = (object, method, ...args) => finished(callbacks => object[method](...args, callbacks))

// finished is begun for a method that takes more after its callback object.
const finished = call => new Promise((resolve, reject) => call(new Proxy({}, {
  get: (_, name) => name === 'onFailure' ? reject : (...given) => resolve({ name, given }),
  has: () => true
})))

module.exports = { called, begun, finished }
